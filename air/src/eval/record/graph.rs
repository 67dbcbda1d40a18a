//! Expressions of base-field values with shared subexpressions.

use alloc::{collections::BTreeMap, vec::Vec};

use miden_core::{Felt, field::FieldElement};

use super::program::Cell;

/// Position of a node in its graph; operands come before the nodes that use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(u32);

impl NodeId {
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A value of the base field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Cell(Cell),
    /// A constant, as an integer below the modulus.
    Constant(u64),
    /// A sum; the operands are ordered.
    Add(NodeId, NodeId),
    /// A difference; the subtrahend is not a constant.
    Sub(NodeId, NodeId),
    /// A product; the operands are ordered.
    Mul(NodeId, NodeId),
}

impl Node {
    pub(super) fn operands(self) -> impl Iterator<Item = NodeId> {
        match self {
            Self::Cell(_) | Self::Constant(_) => [None, None],
            Self::Add(a, b) | Self::Sub(a, b) | Self::Mul(a, b) => [Some(a), Some(b)],
        }
        .into_iter()
        .flatten()
    }
}

/// Numbers of operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OperationCounts {
    /// Sums and differences.
    pub sums: usize,
    /// Products, including those with a constant.
    pub products: usize,
}

/// Nodes without duplicates, in the order of their creation.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    ids: BTreeMap<Node, NodeId>,
    pub(super) written: OperationCounts,
}

impl Graph {
    pub(super) fn node(&self, id: NodeId) -> Node {
        self.nodes[id.index()]
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0..).map(NodeId).zip(&self.nodes)
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn cell(&mut self, cell: Cell) -> NodeId {
        self.intern(Node::Cell(cell))
    }

    pub(super) fn constant(&mut self, value: Felt) -> NodeId {
        self.intern(Node::Constant(value.as_int()))
    }

    /// The value of a constant.
    pub(super) fn value(&self, id: NodeId) -> Option<Felt> {
        match self.node(id) {
            Node::Constant(value) => Some(Felt::new(value)),
            _ => None,
        }
    }

    pub(super) fn is_zero(&self, id: NodeId) -> bool {
        self.value(id) == Some(Felt::ZERO)
    }

    pub(super) fn add(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.value(a), self.value(b)) {
            (Some(a), Some(b)) => return self.constant(a + b),
            (Some(zero), None) if zero == Felt::ZERO => return b,
            (None, Some(zero)) if zero == Felt::ZERO => return a,
            _ => {}
        }
        // a + (−x) = a − x
        match (self.negated(a), self.negated(b)) {
            (_, Some(x)) => self.sub(a, x),
            (Some(x), None) => self.sub(b, x),
            (None, None) => self.intern(Node::Add(a.min(b), a.max(b))),
        }
    }

    pub(super) fn sub(&mut self, a: NodeId, b: NodeId) -> NodeId {
        if a == b {
            return self.constant(Felt::ZERO);
        }
        match (self.value(a), self.value(b)) {
            (Some(a), Some(b)) => return self.constant(a - b),
            (None, Some(value)) => {
                let negative = self.constant(-value);
                return self.add(a, negative);
            }
            _ => {}
        }
        match self.negated(b) {
            // a − (−x) = a + x
            Some(x) => self.add(a, x),
            None => self.intern(Node::Sub(a, b)),
        }
    }

    pub(super) fn mul(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.value(a), self.value(b)) {
            (Some(a), Some(b)) => self.constant(a * b),
            (Some(factor), None) => self.scale(b, factor, a),
            (None, Some(factor)) => self.scale(a, factor, b),
            (None, None) => self.intern(Node::Mul(a.min(b), a.max(b))),
        }
    }

    /// A product with a constant, which is node `constant`.
    fn scale(&mut self, a: NodeId, factor: Felt, constant: NodeId) -> NodeId {
        if factor == Felt::ZERO {
            constant
        } else if factor == Felt::ONE {
            a
        } else if factor == Felt::ONE.double() {
            self.add(a, a)
        } else if factor == -Felt::ONE {
            let zero = self.constant(Felt::ZERO);
            self.sub(zero, a)
        } else {
            self.intern(Node::Mul(a.min(constant), a.max(constant)))
        }
    }

    /// `x` of `−x`.
    fn negated(&self, id: NodeId) -> Option<NodeId> {
        match self.node(id) {
            Node::Sub(zero, x) if self.is_zero(zero) => Some(x),
            _ => None,
        }
    }

    fn intern(&mut self, node: Node) -> NodeId {
        let next = NodeId(u32::try_from(self.nodes.len()).expect("far fewer than 2^32 expressions"));
        let id = *self.ids.entry(node).or_insert(next);
        if id == next {
            self.nodes.push(node);
        }
        id
    }
}
