use alloc::vec::Vec;

use miden_air::{ParameterSet, SecurityLevel, SecurityReport, proof::ProofHeader};
use miden_core::{Outcome, ProofBundle, StackOutputs, Statement};
use miden_processor::ExecutionError;

/// A proof, with the facts that its prover knows.
///
/// A verifier takes only the bytes from it. The statement travels separately: the verifier has its own, or receives the
/// outcome and the outputs as claims. Facts that are neither in the bytes nor in the statement, such as the cycles of a
/// success and the message of an assertion, are not proven.
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
    /// The bytes that the verifier reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// Like [`Self::to_bytes`], without a copy.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The proof with its statement, which is everything of it that can be sent; what only the prover knows, such as the
    /// message of an assertion, is left out.
    pub fn into_bundle(self) -> ProofBundle {
        ProofBundle { statement: self.statement, proof: self.bytes }
    }

    /// The parameters of the proof.
    pub const fn parameter_set(&self) -> ParameterSet {
        self.header.parameter_set()
    }

    /// Whether the proof hides the execution.
    pub const fn hides(&self) -> bool {
        self.header.hides()
    }

    /// Number of rows of the trace.
    pub const fn trace_rows(&self) -> usize {
        self.header.trace_rows()
    }

    /// The difficulty of forging such a proof.
    pub const fn security(&self) -> SecurityLevel {
        self.security
    }

    /// The same by round of the protocol.
    pub fn security_report(&self) -> SecurityReport {
        SecurityReport::new(self.header)
    }

    /// The proven statement.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// How the program ended.
    pub const fn outcome(&self) -> &Outcome {
        &self.statement.outcome
    }

    /// The complete final stack; if the program failed, the top 16 items.
    pub const fn outputs(&self) -> &StackOutputs {
        &self.statement.outputs
    }

    /// The failure of the program, if it failed; it says more than is proven, such as the message of an assertion.
    pub const fn failure(&self) -> Option<&ExecutionError> {
        self.failure.as_ref()
    }

    /// Number of cycles; if the program failed, those before the failure.
    pub const fn cycles(&self) -> u64 {
        self.cycles
    }
}
