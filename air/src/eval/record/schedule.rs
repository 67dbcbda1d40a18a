//! From expressions to steps: only what the outputs need, operands first, products fused with the sum that uses them.

use alloc::{vec, vec::Vec};

use miden_core::{Felt, field::FieldElement};

use super::{
    expression::Tape,
    extension::{ExtensionId, ExtensionNode},
    graph::{Node, NodeId},
};

/// A value that a step computes, or a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Register {
    Base(NodeId),
    /// An intermediate result of a sum.
    Partial(usize),
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
    /// `Σ constant·operand`
    Linear,
    /// `Σ operand·operand`
    Products,
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
    /// The constants of the operations that have some.
    pub(super) constants: Vec<Felt>,
}

/// The steps that compute the outputs.
pub(super) fn schedule(tape: &Tape, outputs: &[ExtensionId]) -> Vec<Step> {
    let mut scheduler = Scheduler {
        tape,
        uses: count_uses(tape, outputs),
        done: vec![false; tape.graph.len()],
        done_extension: vec![false; tape.extensions.len()],
        steps: Vec::new(),
        partials: 0,
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
    partials: usize,
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
        self.steps.push(Step { operation, to: Register::Extension(id), operands, constants: Vec::new() });
    }

    fn base(&mut self, id: NodeId) {
        if core::mem::replace(&mut self.done[id.index()], true) {
            return;
        }
        let result = match self.tape.graph.node(id) {
            Node::Cell(_) | Node::Constant(_) => return,
            Node::Add(..) | Node::Sub(..) => self.sum(id),
            Node::Mul(a, b) => match (self.value(a), self.value(b)) {
                (Some(constant), _) => self.unary(Operation::MulConstant, b, constant),
                (_, Some(constant)) => self.unary(Operation::MulConstant, a, constant),
                (None, None) => {
                    let (a, b) = (self.operand(a), self.operand(b));
                    self.push(Operation::Mul, vec![a, b], Vec::new())
                }
            },
        };
        if !matches!(result, Register::Partial(_)) {
            // The constants of a sum cancel, and one term is left.
            self.push(Operation::AddConstant, vec![result], vec![Felt::ZERO]);
        }
        let step = self.steps.last_mut().expect("the result is that of the last step");
        step.to = Register::Base(id);
    }

    fn value(&self, id: NodeId) -> Option<Felt> {
        self.tape.graph.value(id)
    }

    /// The register of a value, which is computed if need be.
    fn operand(&mut self, id: NodeId) -> Register {
        self.base(id);
        Register::Base(id)
    }

    /// Appends a step; the last one of a node is renamed to the node.
    fn push(&mut self, operation: Operation, operands: Vec<Register>, constants: Vec<Felt>) -> Register {
        let to = Register::Partial(self.partials);
        self.partials += 1;
        self.steps.push(Step { operation, to, operands, constants });
        to
    }

    fn unary(&mut self, operation: Operation, a: NodeId, constant: Felt) -> Register {
        let a = self.operand(a);
        self.push(operation, vec![a], vec![constant])
    }

    /// A sum, with all sums in it that have no other use.
    fn sum(&mut self, id: NodeId) -> Register {
        let mut terms = Terms::default();
        terms.expand(self, id, false);
        let Terms { constant, multiples, products: [positive, negative], values: [plus, minus] } = terms;
        let mut plus: Vec<Register> = plus.into_iter().map(|id| self.operand(id)).collect();
        let mut minus: Vec<Register> = minus.into_iter().map(|id| self.operand(id)).collect();
        if multiples.len() >= LEAST_TERMS {
            let (constants, values): (Vec<Felt>, Vec<NodeId>) = multiples.into_iter().unzip();
            let operands = values.into_iter().map(|id| self.operand(id)).collect();
            plus.push(self.push(Operation::Linear, operands, constants));
        } else {
            for (factor, value) in multiples {
                plus.push(if factor == Felt::ONE.double() {
                    let value = self.operand(value);
                    self.push(Operation::Add, vec![value, value], Vec::new())
                } else {
                    self.unary(Operation::MulConstant, value, factor)
                });
            }
        }
        let [positive, negative] =
            [(positive, &mut plus), (negative, &mut minus)].map(|(products, values)| {
                let pairs: Vec<[Register; 2]> =
                    products.into_iter().map(|pair| pair.map(|id| self.operand(id))).collect();
                if pairs.len() < LEAST_TERMS {
                    return pairs;
                }
                values.push(self.push(Operation::Products, pairs.concat(), Vec::new()));
                Vec::new()
            });
        self.add_up(constant, plus, minus, positive, negative)
    }

    /// `constant + Σ plus − Σ minus + Σ positive − Σ negative`
    fn add_up(
        &mut self,
        constant: Felt,
        plus: Vec<Register>,
        minus: Vec<Register>,
        positive: Vec<[Register; 2]>,
        negative: Vec<[Register; 2]>,
    ) -> Register {
        let mut rest = constant;
        let (mut plus, mut minus) = (plus.into_iter(), minus.into_iter());
        let (mut positive, mut negative) = (positive.into_iter(), negative.into_iter());
        let mut sum = if let Some(value) = plus.next() {
            value
        } else if let Some([a, b]) = positive.next() {
            match minus.next() {
                Some(c) => self.push(Operation::MulSub, vec![a, b, c], Vec::new()),
                None => self.push(Operation::Mul, vec![a, b], Vec::new()),
            }
        } else {
            rest = Felt::ZERO;
            let value = minus.next().unwrap_or_else(|| {
                let [a, b] = negative.next().expect("a sum that is not a constant has a term");
                self.push(Operation::Mul, vec![a, b], Vec::new())
            });
            self.push(Operation::SubFromConstant, vec![value], vec![constant])
        };
        for value in plus {
            sum = self.push(Operation::Add, vec![sum, value], Vec::new());
        }
        for value in minus {
            sum = self.push(Operation::Sub, vec![sum, value], Vec::new());
        }
        for [a, b] in positive {
            sum = self.push(Operation::MulAdd, vec![a, b, sum], Vec::new());
        }
        for [a, b] in negative {
            sum = self.push(Operation::SubMul, vec![a, b, sum], Vec::new());
        }
        if rest == Felt::ZERO { sum } else { self.push(Operation::AddConstant, vec![sum], vec![rest]) }
    }
}

/// The least number of terms for which delaying the reduction pays.
const LEAST_TERMS: usize = 3;

/// The terms of a sum; of a pair of lists, the second one is subtracted.
#[derive(Default)]
struct Terms {
    constant: Felt,
    multiples: Vec<(Felt, NodeId)>,
    products: [Vec<[NodeId; 2]>; 2],
    values: [Vec<NodeId>; 2],
}

impl Terms {
    fn expand(&mut self, scheduler: &Scheduler<'_>, id: NodeId, negative: bool) {
        match scheduler.tape.graph.node(id) {
            Node::Add(a, b) if a == b => {
                let two = Felt::ONE.double();
                self.multiples.push((if negative { -two } else { two }, a));
            }
            Node::Add(a, b) => {
                self.add(scheduler, a, negative);
                self.add(scheduler, b, negative);
            }
            Node::Sub(a, b) => {
                self.add(scheduler, a, negative);
                self.add(scheduler, b, !negative);
            }
            _ => self.values[usize::from(negative)].push(id),
        }
    }

    fn add(&mut self, scheduler: &Scheduler<'_>, id: NodeId, negative: bool) {
        if let Some(value) = scheduler.value(id) {
            self.constant += if negative { -value } else { value };
            return;
        }
        if scheduler.uses[id.index()] > 1 {
            self.values[usize::from(negative)].push(id);
            return;
        }
        let Node::Mul(a, b) = scheduler.tape.graph.node(id) else {
            return self.expand(scheduler, id, negative);
        };
        match scheduler.value(a).map(|factor| (factor, b)).or(scheduler.value(b).map(|factor| (factor, a))) {
            Some((factor, value)) => self.multiples.push((if negative { -factor } else { factor }, value)),
            None => self.products[usize::from(negative)].push([a, b]),
        }
    }
}
