use miden_core::{AdviceInputs, Felt, ProgramInputs, StackInputs};
use miden_prover::ParameterSet;
use serde::Deserialize;

use crate::{limits, problem::Problem};

/// The fields of the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// Source of the program, or of a module.
    pub(crate) source: String,
    /// Source of the kernel, if there is one.
    #[serde(default)]
    pub(crate) kernel: String,
    /// Numbers of the initial stack, the last one on top.
    #[serde(default)]
    stack: String,
    /// Numbers of the advice tape.
    #[serde(default)]
    advice: String,
    /// The cycle limit that is part of the statement.
    #[serde(default)]
    pub(crate) cycle_limit: Option<u64>,
    /// Name of the parameter set of a proof.
    #[serde(default)]
    parameter_set: Option<String>,
}

impl Request {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let request: Self = serde_json::from_slice(bytes)?;
        let length = request.source.len() + request.kernel.len();
        if length > limits::SOURCE_BYTES {
            return Err(Problem::SourceLength(length));
        }
        Ok(request)
    }

    pub(crate) fn stack(&self) -> Result<StackInputs, Problem> {
        // The items are below the modulus, and fewer than a statement can have.
        StackInputs::new(numbers("stack", &self.stack)?).map_err(|error| Problem::Internal(error.to_string()))
    }

    pub(crate) fn inputs(&self) -> Result<ProgramInputs, Problem> {
        let advice = AdviceInputs::new(numbers("advice", &self.advice)?);
        Ok(ProgramInputs { stack: self.stack()?, advice })
    }

    /// The parameter set by its name; the default one without.
    pub(crate) fn parameter_set(&self) -> Result<ParameterSet, Problem> {
        let Some(name) = &self.parameter_set else { return Ok(ParameterSet::default()) };
        Ok(name.parse()?)
    }
}

/// Numbers separated by commas or blanks.
fn numbers(list: &'static str, text: &str) -> Result<Vec<Felt>, Problem> {
    let items = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|item| !item.is_empty());
    let mut numbers = Vec::new();
    for item in items {
        if numbers.len() == limits::INPUT_ITEMS {
            return Err(Problem::TooManyItems { list });
        }
        let number = item.parse();
        numbers.push(number.map_err(|_| Problem::Number { list, item: item.chars().take(40).collect() })?);
    }
    Ok(numbers)
}
