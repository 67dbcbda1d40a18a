use miden_air::UnknownParameterSet;
use miden_assembly::Diagnostics;
use miden_prover::ProverError;
use serde_json::{Value, json};

use crate::{check, limits};

/// The reason why an operation was not performed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Problem {
    /// The host asks for an operation of another version.
    #[error("there is no operation {0}")]
    Operation(u32),
    /// The request is not a request.
    #[error("malformed request: {0}")]
    Request(#[from] serde_json::Error),
    /// The sources are too long.
    #[error("the sources have {0} bytes, at most {max} are allowed", max = limits::SOURCE_BYTES)]
    SourceLength(usize),
    /// An input is not a list of numbers.
    #[error(
        "{list}: `{item}` is not a number below 2^64 − 2^32 + 1; numbers are separated by commas or blanks"
    )]
    Number { list: &'static str, item: String },
    /// An input has too many numbers.
    #[error("{list}: at most {max} numbers are allowed", max = limits::INPUT_ITEMS)]
    TooManyItems { list: &'static str },
    /// There is no such parameter set.
    #[error(transparent)]
    ParameterSet(#[from] UnknownParameterSet),
    /// The sources have errors.
    #[error("the source has errors")]
    Sources(Box<Diagnostics>),
    /// The page gave no randomness.
    #[error("a proof that hides the execution needs 32 random bytes, and got {0}")]
    Seed(usize),
    /// The execution cannot be proven.
    #[error(transparent)]
    Prover(#[from] ProverError),
    /// The module is broken.
    #[error("internal error: {0}")]
    Internal(String),
}

impl Problem {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Operation(_) => "UnknownOperation",
            Self::Request(_) => "MalformedRequest",
            Self::SourceLength(_) => "SourceTooLong",
            Self::Number { .. } | Self::TooManyItems { .. } => "Inputs",
            Self::ParameterSet(_) => "UnknownParameterSet",
            Self::Sources(_) => "Assembly",
            Self::Seed(_) => "NoRandomness",
            Self::Prover(_) => "NotProven",
            Self::Internal(_) => "Internal",
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = json!({"outcome": "error", "error": self.kind(), "message": self.to_string()});
        if let Self::Sources(diagnostics) = self {
            object["diagnostics"] = check::to_json(diagnostics.iter());
        }
        object
    }
}

impl From<Diagnostics> for Problem {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Sources(Box::new(diagnostics))
    }
}
