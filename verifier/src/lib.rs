#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::panic, clippy::expect_used))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod admission;
mod errors;
mod policy;
mod protocol;
#[cfg(test)]
mod tests;
mod transcript;

use miden_air::{MidenAir, ParameterSet, PublicInputs, SecurityLevel};
use miden_core::{Reader, Statement};

pub use errors::VerifierError;
pub use policy::Policy;

/// What is known about a proof that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The parameters of the proof.
    pub parameter_set: ParameterSet,
    /// Number of rows of the trace.
    pub trace_rows: usize,
    /// How hard it is to make such a proof for a false statement.
    pub security: SecurityLevel,
}

/// Checks that `proof` proves `statement`, with any of the parameter sets.
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
    Ok(Verified { parameter_set, trace_rows, security })
}
