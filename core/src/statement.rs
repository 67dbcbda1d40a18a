use crate::{Digest, Kernel, Outcome, StackInputs, StackOutputs};

/// What a proof is about: the program with this digest, on this kernel, started on these inputs, has this outcome and
/// leaves these outputs.
///
/// The verifier takes the whole statement from its caller and nothing of it from the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Digest of the root node of the program.
    pub program: Digest,
    /// The procedures that its system calls may enter.
    pub kernel: Kernel,
    /// The initial stack.
    pub inputs: StackInputs,
    /// Success: the complete final stack. Fault: the 16 items that are on top when the operation fails.
    pub outputs: StackOutputs,
    /// How the program ended.
    pub outcome: Outcome,
    /// A limit that is part of the statement: a program that ends has done so within as many cycles, and one that has
    /// not ended then fails with [`FaultCode::CycleLimitExceeded`](crate::FaultCode::CycleLimitExceeded).
    pub cycle_limit: Option<u64>,
}

impl Statement {
    /// The program ends, with these outputs and without a limit.
    pub const fn success(
        program: Digest,
        kernel: Kernel,
        inputs: StackInputs,
        outputs: StackOutputs,
    ) -> Self {
        Self { program, kernel, inputs, outputs, outcome: Outcome::Success, cycle_limit: None }
    }
}
