mod bundle;
mod difference;
mod format;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(test)]
mod tests;

use crate::{Digest, Kernel, Outcome, StackInputs, StackOutputs};

pub use bundle::ProofBundle;
pub use difference::{Difference, StackName};

/// The claim that a proof proves: the program with this hash, on this kernel and these inputs, has this outcome and
/// leaves these outputs.
///
/// The verifier takes the whole statement from its caller and nothing from the proof.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    /// Program hash: the digest of the root node.
    pub program: Digest,
    /// The procedures that system calls may enter.
    pub kernel: Kernel,
    /// The initial stack.
    pub inputs: StackInputs,
    /// Success: the complete final stack. Fault: the 16 items that are on top when the operation fails.
    pub outputs: StackOutputs,
    /// How the program ended.
    pub outcome: Outcome,
    /// A public cycle limit: a program that succeeds ends within it, and one that has not ended by then fails with
    /// [`FaultCode::CycleLimitExceeded`](crate::FaultCode::CycleLimitExceeded).
    pub cycle_limit: Option<u64>,
}

impl Statement {
    /// The statement that the program succeeds with these outputs, without a cycle limit.
    pub const fn success(
        program: Digest,
        kernel: Kernel,
        inputs: StackInputs,
        outputs: StackOutputs,
    ) -> Self {
        Self { program, kernel, inputs, outputs, outcome: Outcome::Success, cycle_limit: None }
    }
}
