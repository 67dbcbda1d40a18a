use super::MAX_MERKLE_DEPTH;
use crate::Digest;

/// Why a Merkle tree could not be built, or a node could not be found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MerkleError {
    /// No tree with this root is known.
    #[error("no Merkle tree with root {root} is known")]
    RootNotFound {
        /// The root.
        root: Digest,
    },
    /// The tree is known, but not down to this node.
    #[error("the Merkle tree with root {root} is not known down to depth {depth}, index {index}")]
    NodeNotFound {
        /// The root.
        root: Digest,
        /// Depth of the node that was looked for.
        depth: u8,
        /// Its index.
        index: u64,
    },
    /// There are no nodes of this depth.
    #[error("depth {depth} is not in 1 to {MAX_MERKLE_DEPTH}")]
    InvalidDepth {
        /// The depth.
        depth: u64,
    },
    /// There is no node of this index at the depth.
    #[error("index {index} is not below 2^{depth}, the number of nodes of depth {depth}")]
    InvalidIndex {
        /// The depth.
        depth: u8,
        /// The index.
        index: u64,
    },
    /// The leaves do not fill a tree.
    #[error("the number of leaves of a Merkle tree is a power of two and at least 2, but {got} are given")]
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
    /// A partial tree lacks a node without which its root is not known.
    #[error(
        "the partial Merkle tree lacks the node at depth {depth}, index {index}, which its sibling needs"
    )]
    SiblingMissing {
        /// Depth of the node.
        depth: u8,
        /// Its index.
        index: u64,
    },
    /// A partial tree gives a value for a node that has nodes below it.
    #[error("the partial Merkle tree gives a value at depth {depth}, index {index}, and nodes below it too")]
    NotALeaf {
        /// Depth of the node.
        depth: u8,
        /// Its index.
        index: u64,
    },
    /// A partial tree without leaves has no root.
    #[error("a partial Merkle tree needs leaves")]
    NoLeaves,
}
