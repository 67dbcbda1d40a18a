#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::panic, clippy::expect_used))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(not(any(feature = "blake3-192", feature = "blake3-256", feature = "rescue-prime")))]
compile_error!("without `std`, name the parameter sets: the feature `all-hashes`, or some of its parts");

mod batch;
mod bundle;
mod checks;
mod codes;
mod errors;
mod expected;
mod policy;
mod protocol;
mod storage;
#[cfg(test)]
mod tests;

use miden_air::{MidenAir, PublicInputs, proof::ProofShape};
use miden_core::{Reader, field::ToElements};
use winter_air::Air;

pub use batch::verify_all;
pub use bundle::{Expectation, Mismatch, ProofBundleError, verify_bundle};
pub use errors::VerifierError;
pub use expected::ExpectedOutcome;
pub use policy::Policy;
pub use storage::{
    BrokenLink, ChainError, EntryError, Transition, TransitionError, verify_chain, verify_entry,
    verify_transition,
};

// Every type that callers have to name, so that they can depend on this crate alone.
pub use miden_air::{
    Bits, CommitmentHash, ParameterSet, Round, RoundSecurity, SecurityLevel, SecurityReport, StatementError,
    UnknownParameterSet, proof::ProofError,
};
pub use miden_core::{
    DecodeError, Difference, Digest, FaultClaim, FaultCode, Felt, HexError, InputError, Kernel, KernelError,
    Opcode, Outcome, OutcomeError, ProofBundle, StackInputs, StackName, StackOutputs, Statement,
    UnknownFaultCode,
};

/// The facts that an accepted proof establishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The outcome of the program, as stated.
    pub outcome: Outcome,
    /// The parameters of the proof.
    pub parameter_set: ParameterSet,
    /// Number of rows of the trace.
    pub trace_rows: usize,
    /// Whether the proof has a form that hides the execution. Whoever made it may have published more.
    pub hides: bool,
    /// The effort of forging such a proof for a false statement.
    pub security: SecurityLevel,
    /// The same by round of the protocol.
    pub security_report: SecurityReport,
}

/// Checks that `proof` proves `statement`; any parameter set is accepted.
///
/// The outcome is part of the statement: a proof of success never verifies as a proof of a fault, nor the reverse, and
/// a proof of one fault never as a proof of another.
///
/// # Errors
/// If it does not prove the statement; see [`VerifierError`].
pub fn verify(statement: &Statement, proof: &[u8]) -> Result<Verified, VerifierError> {
    verify_with(statement, proof, &Policy::default())
}

/// Like [`verify`], for callers that accept only some parameter sets or security levels.
///
/// # Errors
/// If `proof` does not prove `statement`, or `policy` does not accept its parameters; see [`VerifierError`].
pub fn verify_with(statement: &Statement, proof: &[u8], policy: &Policy) -> Result<Verified, VerifierError> {
    // 1 ----- check the parameters before anything is built from numbers in the proof
    let mut reader = Reader::new(proof);
    let header = checks::read_header(&mut reader, policy)?;
    let security_report = checks::check_security(header, policy)?;
    let (parameter_set, trace_rows) = (header.parameter_set(), header.trace_rows());
    let public_inputs = PublicInputs::new(statement.clone(), parameter_set).with_hiding(header.hides());
    public_inputs.check_rows(trace_rows)?;

    // 2 ----- derive the constraints, and from them the shape of the proof; 3 to 8 ----- see `protocol`
    let statement_elements = public_inputs.to_elements();
    let air = MidenAir::new(miden_air::trace_info(trace_rows), public_inputs, parameter_set.proof_options());
    let shape = ProofShape::new(&air, header.hiding());
    protocol::verify_air(&air, &shape, &statement_elements, parameter_set, reader)?;
    Ok(Verified {
        outcome: statement.outcome,
        parameter_set,
        trace_rows,
        hides: header.hides(),
        security: security_report.level(),
        security_report,
    })
}

/// Like [`verify_with`], for callers that learn from the prover how the program ended.
///
/// Program, kernel, inputs and cycle limit of `claim` are the caller's own; outcome and outputs may be the prover's
/// claims. The outcome is returned if it is proven and among those that the caller expects. Nothing is taken from the
/// proof itself.
///
/// # Errors
/// If another outcome is claimed; otherwise like [`verify_with`].
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
