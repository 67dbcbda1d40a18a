//! File of inputs: the initial stack and the advice.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use miden_core::{AdviceInputs, Digest, Felt, ProgramInputs, StackInputs};

use super::{
    advice::{self, Tree},
    errors::ValueFileError,
    items::{Item, Roots, items},
    place::{At, check_keys, find},
    value::{Value, parse},
};
use crate::files::{self, Files};

/// The stack and the tape under their names in version 0.3 and in later versions.
const STACK: [&str; 2] = ["stack_init", "operand_stack"];
const TAPE: [&str; 2] = ["advice_tape", "advice_stack"];
const MAP: &str = "advice_map";
const STORE: &str = "merkle_store";

/// Where inputs come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InputSources<'a> {
    /// The file that an argument names.
    pub(crate) file: Option<&'a Path>,
    /// The file without an argument, if it exists.
    pub(crate) default: Option<&'a Path>,
    /// Replaces the stack of the file.
    pub(crate) stack: Option<&'a str>,
    /// Replaces the tape of the file.
    pub(crate) advice: Option<&'a str>,
}

/// The inputs of a program, and how they are written.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) values: ProgramInputs,
    /// The file they come from.
    pub(crate) file: Option<PathBuf>,
    /// The file that they would come from if it existed; the stack is therefore empty.
    pub(crate) missing: Option<PathBuf>,
    /// Items of the stack, bottom first.
    pub(crate) stack: Vec<Item>,
    /// Items of the tape.
    pub(crate) tape: Vec<Item>,
    pub(crate) trees: Vec<Tree>,
}

/// Reads the inputs of a program.
///
/// Without an explicit path, a missing file at the default path means no inputs.
pub(crate) fn read(sources: &InputSources<'_>, files: &Files) -> Result<Inputs, ValueFileError> {
    let default = sources.default.filter(|path| path.exists());
    let Some(path) = sources.file.or(default) else {
        let missing = sources.default.filter(|_| sources.stack.is_none()).map(Path::to_path_buf);
        let inputs = Content::default().inputs(None, sources)?;
        return Ok(Inputs { missing, ..inputs });
    };
    let text = files.read_text(path)?;
    let path = files::display_path(path);
    let inputs = Content::parse(path, &text)?.inputs(Some(path), sources)?;
    Ok(Inputs { file: Some(path.into()), ..inputs })
}

/// The content of a file.
#[derive(Default)]
pub(super) struct Content {
    /// `None` if the file has no stack.
    stack: Option<Vec<Item>>,
    tape: Option<Vec<Item>>,
    map: BTreeMap<Digest, Vec<Felt>>,
    trees: advice::Trees,
}

impl Content {
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ValueFileError> {
        let object = parse(path, text)?;
        check_keys(&object, &[STACK[0], STACK[1], TAPE[0], TAPE[1], MAP, STORE])
            .map_err(|unknown| unknown.error(path, None))?;
        Self::of(path, &|key| find(&object, key).map(|value| At::key(path, key, value)), &STACK, &TAPE)
    }

    /// The lists of an object whose values `at` finds by their keys; the stack and the tape have one of two names.
    pub(super) fn of<'a>(
        path: &Path,
        at: &impl Fn(&'static str) -> Option<At<'a>>,
        stack: &[&'static str; 2],
        tape: &[&'static str; 2],
    ) -> Result<Self, ValueFileError> {
        let trees =
            at(STORE).map(|trees| advice::merkle_store(path, &trees)).transpose()?.unwrap_or_default();
        let roots: Roots = trees.roots();
        let one_list = |&[first, second]: &[&'static str; 2]| match (at(first), at(second)) {
            (Some(_), Some(_)) => Err(ValueFileError::SameList { path: path.into(), first, second }),
            (list, other) => list.or(other).map(|list| items(&list, &roots)).transpose(),
        };
        Ok(Self {
            stack: one_list(stack)?,
            tape: one_list(tape)?,
            map: at(MAP).map(|map| advice::map(path, &map, &roots)).transpose()?.unwrap_or_default(),
            trees,
        })
    }

    /// The lists, and those of another object that this one does not have.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            stack: self.stack.or(other.stack),
            tape: self.tape.or(other.tape),
            map: if self.map.is_empty() { other.map } else { self.map },
            trees: if self.trees.is_empty() { other.trees } else { self.trees },
        }
    }

    /// The same with an empty stack if there is none.
    pub(super) fn with_stack(self) -> Self {
        Self { stack: self.stack.or(Some(Vec::new())), ..self }
    }

    /// The roots of the trees with names.
    pub(super) fn roots(&self) -> Roots {
        self.trees.roots()
    }

    /// The inputs, with the lists in the arguments instead of those in the file.
    pub(super) fn inputs(
        self,
        path: Option<&Path>,
        sources: &InputSources<'_>,
    ) -> Result<Inputs, ValueFileError> {
        let roots = self.trees.roots();
        let stack = match (sources.stack, self.stack, path) {
            (Some(list), ..) => argument("--stack", list, &roots)?,
            (None, Some(stack), _) => stack,
            (None, None, Some(path)) => {
                return Err(ValueFileError::MissingKey { path: path.into(), key: STACK[0] });
            }
            (None, None, None) => Vec::new(),
        };
        let tape = match sources.advice {
            Some(list) => argument("--advice", list, &roots)?,
            None => self.tape.unwrap_or_default(),
        };
        let path = path.unwrap_or(Path::new(ARGUMENTS));
        let pushed = stack.iter().flat_map(Item::pushed).collect();
        let initial = StackInputs::new(pushed)
            .map_err(|source| ValueFileError::Inputs { path: path.into(), source })?;
        let read = tape.iter().flat_map(|item| item.elements.iter().copied()).collect();
        let (store, trees) = self.trees.into_parts();
        let advice = AdviceInputs::new(read).with_map(self.map).with_merkle_store(store);
        let values = ProgramInputs { stack: initial, advice };
        Ok(Inputs { values, stack, tape, trees, ..Inputs::default() })
    }
}

/// Name of the arguments in messages.
const ARGUMENTS: &str = "arguments";

/// Parses numbers and words separated by commas.
fn argument(option: &'static str, list: &str, roots: &Roots) -> Result<Vec<Item>, ValueFileError> {
    let texts = list.split(',').map(|item| Value::Text(item.trim().into()));
    let list = Value::List(if list.trim().is_empty() { Vec::new() } else { texts.collect() });
    items(&At::key(Path::new(ARGUMENTS), option, &list), roots)
}
