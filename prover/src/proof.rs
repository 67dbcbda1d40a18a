use alloc::vec::Vec;

use miden_air::{ParameterSet, SecurityLevel, proof::ProofHeader};
use miden_core::{Outcome, StackOutputs, Statement};
use miden_processor::ExecutionError;

/// A proof, and what its maker knows about it.
///
/// The bytes are all that a verifier takes from it. The statement goes another way: the verifier has its own, or gets the
/// outcome and the outputs as claims. What is neither in the bytes nor in the statement, like the number of cycles of a
/// success and the message of an assertion, is not proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionProof {
    pub(crate) bytes: Vec<u8>,
    pub(crate) header: ProofHeader,
    pub(crate) security: SecurityLevel,
    pub(crate) cycles: u64,
    pub(crate) statement: Statement,
    pub(crate) failure: Option<ExecutionError>,
}

impl ExecutionProof {
    /// The proof as the verifier reads it.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// Like [`Self::to_bytes`], without a copy.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The parameters of the proof.
    pub const fn parameter_set(&self) -> ParameterSet {
        self.header.parameter_set()
    }

    /// Number of rows of the trace.
    pub const fn trace_rows(&self) -> usize {
        self.header.trace_rows()
    }

    /// How hard it is to make such a proof for a false statement.
    pub const fn security(&self) -> SecurityLevel {
        self.security
    }

    /// What is proven.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// How the program ended.
    pub const fn outcome(&self) -> &Outcome {
        &self.statement.outcome
    }

    /// The complete final stack; if the program has failed, the 16 items that were on top.
    pub const fn outputs(&self) -> &StackOutputs {
        &self.statement.outputs
    }

    /// If the program has failed: how, with more than is proven, such as the message of an assertion.
    pub const fn failure(&self) -> Option<&ExecutionError> {
        self.failure.as_ref()
    }

    /// Number of cycles that the program took; if it has failed, up to then.
    pub const fn cycles(&self) -> u64 {
        self.cycles
    }
}
