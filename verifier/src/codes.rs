use miden_air::{StatementError, proof::ProofError};
use miden_core::DecodeError;

use crate::VerifierError;

/// Expands the table to the functions.
macro_rules! codes {
    ($($pattern:pat => $number:literal, $name:literal;)+) => {
        impl VerifierError {
            /// Numbers and names of the kinds of errors, by number. Numbers are stable, and never used again for another
            /// error.
            pub const CODES: &[(u16, &str)] = &[$(($number, $name),)+];

            /// Number of the kind of error.
            pub const fn code(&self) -> u16 {
                self.entry().0
            }

            /// Name of the kind of error.
            pub const fn kind(&self) -> &'static str {
                self.entry().1
            }

            const fn entry(&self) -> (u16, &'static str) {
                match self {
                    $($pattern => ($number, $name),)+
                    // Variants that another version of the crates below may add.
                    Self::Proof(_) => (303, "MalformedProof"),
                    Self::Statement(_) => (311, "ImpossibleOutcome"),
                }
            }
        }
    };
}

codes! {
    Self::Proof(ProofError::Decode(DecodeError::WrongMagic { .. })) => 301, "NotAProof";
    Self::Proof(ProofError::Decode(DecodeError::WrongVersion { .. })) => 302, "ProofVersion";
    Self::Proof(ProofError::Decode(_)) => 303, "MalformedProof";
    Self::Proof(ProofError::UnknownParameterSet { .. }) => 304, "UnknownParameterSet";
    Self::Proof(ProofError::UnknownOptions { .. }) => 305, "UnknownOptions";
    Self::Proof(ProofError::TraceLength { .. }) => 306, "UnacceptableLength";
    Self::ParameterSet { .. } => 307, "UnacceptableParameterSet";
    Self::NotHiding => 308, "NotHiding";
    Self::Security { .. } => 309, "InsufficientSecurity";
    Self::Outcome { .. } => 310, "OtherOutcome";
    Self::Statement(StatementError::Outcome(_)) => 311, "ImpossibleOutcome";
    Self::Statement(StatementError::TraceTooShort { .. }) => 312, "TraceTooShort";
    Self::Challenge => 313, "NoChallenge";
    Self::PointInDomain => 314, "PointInDomain";
    Self::ProofOfWork { .. } => 315, "ProofOfWork";
    Self::Constraints => 316, "Constraints";
    Self::TraceOpening => 317, "TraceOpening";
    Self::QuotientOpening => 318, "QuotientOpening";
    Self::LayerOpening => 319, "LayerOpening";
    Self::LayerFolding { .. } => 320, "LayerFolding";
    Self::RemainderFolding => 321, "RemainderFolding";
}
