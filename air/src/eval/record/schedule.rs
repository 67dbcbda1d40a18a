//! From expressions to steps: only what the outputs need, operands first, products fused with the sum that uses them.

use alloc::{vec, vec::Vec};

use miden_core::{Felt, field::FieldElement};

use super::{
    expression::Tape,
    extension::{ExtensionId, ExtensionNode},
    graph::{Node, NodeId},
};

/// A value that a step computes, or a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Register {
    Base(NodeId),
    Extension(ExtensionId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Sub,
    Mul,
    MulAdd,
    MulSub,
    SubMul,
    AddConstant,
    SubFromConstant,
    MulConstant,
    Combine,
    ExtensionAdd,
    ExtensionSub,
    ExtensionMul,
    Scale,
    ScaleParameter,
}

/// An instruction whose values have no slots yet.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) operation: Operation,
    pub(super) to: Register,
    /// The values it reads; constants are not among them.
    pub(super) operands: Vec<Register>,
    /// The constant of the operations that have one.
    pub(super) constant: Felt,
}

/// The steps that compute the outputs.
pub(super) fn schedule(tape: &Tape, outputs: &[ExtensionId]) -> Vec<Step> {
    let mut scheduler = Scheduler {
        tape,
        uses: count_uses(tape, outputs),
        done: vec![false; tape.graph.len()],
        done_extension: vec![false; tape.extensions.len()],
        steps: Vec::new(),
    };
    outputs.iter().for_each(|&id| scheduler.extension(id));
    scheduler.steps
}

/// How many nodes use each base node, as far as the outputs depend on them.
fn count_uses(tape: &Tape, outputs: &[ExtensionId]) -> Vec<u32> {
    let mut alive = vec![false; tape.extensions.len()];
    outputs.iter().for_each(|id| alive[id.index()] = true);
    let mut uses = vec![0; tape.graph.len()];
    // Users come after their operands.
    for (i, node) in tape.extensions.nodes().iter().enumerate().rev() {
        if alive[i] {
            let (base, extension) = node.operands();
            base.for_each(|id| uses[id.index()] += 1);
            extension.for_each(|id| alive[id.index()] = true);
        }
    }
    for (i, node) in tape.graph.nodes().iter().enumerate().rev() {
        if uses[i] > 0 {
            node.operands().for_each(|id| uses[id.index()] += 1);
        }
    }
    uses
}

struct Scheduler<'a> {
    tape: &'a Tape,
    uses: Vec<u32>,
    done: Vec<bool>,
    done_extension: Vec<bool>,
    steps: Vec<Step>,
}

impl Scheduler<'_> {
    fn extension(&mut self, id: ExtensionId) {
        if core::mem::replace(&mut self.done_extension[id.index()], true) {
            return;
        }
        let node = self.tape.extensions.node(id);
        let operation = match node {
            ExtensionNode::Auxiliary(_) => return,
            ExtensionNode::Combination(_) => Operation::Combine,
            ExtensionNode::Add(..) => Operation::ExtensionAdd,
            ExtensionNode::Sub(..) => Operation::ExtensionSub,
            ExtensionNode::Mul(..) => Operation::ExtensionMul,
            ExtensionNode::Scale(..) => Operation::Scale,
            ExtensionNode::ScaleParameter(..) => Operation::ScaleParameter,
        };
        let (base, extension): (Vec<_>, Vec<_>) = {
            let (base, extension) = node.operands();
            (base.filter(|&id| self.value(id).is_none()).collect(), extension.collect())
        };
        extension.iter().for_each(|&id| self.extension(id));
        base.iter().for_each(|&id| self.base(id));
        let extension = extension.into_iter().map(Register::Extension);
        let operands = extension.chain(base.into_iter().map(Register::Base)).collect();
        self.steps.push(Step { operation, to: Register::Extension(id), operands, constant: Felt::ZERO });
    }

    fn base(&mut self, id: NodeId) {
        if core::mem::replace(&mut self.done[id.index()], true) {
            return;
        }
        let (operation, operands, constant) = match self.tape.graph.node(id) {
            Node::Cell(_) | Node::Constant(_) => return,
            Node::Add(a, b) => match (self.value(a), self.value(b)) {
                (Some(a), _) => (Operation::AddConstant, vec![b], a),
                (_, Some(b)) => (Operation::AddConstant, vec![a], b),
                (None, None) => self.sum(a, b),
            },
            Node::Sub(a, b) => match self.value(a) {
                Some(a) => (Operation::SubFromConstant, vec![b], a),
                None => self.difference(a, b),
            },
            Node::Mul(a, b) => match (self.value(a), self.value(b)) {
                (Some(a), _) => (Operation::MulConstant, vec![b], a),
                (_, Some(b)) => (Operation::MulConstant, vec![a], b),
                (None, None) => (Operation::Mul, vec![a, b], Felt::ZERO),
            },
        };
        operands.iter().for_each(|&id| self.base(id));
        let operands = operands.into_iter().map(Register::Base).collect();
        self.steps.push(Step { operation, to: Register::Base(id), operands, constant });
    }

    fn sum(&self, a: NodeId, b: NodeId) -> (Operation, Vec<NodeId>, Felt) {
        let (operation, operands) = match (self.single_product(a), self.single_product(b)) {
            (Some([x, y]), _) => (Operation::MulAdd, vec![x, y, b]),
            (None, Some([x, y])) => (Operation::MulAdd, vec![x, y, a]),
            (None, None) => (Operation::Add, vec![a, b]),
        };
        (operation, operands, Felt::ZERO)
    }

    fn difference(&self, a: NodeId, b: NodeId) -> (Operation, Vec<NodeId>, Felt) {
        let (operation, operands) = match (self.single_product(a), self.single_product(b)) {
            (_, Some([x, y])) => (Operation::SubMul, vec![x, y, a]),
            (Some([x, y]), None) => (Operation::MulSub, vec![x, y, b]),
            (None, None) => (Operation::Sub, vec![a, b]),
        };
        (operation, operands, Felt::ZERO)
    }

    fn value(&self, id: NodeId) -> Option<Felt> {
        self.tape.graph.value(id)
    }

    /// The factors of a product of two variables that has a single use.
    fn single_product(&self, id: NodeId) -> Option<[NodeId; 2]> {
        match self.tape.graph.node(id) {
            Node::Mul(a, b)
                if self.uses[id.index()] == 1 && self.value(a).is_none() && self.value(b).is_none() =>
            {
                Some([a, b])
            }
            _ => None,
        }
    }
}
