/// The effect of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Visits a node.
    Node,
    /// Executes an operation of a block.
    Operation {
        /// Index of the operation in the block.
        index: usize,
    },
    /// Returns from the procedure that the node has called.
    Return,
}
