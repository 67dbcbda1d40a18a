//! Files of a program's inputs and outputs, in JSON or TOML.

mod advice;
mod cases;
mod errors;
mod inputs;
mod items;
mod merge;
mod outputs;
mod place;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use cases::{Case, CaseSource, ExpectedFailure, ExpectedStack, read as read_cases};
pub(crate) use errors::ValueFileError;
pub(crate) use inputs::{InputSources, Inputs, read as read_inputs};
pub(crate) use items::{Item, ItemKind};
pub(crate) use outputs::Outputs;
