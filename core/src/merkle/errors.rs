use super::MAX_MERKLE_DEPTH;
use crate::Digest;

/// Error of building a Merkle tree or finding a node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MerkleError {
    /// The store has no tree with this root.
    #[error("there is no Merkle tree with root {root}")]
    RootNotFound {
        /// The root.
        root: Digest,
    },
    /// The store has the tree, but not down to this node.
    #[error("the Merkle tree with root {root} is not available down to depth {depth}, index {index}")]
    NodeNotFound {
        /// The root.
        root: Digest,
        /// Depth of the node.
        depth: u8,
        /// Its index.
        index: u64,
    },
    /// Merkle trees have no nodes of this depth.
    #[error("depth {depth} is not between 1 and {MAX_MERKLE_DEPTH}")]
    InvalidDepth {
        /// The depth.
        depth: u64,
    },
    /// There is no node with this index at the depth.
    #[error("index {index} is not below 2^{depth}, the number of nodes at depth {depth}")]
    InvalidIndex {
        /// The depth.
        depth: u8,
        /// The index.
        index: u64,
    },
    /// The leaves do not fill a tree.
    #[error("the number of leaves of a Merkle tree must be a power of two and at least 2, but is {got}")]
    NumLeavesNotPowerOfTwo {
        /// Number of leaves.
        got: usize,
    },
    /// Two values are given for one node.
    #[error("two values are given for the node at depth {depth}, index {index}")]
    DuplicateNode {
        /// Depth of the node.
        depth: u8,
        /// Its index.
        index: u64,
    },
    /// A partial tree lacks a node that its root depends on.
    #[error(
        "the partial Merkle tree lacks the node at depth {depth}, index {index}, the sibling of another node"
    )]
    SiblingMissing {
        /// Depth of the node.
        depth: u8,
        /// Its index.
        index: u64,
    },
    /// A partial tree has a value for a node with nodes below it.
    #[error("the partial Merkle tree has a value at depth {depth}, index {index}, and nodes below it")]
    NotALeaf {
        /// Depth of the node.
        depth: u8,
        /// Its index.
        index: u64,
    },
    /// A partial tree without leaves has no root.
    #[error("a partial Merkle tree must have leaves")]
    NoLeaves,
}
