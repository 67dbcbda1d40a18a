use miden_air::{ParameterSet, SecurityLevel, StatementError, proof::ProofError};
use miden_core::{DecodeError, Outcome};

use crate::ExpectedOutcome;

/// The check that a proof failed.
///
/// A proof of another statement follows another transcript, so it usually fails with
/// [`VerifierError::ProofOfWork`], the first check that depends on the transcript.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// The bytes are not a proof of this version.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The caller does not accept the parameter set.
    #[error("proofs with parameter set {set} are not accepted here")]
    ParameterSet {
        /// The parameter set of the proof.
        set: ParameterSet,
    },
    /// The proof shows parts of the execution, and the caller accepts only proofs that hide it.
    #[error("the proof does not hide the execution, which is required here; prove with hiding on")]
    NotHiding,
    /// The proof is weaker than required.
    #[error("the proof has {got}, at least {minimum} are required")]
    Security {
        /// The level of the proof.
        got: SecurityLevel,
        /// The level that is required.
        minimum: SecurityLevel,
    },
    /// The claimed outcome is not the expected one.
    #[error("the claimed outcome is {got}, expected {expected}")]
    Outcome {
        /// The outcomes that the caller accepts.
        expected: ExpectedOutcome,
        /// The claimed outcome.
        got: Outcome,
    },
    /// The statement is false whatever the proof, or the trace is too short for the statement.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A challenge could not be drawn.
    #[error("the transcript of the proof yields no challenge")]
    Challenge,
    /// The point at which the polynomials are compared lies in the domain of the trace or of its extension.
    #[error("the out-of-domain point lies in a domain")]
    PointInDomain,
    /// The proof of work for the query positions is missing.
    #[error(
        "the proof was altered, or proves another statement: another program, kernel, inputs, outcome, outputs or \
         cycle limit (proof of work has {got} zero bits of {required})"
    )]
    ProofOfWork {
        /// Number of zero bits that the parameter set requires.
        required: u32,
        /// Number of zero bits found.
        got: u32,
    },
    /// The constraints do not hold at the out-of-domain point.
    #[error("the constraints do not hold at the out-of-domain point")]
    Constraints,
    /// Opened rows of the trace do not match their commitment.
    #[error("opened rows of the trace do not match their commitment")]
    TraceOpening,
    /// Opened rows of the quotient do not match their commitment.
    #[error("opened rows of the quotient do not match their commitment")]
    QuotientOpening,
    /// Opened rows of a FRI layer do not match their commitment.
    #[error("opened rows of a FRI layer do not match their commitment")]
    LayerOpening,
    /// A FRI layer is not the folding of the previous one.
    #[error("FRI layer {layer} is not the folding of the previous one")]
    LayerFolding {
        /// The layer, counted from 0.
        layer: usize,
    },
    /// The FRI remainder is not the folding of the last layer.
    #[error("the FRI remainder is not the folding of the last layer")]
    RemainderFolding,
}

impl From<DecodeError> for VerifierError {
    fn from(error: DecodeError) -> Self {
        Self::Proof(error.into())
    }
}
