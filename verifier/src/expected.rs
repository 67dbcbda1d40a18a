use core::fmt;

use miden_core::{FaultCode, Outcome};

/// The outcomes that a caller accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpectedOutcome {
    /// The program ended.
    #[default]
    Success,
    /// The program failed with this code, anywhere.
    Fault(FaultCode),
    /// The program ended or failed.
    Any,
}

impl ExpectedOutcome {
    /// Whether the caller accepts this outcome.
    pub fn accepts(self, outcome: &Outcome) -> bool {
        match self {
            Self::Success => outcome.is_success(),
            Self::Fault(code) => outcome.fault().is_some_and(|fault| fault.code == code),
            Self::Any => true,
        }
    }
}

impl fmt::Display for ExpectedOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::Fault(code) => code.fmt(f),
            Self::Any => f.write_str("any outcome"),
        }
    }
}
