use miden_air::proof::ProofError;
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
    /// The proof would take more memory than the options allow, or than the machine has free. Noticed before the
    /// columns of the trace are allocated.
    #[error(
        "a proof of {rows} rows takes about {} MiB, but only {} MiB may be used; allow more, choose a parameter set \
         with a smaller blow-up, or split the program",
        needed.div_ceil(1 << 20),
        limit >> 20
    )]
    Memory {
        /// Number of rows, a power of two.
        rows: usize,
        /// Estimated number of bytes.
        needed: u64,
        /// Largest number of bytes.
        limit: u64,
    },
    /// The proof has been [cancelled](crate::Cancellation).
    #[error("the proof has been cancelled")]
    Cancelled,
    /// There is no randomness to hide the execution with: the operating system gave none, or there is none.
    #[error(
        "the operating system gave no randomness, which a proof needs to hide the execution; hand in a generator \
         (`Prover::with_rng`), or prove without hiding"
    )]
    Randomness,
    /// The out-of-domain point lies in the domain of the trace or of its extension. A verifier rejects such a proof, and it
    /// would show cells of the trace. No transcript has ever led to one.
    #[error("the out-of-domain point lies in a domain; prove again")]
    PointInDomain,
}
