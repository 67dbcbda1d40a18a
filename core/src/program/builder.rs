use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

use winter_math::FieldElement;

use super::{Block, Decorator, HashedNode, Node, NodeId, Program, join_all, join_copies};
use crate::{Digest, Felt, Kernel, Opcode, Operation, rescue::hash_rate};

/// Why a program could not be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The operation cannot stand in a block: it is a row kind of its own, or it is reserved.
    #[error("operation {opcode} cannot stand in a block")]
    NotABlockOperation {
        /// The operation.
        opcode: Opcode,
    },
    /// The program has too many distinct nodes.
    #[error("the program has more than {max} distinct nodes")]
    TooManyNodes {
        /// The largest number of nodes.
        max: usize,
    },
}

/// Builds programs bottom up. Equal nodes are stored once.
#[derive(Clone, Debug, Default)]
pub struct ProgramBuilder {
    pub(super) nodes: Vec<HashedNode>,
    // Keyed by everything that makes a node, so that one that is met again costs no permutation.
    known: BTreeMap<Key, NodeId>,
}

/// What tells nodes apart: kind, slots or children, decorators.
type Key = (Opcode, [u64; 8], Box<[(u8, Decorator)]>);

impl ProgramBuilder {
    /// Largest number of distinct nodes of a program.
    pub const MAX_NODES: usize = 1 << 24;

    /// Starts with no nodes.
    pub fn new() -> Self {
        Self::default()
    }

    /// The node with this index.
    ///
    /// # Panics
    /// If `id` comes from another builder that has more nodes.
    #[allow(clippy::indexing_slicing, reason = "identifiers of a builder index its own nodes")]
    pub fn node(&self, id: NodeId) -> &HashedNode {
        &self.nodes[id.index()]
    }

    /// Number of nodes.
    pub const fn num_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Identifiers of all nodes, children before parents.
    pub fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        // A builder has no more than `MAX_NODES` nodes.
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// Copies nodes of another builder, with all that they reach. `copied` holds what has been copied from that builder
    /// before, and what is found there is not copied again; returns what is added to it, children before parents.
    ///
    /// # Errors
    /// If the program grows too large.
    ///
    /// # Panics
    /// If a root comes from yet another builder that has more nodes.
    pub fn copy(
        &mut self,
        other: &Self,
        roots: &[NodeId],
        copied: &mut BTreeMap<NodeId, NodeId>,
    ) -> Result<Vec<(NodeId, NodeId)>, BuildError> {
        let mut reached = BTreeSet::new();
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            if !copied.contains_key(&id) && reached.insert(id) {
                open.extend(other.node(id).node.children());
            }
        }
        let mut added = Vec::with_capacity(reached.len());
        // Children have smaller indexes than their parents.
        for id in reached {
            let hashed = other.node(id);
            let mut node = hashed.node.clone();
            node.rename(|child| copied.get(&child).copied().unwrap_or(child));
            let copy = self.insert_hashed(node, |_, _| (hashed.rate, hashed.digest))?;
            copied.insert(id, copy);
            added.push((id, copy));
        }
        Ok(added)
    }

    /// Straight-line operations: a block, or a tree of joins over blocks. No operations give a block that
    /// does nothing.
    ///
    /// # Errors
    /// If an operation cannot stand in a block, or the program grows too large.
    pub fn block(&mut self, operations: &[Operation]) -> Result<NodeId, BuildError> {
        self.decorated_block(operations, &[])
    }

    /// Like [`Self::block`], with decorators that stand before the operations with these indexes, in ascending order;
    /// an index of the number of operations stands for the end.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn decorated_block(
        &mut self,
        operations: &[Operation],
        decorators: &[(usize, Decorator)],
    ) -> Result<NodeId, BuildError> {
        let idle = [Operation::Plain(Opcode::Noop)];
        let operations = if operations.is_empty() { &idle } else { operations };
        for operation in operations {
            let opcode = operation.opcode();
            let push_without_value = *operation == Operation::Plain(Opcode::Push);
            if !opcode.info().is_block_operation() || !opcode.info().built || push_without_value {
                return Err(BuildError::NotABlockOperation { opcode });
            }
        }
        let blocks = Block::pack_decorated(operations, decorators);
        let blocks = blocks.into_iter().map(|block| self.insert(Node::Block(block)));
        let blocks = blocks.collect::<Result<Vec<_>, _>>()?;
        self.sequence(&blocks)
    }

    /// The left child, then the right one.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn join(&mut self, left: NodeId, right: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::Join(left, right))
    }

    /// A choice by the top of the stack: `on_one` if it is 1, `on_zero` if it is 0.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn split(&mut self, on_one: NodeId, on_zero: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::Split(on_one, on_zero))
    }

    /// The body, as long as the top of the stack is 1 before it.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn repeat_while(&mut self, body: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::Loop(body))
    }

    /// A procedure in an execution context of its own.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn call(&mut self, procedure: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::Call(procedure))
    }

    /// A kernel procedure in the root context.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn system_call(&mut self, procedure: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::SysCall(procedure))
    }

    /// The procedure whose digest is in the top word of the stack, in the current context.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn dynamic_execution(&mut self) -> Result<NodeId, BuildError> {
        self.insert(Node::Dyn)
    }

    /// The procedure whose digest is in the top word of the stack, in an execution context of its own.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn dynamic_call(&mut self) -> Result<NodeId, BuildError> {
        self.insert(Node::DynCall)
    }

    /// All nodes one after the other, as a balanced tree of joins; no nodes give a block that does nothing.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn sequence(&mut self, nodes: &[NodeId]) -> Result<NodeId, BuildError> {
        match join_all(nodes, |left, right| self.join(left, right))? {
            Some(node) => Ok(node),
            None => self.block(&[]),
        }
    }

    /// `node`, `count` times; takes a number of nodes and permutations logarithmic in `count`.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn repeat(&mut self, node: NodeId, count: u64) -> Result<NodeId, BuildError> {
        match join_copies(node, count, |left, right| self.join(left, right))? {
            Some(node) => Ok(node),
            None => self.block(&[]),
        }
    }

    /// The program with this root, without a kernel; nodes that the root does not reach are left out.
    pub fn finish(&self, root: NodeId) -> Program {
        self.finish_with(root, &[], Kernel::default()).0
    }

    /// The program with this root on this kernel; `procedures` can be reached by dynamic calls, beside those that
    /// calls name. Nodes that neither reaches are left out. Also returns, for each node of the program, its identifier
    /// in the builder; they ascend.
    pub fn finish_with(&self, root: NodeId, procedures: &[NodeId], kernel: Kernel) -> (Program, Vec<NodeId>) {
        let mut reached = vec![false; self.nodes.len()];
        for id in procedures.iter().chain([&root]) {
            mark(&mut reached, *id);
        }
        // Children have smaller indexes than their parents, so one pass downwards marks everything.
        for (index, hashed) in self.nodes.iter().enumerate().rev() {
            if reached.get(index) == Some(&true) {
                hashed.node.children().for_each(|child| mark(&mut reached, child));
            }
        }
        let mut renamed = vec![NodeId(0); reached.len()];
        let (mut nodes, mut origins) = (Vec::new(), Vec::new());
        for (((index, hashed), name), _) in
            (0..).zip(&self.nodes).zip(&mut renamed).zip(&reached).filter(|(_, on)| **on)
        {
            *name = NodeId(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
            nodes.push(hashed.clone());
            origins.push(NodeId(index));
        }
        let rename = |id: NodeId| renamed.get(id.index()).copied().unwrap_or(id);
        let mut callable: Vec<NodeId> = procedures.iter().copied().map(rename).collect();
        for hashed in &mut nodes {
            hashed.node.rename(rename);
            if let Node::Call(procedure) | Node::SysCall(procedure) = &hashed.node {
                callable.push(*procedure);
            }
        }
        // The first of several nodes with one digest: which one runs makes no difference to what is proven.
        let mut by_digest = BTreeMap::new();
        for id in callable {
            if let Some(hashed) = nodes.get(id.index()) {
                by_digest.entry(hashed.digest).or_insert(id);
            }
        }
        (Program { nodes, root: rename(root), kernel, procedures: by_digest }, origins)
    }

    pub(super) fn insert(&mut self, node: Node) -> Result<NodeId, BuildError> {
        self.insert_hashed(node, |builder, node| {
            let rate = builder.rate(node);
            (rate, hash_rate(Felt::from(node.opcode().code()), rate))
        })
    }

    /// Inserts a node; `hash` gives its rate and digest if it is new.
    fn insert_hashed(
        &mut self,
        node: Node,
        hash: impl FnOnce(&Self, &Node) -> ([Felt; 8], Digest),
    ) -> Result<NodeId, BuildError> {
        let key = key(&node);
        if let Some(&id) = self.known.get(&key) {
            return Ok(id);
        }
        if self.nodes.len() >= Self::MAX_NODES {
            return Err(BuildError::TooManyNodes { max: Self::MAX_NODES });
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let (rate, digest) = hash(self, &node);
        self.nodes.push(HashedNode { node, rate, digest });
        self.known.insert(key, id);
        Ok(id)
    }

    fn rate(&self, node: &Node) -> [Felt; 8] {
        let mut rate = [Felt::ZERO; 8];
        match node {
            Node::Block(block) => rate = block.slots(),
            _ => {
                let digests = node.children().flat_map(|child| *self.node(child).digest.elements());
                for (cell, element) in rate.iter_mut().zip(digests) {
                    *cell = element;
                }
            }
        }
        rate
    }
}

fn key(node: &Node) -> Key {
    let mut parts = [0; 8];
    match node {
        Node::Block(block) => {
            return (node.opcode(), block.slots().map(|slot| slot.as_int()), block.decorators().into());
        }
        _ => {
            for (part, child) in parts.iter_mut().zip(node.children()) {
                *part = u64::from(child.0);
            }
        }
    }
    (node.opcode(), parts, Box::default())
}

fn mark(reached: &mut [bool], id: NodeId) {
    if let Some(mark) = reached.get_mut(id.index()) {
        *mark = true;
    }
}
