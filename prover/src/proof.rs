use alloc::vec::Vec;

use miden_air::{ParameterSet, SecurityLevel, proof::ProofHeader};

/// A proof, and what its maker knows about it.
///
/// The bytes are all that a verifier takes; everything else is derived from them or, like the number of cycles, not
/// part of what is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionProof {
    pub(crate) bytes: Vec<u8>,
    pub(crate) header: ProofHeader,
    pub(crate) security: SecurityLevel,
    pub(crate) cycles: u64,
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

    /// Number of cycles that the program took.
    pub const fn cycles(&self) -> u64 {
        self.cycles
    }
}
