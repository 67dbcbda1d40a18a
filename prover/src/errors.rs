use miden_air::proof::{ProofError, UnexpectedForm};
use miden_processor::ExecutionError;

/// Reasons why no proof was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProverError {
    /// The program failed in a way that cannot be proven.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// The parameter set does not accept a trace of this length.
    #[error(transparent)]
    TraceLength(#[from] ProofError),
    /// The proof system gave up.
    #[error("the proof system failed: {0}")]
    Backend(#[from] BackendError),
    /// The proof system returned something unexpected.
    #[error(transparent)]
    Form(#[from] UnexpectedForm),
}

/// An error of the proof system.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct BackendError(#[from] winter_prover::ProverError);
