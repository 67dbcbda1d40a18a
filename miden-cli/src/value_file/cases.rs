//! Cases of tests: the text of an attribute `@test(…)`, or a table of cases in a file.

use std::path::Path;

use miden_assembly::nearest;
use miden_core::{Felt, ProgramInputs};

use super::{
    errors::ValueFileError,
    inputs::{Content, InputSources},
    items::{Item, Roots, items},
    place::{At, check_keys, find},
    value::{Entries, parse, parse_inline},
};
use crate::{
    explanations::{Explanation, Group},
    files::Files,
    testing::Generator,
};

/// The lists under their names in attributes, and in files of inputs.
const STACK: [&str; 2] = ["stack", "operand_stack"];
const TAPE: [&str; 2] = ["advice", "advice_stack"];

/// The keys of a case, and `cases`, which an attribute has instead of them.
const KEYS: [&str; 15] = [
    "name",
    STACK[0],
    STACK[1],
    TAPE[0],
    TAPE[1],
    "advice_map",
    "merkle_store",
    "inputs",
    "random",
    "expect",
    "top",
    "fault",
    "message",
    "max_cycles",
    "cases",
];

/// A case of a test.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: Option<String>,
    pub(crate) inputs: ProgramInputs,
    /// The initial stack as stated, the last item on top; the inputs have 16 items or more.
    pub(crate) stack: Vec<Felt>,
    /// The items that are drawn at random and pushed on the initial stack.
    pub(crate) random: Vec<Generator>,
    pub(crate) expected: Expected,
}

/// The result that a case states.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) stack: Option<ExpectedStack>,
    pub(crate) failure: Option<ExpectedFailure>,
    pub(crate) max_cycles: Option<u64>,
}

/// Items of the final stack, top first.
#[derive(Clone, Debug)]
pub(crate) struct ExpectedStack {
    pub(crate) items: Vec<Felt>,
    /// Whether all items below are zero; otherwise they can have any value.
    pub(crate) is_whole: bool,
}

/// A failure; every part that is stated must be right.
#[derive(Clone, Debug)]
pub(crate) struct ExpectedFailure {
    /// The name of the fault or failure.
    pub(crate) kind: Option<&'static str>,
    /// The program's own message.
    pub(crate) message: Option<String>,
}

/// Where cases come from, and what arguments replace.
#[derive(Clone, Copy)]
pub(crate) struct CaseSource<'a> {
    /// The place in messages.
    pub(crate) place: &'a Path,
    /// The directory of the source, to which the paths of other files are relative.
    pub(crate) directory: &'a Path,
    pub(crate) files: &'a Files,
    /// Replaces the stack of the case, with its random items.
    pub(crate) stack: Option<&'a str>,
    /// Replaces the tape of the case.
    pub(crate) advice: Option<&'a str>,
}

/// Reads the cases of an attribute, given the text in its parentheses.
pub(crate) fn read(source: CaseSource<'_>, text: &str) -> Result<Vec<Case>, ValueFileError> {
    let path = source.place;
    let object = parse_inline(path, text)?;
    let at = |key| find(&object, key).map(|value| At::key(path, key, value));
    let allowed: &[&'static str] = if at("cases").is_some() { &["cases"] } else { &KEYS };
    check_keys(&object, allowed).map_err(|unknown| unknown.error(path, None))?;
    match at("cases") {
        Some(cases) => read_table(source, cases.text("the path of a file")?),
        None => Ok(vec![case(source, path, &at)?]),
    }
}

/// Reads a file of cases: objects in the list `case`.
fn read_table(source: CaseSource<'_>, file: &str) -> Result<Vec<Case>, ValueFileError> {
    let path = source.directory.join(file);
    let object: Entries = parse(&path, &source.files.read_text(&path)?)?;
    check_keys(&object, &["case"]).map_err(|unknown| unknown.error(&path, None))?;
    let list = find(&object, "case").ok_or(ValueFileError::MissingKey { path: path.clone(), key: "case" })?;
    let list = At::key(&path, "case", list);
    let mut cases = Vec::new();
    for item in list.items("a list of cases")? {
        let entries = item.object("an object")?;
        let (_, keys) = KEYS.split_last().expect("there are keys");
        check_keys(entries, keys).map_err(|unknown| unknown.error(&path, Some(item.to_string())))?;
        cases.push(case(source, &path, &|key| find(entries, key).map(|value| item.member(key, value)))?);
    }
    Ok(cases)
}

fn case<'a>(
    source: CaseSource<'_>,
    path: &'a Path,
    at: &impl Fn(&'static str) -> Option<At<'a>>,
) -> Result<Case, ValueFileError> {
    let own = Content::of(path, at, &STACK, &TAPE)?;
    let content = match at("inputs") {
        None => own,
        Some(file) => {
            let file = source.directory.join(file.text("the path of a file")?);
            own.or(Content::parse(&file, &source.files.read_text(&file)?)?)
        }
    };
    let roots = content.roots();
    let arguments = InputSources { file: None, default: None, stack: source.stack, advice: source.advice };
    let inputs = content.with_stack().inputs(Some(path), &arguments)?;
    let stack = inputs.stack.iter().flat_map(Item::pushed).collect();
    let name = at("name").map(|name| name.text("a text")).transpose()?.map(str::to_owned);
    let random = at("random").filter(|_| source.stack.is_none());
    let random = random.map(|list| generators(&list)).transpose()?.unwrap_or_default();
    Ok(Case { name, inputs: inputs.values, stack, random, expected: expected(path, at, &roots)? })
}

fn generators(list: &At<'_>) -> Result<Vec<Generator>, ValueFileError> {
    let parse = |item: At<'_>| {
        let text = item.text(Generator::FORMS)?;
        Generator::parse(text).ok_or_else(|| item.expected(Generator::FORMS))
    };
    list.items("a list of texts")?.map(parse).collect()
}

fn expected<'a>(
    path: &'a Path,
    at: &impl Fn(&'static str) -> Option<At<'a>>,
    roots: &Roots,
) -> Result<Expected, ValueFileError> {
    let list = |list: At<'_>| -> Result<Vec<Felt>, ValueFileError> {
        Ok(items(&list, roots)?.iter().flat_map(Item::top_first).collect())
    };
    let (whole, top) = (at("expect"), at("top"));
    let stack = match (whole, top) {
        (Some(_), Some(_)) => {
            return Err(ValueFileError::SameList { path: path.into(), first: "expect", second: "top" });
        }
        (Some(whole), None) => Some(ExpectedStack { items: list(whole)?, is_whole: true }),
        (None, Some(top)) => Some(ExpectedStack { items: list(top)?, is_whole: false }),
        (None, None) => None,
    };
    let failure = match (at("fault"), at("message")) {
        (None, None) => None,
        (fault, message) => {
            let result = whole.or(top).or(at("max_cycles"));
            if let Some(result) = result {
                let expected = "to be absent, since a program that fails has no result";
                return Err(result.expected(expected));
            }
            let kind = fault.map(|fault| failure_kind(&fault)).transpose()?;
            let message = message.map(|message| message.text("a text")).transpose()?;
            Some(ExpectedFailure { kind, message: message.map(str::to_owned) })
        }
    };
    Ok(Expected { stack, failure, max_cycles: at("max_cycles").map(|limit| limit.number()).transpose()? })
}

/// The name of a fault, or of a failure that cannot be proven.
fn failure_kind(at: &At<'_>) -> Result<&'static str, ValueFileError> {
    const EXPECTED: &str = "the name of a fault or a failure, see `miden explain`";
    let text = at.text(EXPECTED)?;
    let names: Vec<_> = Explanation::all()
        .into_iter()
        .filter(|explanation| explanation.group != Group::Error)
        .map(|explanation| explanation.name)
        .collect();
    names.iter().copied().find(|name| *name == text).ok_or_else(|| {
        match nearest(text, names.iter().copied()) {
            Some(nearest) => at.expected(format!("{EXPECTED}; did you mean \"{nearest}\"?")),
            None => at.expected(EXPECTED),
        }
    })
}
