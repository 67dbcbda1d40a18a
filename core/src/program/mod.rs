//! Programs: Merkelized trees of nodes, stored as a deduplicated, topologically ordered list.

use alloc::vec::Vec;

use crate::{Digest, Felt, Opcode};

mod block;
mod builder;
mod format;
#[cfg(test)]
mod tests;

pub use block::Block;
pub use builder::{BuildError, ProgramBuilder};

/// Index of a node in its program or builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// The index as a number.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A node of a program. Children are referred to by their index, which is smaller than the node's own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Node {
    /// Straight-line operations.
    Block(Block),
    /// The left child, then the right one.
    Join(NodeId, NodeId),
    /// Pops a condition: the first child if it is 1, the second if it is 0.
    Split(NodeId, NodeId),
    /// Pops a condition before every iteration: the body while it is 1.
    Loop(NodeId),
}

impl Node {
    /// The operation that visits the node; its opcode is the domain of the node's digest.
    pub const fn opcode(&self) -> Opcode {
        match self {
            Self::Block(_) => Opcode::Block,
            Self::Join(..) => Opcode::Join,
            Self::Split(..) => Opcode::Split,
            Self::Loop(_) => Opcode::Loop,
        }
    }

    /// The children, first one first.
    pub fn children(&self) -> impl Iterator<Item = NodeId> + use<> {
        let (first, second) = match self {
            Self::Block(_) => (None, None),
            Self::Join(first, second) | Self::Split(first, second) => (Some(*first), Some(*second)),
            Self::Loop(body) => (Some(*body), None),
        };
        first.into_iter().chain(second)
    }
}

/// A node with everything that its row in the trace shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedNode {
    node: Node,
    rate: [Felt; 8],
    digest: Digest,
}

impl HashedNode {
    /// The node.
    pub const fn node(&self) -> &Node {
        &self.node
    }

    /// The eight elements whose permutation gives the digest.
    pub const fn rate(&self) -> &[Felt; 8] {
        &self.rate
    }

    /// The digest: one permutation over capacity `(opcode of the node, 0, 0, 0)` and the rate.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

/// A program: the nodes that its root reaches, each once, children before parents; the root is the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    nodes: Vec<HashedNode>,
}

impl Program {
    /// The root node.
    pub fn root(&self) -> NodeId {
        NodeId(u32::try_from(self.nodes.len().saturating_sub(1)).unwrap_or(u32::MAX))
    }

    /// The program digest: that of the root node.
    pub fn digest(&self) -> Digest {
        self.node(self.root()).digest
    }

    /// The node with this index.
    ///
    /// # Panics
    /// If `id` comes from another program that has more nodes.
    #[allow(clippy::indexing_slicing, reason = "identifiers of a program index its own nodes")]
    pub fn node(&self, id: NodeId) -> &HashedNode {
        &self.nodes[id.index()]
    }

    /// Identifiers of all nodes, children before parents.
    pub fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..=self.root().0).map(NodeId)
    }

    /// All nodes, children before parents.
    pub fn nodes(&self) -> &[HashedNode] {
        &self.nodes
    }
}
