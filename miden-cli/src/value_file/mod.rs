//! JSON files of a program's inputs and outputs.

use std::path::Path;

use miden_core::{AdviceInputs, Felt, ProgramInputs, StackInputs};
use serde::Deserialize;
use serde_json::Value;

use crate::files;

mod advice;
mod errors;
mod json;
mod outputs;
#[cfg(test)]
mod tests;

pub(crate) use errors::ValueFileError;
use json::Entries;
pub(crate) use outputs::Outputs;

// The keys of version 0.3, each followed by its name in later versions.
#[derive(Deserialize)]
struct InputFile {
    stack_init: Option<Value>,
    operand_stack: Option<Value>,
    advice_tape: Option<Value>,
    advice_stack: Option<Value>,
    advice_map: Option<Entries>,
    merkle_store: Option<Value>,
}

/// Reads the inputs of a program.
///
/// Without an explicit path, a missing file at the default path means no inputs.
pub(crate) fn read_inputs(explicit: Option<&Path>, default: &Path) -> Result<ProgramInputs, ValueFileError> {
    let path = match explicit {
        Some(path) => path,
        None if default.exists() => default,
        None => return Ok(ProgramInputs::default()),
    };
    parse_inputs(path, &files::read(path)?)
}

fn parse_inputs(path: &Path, bytes: &[u8]) -> Result<ProgramInputs, ValueFileError> {
    let file: InputFile = json::parse(path, bytes)?;
    let stack = one_list(path, ("stack_init", file.stack_init), ("operand_stack", file.operand_stack))?;
    let stack = stack.ok_or(ValueFileError::MissingKey { path: path.into(), key: "stack_init" })?;
    let stack =
        StackInputs::new(stack).map_err(|source| ValueFileError::Inputs { path: path.into(), source })?;
    let tape = one_list(path, ("advice_tape", file.advice_tape), ("advice_stack", file.advice_stack))?;
    let mut advice = AdviceInputs::new(tape.unwrap_or_default());
    if let Some(entries) = file.advice_map {
        advice = advice.with_map(advice::map(path, &entries)?);
    }
    if let Some(trees) = file.merkle_store {
        advice = advice.with_merkle_store(advice::merkle_store(path, &trees)?);
    }
    Ok(ProgramInputs { stack, advice })
}

type Named = (&'static str, Option<Value>);

/// The list under either of two keys.
fn one_list(
    path: &Path,
    (first, first_list): Named,
    (second, second_list): Named,
) -> Result<Option<Vec<Felt>>, ValueFileError> {
    match (first_list, second_list) {
        (Some(_), Some(_)) => Err(ValueFileError::SameList { path: path.into(), first, second }),
        (Some(list), None) => json::felts(path, first, &list).map(Some),
        (None, Some(list)) => json::felts(path, second, &list).map(Some),
        (None, None) => Ok(None),
    }
}
