use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

use winter_math::FieldElement;

use super::{
    Block, DebugCommand, Decorator, HashedNode, Node, NodeId, Program, Watch, join_all, join_copies,
};
use crate::{Digest, Felt, Kernel, Opcode, Operation, rescue::hash_rate};

/// The reason why a program cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The operation is a control row, or a `push` without its value.
    #[error("operation {opcode} cannot occur in a block")]
    NotABlockOperation {
        /// The operation.
        opcode: Opcode,
    },
    /// A decorator comes after the end of its block, or the decorators are not in order.
    #[error("decorator {index} is out of order, or comes after the last operation")]
    MisplacedDecorator {
        /// Index of the decorator in the list.
        index: usize,
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
    // Nodes are looked up before they are hashed: a repeated node costs no permutation.
    known: BTreeMap<Key, NodeId>,
}

/// Everything that distinguishes nodes: kind, slots or children, decorators. A watched node has the kind `None`.
type Key = (Option<Opcode>, [u64; 8], Box<[(u8, Decorator)]>);

impl ProgramBuilder {
    /// Largest number of distinct nodes of a program.
    pub const MAX_NODES: usize = 1 << 24;

    /// A builder without nodes.
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder with the nodes of a program, which keep their identifiers, and the root of the program.
    ///
    /// # Errors
    /// Never: a program has no more nodes than a builder can have.
    pub fn of(program: &Program) -> Result<(Self, NodeId), BuildError> {
        let mut builder = Self::new();
        for hashed in program.nodes() {
            builder.insert_hashed(hashed.node.clone(), |_, _| (hashed.rate, hashed.digest))?;
        }
        Ok((builder, program.root()))
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
        (0..self.next_id().0).map(NodeId)
    }

    /// Copies nodes of another builder and everything that they reach. `copied` maps the nodes that have been copied
    /// from that builder before; they are not copied again. Returns the entries that are added to it, children before
    /// parents.
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
            node.rename(|child| *copied.get(&child).expect("a node is copied after its children"));
            let copy = self.insert_hashed(node, |_, _| (hashed.rate, hashed.digest))?;
            copied.insert(id, copy);
            added.push((id, copy));
        }
        Ok(added)
    }

    /// An operation run: a block, or a tree of joins over blocks. Without operations, a block that does nothing.
    ///
    /// # Errors
    /// If an operation cannot occur in a block, or the program grows too large.
    pub fn block(&mut self, operations: &[Operation]) -> Result<NodeId, BuildError> {
        self.decorated_block(operations, &[])
    }

    /// Like [`Self::block`], with decorators before the operations with these indexes, in ascending order; the number
    /// of operations as an index puts a decorator at the end.
    ///
    /// # Errors
    /// Like [`Self::block`], or if the decorators are not in order.
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
            if !opcode.info().is_block_operation() || push_without_value {
                return Err(BuildError::NotABlockOperation { opcode });
            }
        }
        let mut least = 0;
        for (index, &(position, _)) in decorators.iter().enumerate() {
            if position < least || position > operations.len() {
                return Err(BuildError::MisplacedDecorator { index });
            }
            least = position;
        }
        let blocks = Block::pack_decorated(operations, decorators);
        let blocks = blocks.into_iter().map(|block| self.insert(Node::Block(block)));
        let blocks = blocks.collect::<Result<Vec<_>, _>>()?;
        self.sequence(&blocks)
    }

    /// JOIN: the left child, then the right one.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn join(&mut self, left: NodeId, right: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::Join(left, right))
    }

    /// SPLIT: pops a condition and runs `on_one` if it is 1, `on_zero` if it is 0.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn split(&mut self, on_one: NodeId, on_zero: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::Split(on_one, on_zero))
    }

    /// LOOP: pops a condition before every iteration and runs the body while it is 1.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn while_true(&mut self, body: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::Loop(body))
    }

    /// CALL: a procedure in a new execution context.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn call(&mut self, procedure: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::Call(procedure))
    }

    /// SYSCALL: a kernel procedure in the root context.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn syscall(&mut self, procedure: NodeId) -> Result<NodeId, BuildError> {
        self.insert(Node::SysCall(procedure))
    }

    /// DYN: the procedure whose digest is in the top word of the stack, in the current context.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn dynexec(&mut self) -> Result<NodeId, BuildError> {
        self.insert(Node::Dyn)
    }

    /// DYNCALL: the procedure whose digest is in the top word of the stack, in a new execution context.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn dyncall(&mut self) -> Result<NodeId, BuildError> {
        self.insert(Node::DynCall)
    }

    /// A node with debug commands before and after it, around those that it already has; its digest is that of the
    /// node.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn watched(
        &mut self,
        node: NodeId,
        before: &[DebugCommand],
        after: &[DebugCommand],
    ) -> Result<NodeId, BuildError> {
        let (inner, watch) = match &self.node(node).node {
            Node::Watched(inner, watch) => {
                let (before, after) = ([before, &watch.before].concat(), [&watch.after, after].concat());
                (*inner, Watch { opcode: watch.opcode, before: before.into(), after: after.into() })
            }
            other => (node, Watch { opcode: other.opcode(), before: before.into(), after: after.into() }),
        };
        self.insert(Node::Watched(inner, watch.into()))
    }

    /// All nodes in sequence, as a balanced tree of joins. Without nodes, a block that does nothing.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn sequence(&mut self, nodes: &[NodeId]) -> Result<NodeId, BuildError> {
        match join_all(nodes, |left, right| self.join(left, right))? {
            Some(node) => Ok(node),
            None => self.block(&[]),
        }
    }

    /// `node`, `count` times. The number of nodes and permutations is logarithmic in `count`.
    ///
    /// # Errors
    /// If the program grows too large.
    pub fn repeat(&mut self, node: NodeId, count: u64) -> Result<NodeId, BuildError> {
        match join_copies(node, count, |left, right| self.join(left, right))? {
            Some(node) => Ok(node),
            None => self.block(&[]),
        }
    }

    /// The program with this root and without a kernel. Nodes that the root does not reach are left out.
    ///
    /// # Panics
    /// If `root` comes from another builder that has more nodes.
    pub fn finish(&self, root: NodeId) -> Program {
        self.finish_with(root, &[], Kernel::default()).0
    }

    /// The program with this root and kernel. Dynamic calls reach `procedures` and the procedures that calls name.
    /// Nodes that neither these nor the root reach are left out. Also returns the identifier in the builder of each
    /// node of the program, in ascending order.
    ///
    /// # Panics
    /// If an identifier comes from another builder that has more nodes.
    #[allow(clippy::indexing_slicing, reason = "identifiers of a builder index its own nodes")]
    pub fn finish_with(&self, root: NodeId, procedures: &[NodeId], kernel: Kernel) -> (Program, Vec<NodeId>) {
        let mut reached = vec![false; self.nodes.len()];
        for id in procedures.iter().chain([&root]) {
            reached[id.index()] = true;
        }
        // Children have smaller indexes than their parents, so one pass downwards marks everything.
        for (index, hashed) in self.nodes.iter().enumerate().rev() {
            if reached[index] {
                hashed.node.children().for_each(|child| reached[child.index()] = true);
            }
        }
        let origins: Vec<NodeId> = self.node_ids().filter(|id| reached[id.index()]).collect();
        let mut renamed = vec![None; self.nodes.len()];
        for (new, old) in (0..).map(NodeId).zip(&origins) {
            renamed[old.index()] = Some(new);
        }
        let rename = |id: NodeId| renamed[id.index()].expect("a node reaches its children");

        let mut nodes: Vec<HashedNode> = origins.iter().map(|id| self.node(*id).clone()).collect();
        let mut callable: Vec<NodeId> = procedures.iter().copied().map(rename).collect();
        for hashed in &mut nodes {
            hashed.node.rename(rename);
            if let Node::Call(procedure) | Node::SysCall(procedure) = &hashed.node {
                callable.push(*procedure);
            }
        }
        // Of several nodes with one digest the first is taken: the choice makes no difference to the proof.
        let mut by_digest = BTreeMap::new();
        for id in callable {
            by_digest.entry(nodes[id.index()].digest).or_insert(id);
        }
        let (root, advice) = (rename(root), BTreeMap::new());
        (Program { nodes, root, kernel, procedures: by_digest, advice }, origins)
    }

    /// The identifier of the next new node.
    fn next_id(&self) -> NodeId {
        NodeId(u32::try_from(self.nodes.len()).expect("a builder has at most MAX_NODES nodes"))
    }

    pub(super) fn insert(&mut self, node: Node) -> Result<NodeId, BuildError> {
        self.insert_hashed(node, |builder, node| {
            if let Node::Watched(inner, _) = node {
                let HashedNode { rate, digest, .. } = builder.node(*inner);
                return (*rate, *digest);
            }
            let rate = builder.rate(node);
            (rate, hash_rate(Felt::from(node.opcode().code()), rate))
        })
    }

    /// Inserts a node; `hash` computes rate and digest of a new one.
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
        let id = self.next_id();
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
            return (Some(node.opcode()), block.slots().map(|slot| slot.as_int()), block.decorators().into());
        }
        Node::Watched(inner, watch) => {
            let at = |place: u8| move |command: &DebugCommand| (place, Decorator::Debug(command.clone()));
            let commands = watch.before.iter().map(at(0)).chain(watch.after.iter().map(at(1)));
            parts[0] = u64::from(inner.0);
            return (None, parts, commands.collect());
        }
        _ => {
            for (part, child) in parts.iter_mut().zip(node.children()) {
                *part = u64::from(child.0);
            }
        }
    }
    (Some(node.opcode()), parts, Box::default())
}
