//! Programs: Merkleized trees of nodes, stored as a deduplicated list in topological order.

use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};

use crate::{Digest, Felt, Kernel, Opcode};

mod block;
mod builder;
mod debug_command;
mod decorator;
mod format;
mod join;
#[cfg(test)]
mod tests;

pub use block::Block;
pub use builder::{BuildError, ProgramBuilder};
pub use debug_command::DebugCommand;
pub use decorator::{AdviceInjector, Decorator, ErrorCode};
pub use format::{read_advice, write_advice};
pub use join::{join_all, join_copies};

/// Index of a node in its program or builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// The index as a number.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A node of a program. The index of a child is smaller than that of its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Node {
    /// An operation run.
    Block(Block),
    /// The left child, then the right one.
    Join(NodeId, NodeId),
    /// Pops a condition: the first child if it is 1, the second if it is 0.
    Split(NodeId, NodeId),
    /// Pops a condition before every iteration: the body while it is 1.
    Loop(NodeId),
    /// A procedure in a new execution context.
    Call(NodeId),
    /// A kernel procedure in the root context.
    SysCall(NodeId),
    /// The procedure whose digest is in the top word of the stack, in the current context.
    Dyn,
    /// The procedure whose digest is in the top word of the stack, in a new execution context.
    DynCall,
    /// A node with debug commands before and after it. It has no row: kind and digest are those of the node.
    Watched(NodeId, Box<Watch>),
}

/// Debug commands around a node that is not a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    opcode: Opcode,
    before: Box<[DebugCommand]>,
    after: Box<[DebugCommand]>,
}

impl Watch {
    /// The commands before the node.
    pub const fn before(&self) -> &[DebugCommand] {
        &self.before
    }

    /// The commands after the end of the node.
    pub const fn after(&self) -> &[DebugCommand] {
        &self.after
    }
}

impl Node {
    /// The control operation that visits the node; its opcode is the domain of the node's digest.
    pub const fn opcode(&self) -> Opcode {
        match self {
            Self::Block(_) => Opcode::Block,
            Self::Join(..) => Opcode::Join,
            Self::Split(..) => Opcode::Split,
            Self::Loop(_) => Opcode::Loop,
            Self::Call(_) => Opcode::Call,
            Self::SysCall(_) => Opcode::SysCall,
            Self::Dyn => Opcode::Dyn,
            Self::DynCall => Opcode::DynCall,
            Self::Watched(_, watch) => watch.opcode,
        }
    }

    /// The children in order; the procedure of a call is its child.
    pub fn children(&self) -> impl Iterator<Item = NodeId> + use<> {
        let (first, second) = match self {
            Self::Block(_) | Self::Dyn | Self::DynCall => (None, None),
            Self::Join(first, second) | Self::Split(first, second) => (Some(*first), Some(*second)),
            Self::Loop(child) | Self::Call(child) | Self::SysCall(child) | Self::Watched(child, _) => {
                (Some(*child), None)
            }
        };
        first.into_iter().chain(second)
    }

    /// Replaces the identifiers of the children.
    fn rename(&mut self, name: impl Fn(NodeId) -> NodeId) {
        match self {
            Self::Block(_) | Self::Dyn | Self::DynCall => {}
            Self::Join(first, second) | Self::Split(first, second) => {
                (*first, *second) = (name(*first), name(*second));
            }
            Self::Loop(child) | Self::Call(child) | Self::SysCall(child) | Self::Watched(child, _) => {
                *child = name(*child);
            }
        }
    }
}

/// A node with the contents of its row in the trace.
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

    /// The eight elements that are permuted to the digest.
    pub const fn rate(&self) -> &[Felt; 8] {
        &self.rate
    }

    /// The digest: one permutation over capacity `(opcode of the node, 0, 0, 0)` and the rate.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

/// A program: the nodes reachable from its root and its procedures, each once, children before parents.
///
/// Nodes with the same digest are stored once, unless their decorators differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    nodes: Vec<HashedNode>,
    root: NodeId,
    kernel: Kernel,
    procedures: BTreeMap<Digest, NodeId>,
    advice: BTreeMap<Digest, Vec<Felt>>,
}

impl Program {
    /// The root node.
    pub const fn root(&self) -> NodeId {
        self.root
    }

    /// The program hash: the digest of the root node.
    pub fn digest(&self) -> Digest {
        self.node(self.root).digest
    }

    /// The procedures that system calls may enter.
    pub const fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// The procedure with this digest, if dynamic calls can reach it: a call names it, or the builder was given it.
    pub fn procedure(&self, digest: &Digest) -> Option<NodeId> {
        self.procedures.get(digest).copied()
    }

    /// The procedures that dynamic calls can reach, by ascending digest.
    pub fn procedures(&self) -> impl ExactSizeIterator<Item = NodeId> {
        self.procedures.values().copied()
    }

    /// The lists that an execution of the program adds to the advice map. They are not part of the program hash: like
    /// all advice, they are untrusted until the program has checked them.
    pub const fn advice(&self) -> &BTreeMap<Digest, Vec<Felt>> {
        &self.advice
    }

    /// Replaces the lists that an execution of the program adds to the advice map.
    #[must_use]
    pub fn with_advice(self, advice: BTreeMap<Digest, Vec<Felt>>) -> Self {
        Self { advice, ..self }
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
        let count = u32::try_from(self.nodes.len()).expect("a program has at most MAX_NODES nodes");
        (0..count).map(NodeId)
    }

    /// All nodes, children before parents.
    pub fn nodes(&self) -> &[HashedNode] {
        &self.nodes
    }
}
