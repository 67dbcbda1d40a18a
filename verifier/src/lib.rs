#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::panic, clippy::expect_used))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod admission;
mod errors;
mod expected;
mod policy;
mod protocol;
#[cfg(test)]
mod tests;
mod transcript;

use miden_air::{MidenAir, PublicInputs};
use miden_core::Reader;

pub use errors::VerifierError;
pub use expected::ExpectedOutcome;
pub use policy::Policy;

// Every type that a caller has to name, so that it can depend on this crate alone.
pub use miden_air::{
    CommitmentHash, ParameterSet, SecurityLevel, StatementError, UnknownParameterSet,
    proof::{ProofError, UnexpectedForm},
};
pub use miden_core::{
    DecodeError, Digest, FaultClaim, FaultCode, Felt, HexError, InputError, Kernel, KernelError, Opcode,
    Outcome, OutcomeError, OutputError, StackInputs, StackOutputs, Statement, UnknownFaultCode,
};
/// The error of the proof backend.
pub use winter_verifier::VerifierError as BackendError;

/// What is known about a proof that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How the program ended; the statement has said so.
    pub outcome: Outcome,
    /// The parameters of the proof.
    pub parameter_set: ParameterSet,
    /// Number of rows of the trace.
    pub trace_rows: usize,
    /// How hard it is to make such a proof for a false statement.
    pub security: SecurityLevel,
}

/// Checks that `proof` proves `statement`, with any of the parameter sets.
///
/// The outcome is a part of the statement like any other: a proof of a success is none of a fault, nor the reverse, nor is
/// one of a fault a proof of another fault.
///
/// # Errors
/// If it does not; see [`VerifierError`].
pub fn verify(statement: &Statement, proof: &[u8]) -> Result<Verified, VerifierError> {
    verify_with(statement, proof, &Policy::default())
}

/// Like [`verify`], for callers that accept only some parameter sets or security levels.
///
/// # Errors
/// If `proof` does not prove `statement`, or `policy` refuses its parameters; see [`VerifierError`].
pub fn verify_with(statement: &Statement, proof: &[u8], policy: &Policy) -> Result<Verified, VerifierError> {
    // 1 ----- admit the parameters, before anything is built from numbers of the proof
    let mut reader = Reader::new(proof);
    let header = admission::admit_header(&mut reader, policy)?;
    let (parameter_set, trace_rows) = (header.parameter_set(), header.trace_rows());
    let public_inputs = PublicInputs::new(statement.clone(), parameter_set);
    public_inputs.check_rows(trace_rows)?;

    // 2 to 6 ----- see `protocol`
    let trace = miden_air::trace_info(trace_rows);
    let security = protocol::verify_air::<MidenAir>(trace, public_inputs, parameter_set, reader, policy)?;
    Ok(Verified { outcome: statement.outcome, parameter_set, trace_rows, security })
}

/// Like [`verify_with`], for callers that learn from whoever made the proof how the program ended.
///
/// Program, kernel, inputs and cycle limit of `claim` are the caller's own. Its outcome and its outputs may come with the
/// proof: they are what is verified, and the outcome is returned if it is proven and one of those that the caller expects.
/// Nothing is taken from the proof itself.
///
/// # Errors
/// If another outcome is claimed, and as [`verify_with`].
pub fn verify_outcome(
    claim: &Statement,
    expected: ExpectedOutcome,
    proof: &[u8],
    policy: &Policy,
) -> Result<Verified, VerifierError> {
    if !expected.accepts(&claim.outcome) {
        return Err(VerifierError::Outcome { expected, got: claim.outcome });
    }
    verify_with(claim, proof, policy)
}
