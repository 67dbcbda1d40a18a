use crate::{Digest, Kernel, StackInputs, StackOutputs};

/// What a proof is about: the program with this digest, on this kernel, started on these inputs, ends with these
/// outputs.
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
    /// The complete final stack.
    pub outputs: StackOutputs,
}
