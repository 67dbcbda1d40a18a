use miden_core::StackOutputs;

/// The result of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// The complete final stack.
    pub outputs: StackOutputs,
    /// Number of cycles: operations and visits of nodes.
    pub cycles: u64,
}
