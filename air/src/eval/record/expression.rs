//! The values that constraints compute with while they are recorded.

use alloc::{rc::Rc, vec, vec::Vec};
use core::{
    cell::RefCell,
    ops::{Add, Mul, Sub},
};

use miden_core::{Felt, field::FieldElement};

use super::{
    extension::{ExtensionId, ExtensionNode, Extensions},
    graph::{Graph, NodeId},
    program::{AuxiliaryCell, Cell, Parameter},
};
use crate::algebra::{Algebra, ExtensionAlgebra};

/// The expressions recorded so far.
#[derive(Debug, Default)]
pub(super) struct Tape {
    pub(super) graph: Graph,
    pub(super) extensions: Extensions,
}

pub(super) type SharedTape = Rc<RefCell<Tape>>;

/// A value of the base field. Constants belong to no tape, because the algebra makes them from nothing.
#[derive(Clone, Debug)]
pub(super) enum Recorded {
    Constant(Felt),
    Node(SharedTape, NodeId),
}

impl Recorded {
    pub(super) fn cell(tape: &SharedTape, cell: Cell) -> Self {
        let id = tape.borrow_mut().graph.cell(cell);
        Self::Node(Rc::clone(tape), id)
    }

    pub(super) fn id(&self, graph: &mut Graph) -> NodeId {
        match self {
            Self::Constant(value) => graph.constant(*value),
            Self::Node(_, id) => *id,
        }
    }

    /// Applies an operation of the field to two constants, or the operation of the graph to two nodes.
    fn apply(
        self,
        rhs: Self,
        fold: fn(Felt, Felt) -> Felt,
        record: fn(&mut Graph, NodeId, NodeId) -> NodeId,
    ) -> Self {
        let tape = match (&self, &rhs) {
            (Self::Constant(a), Self::Constant(b)) => return Self::Constant(fold(*a, *b)),
            (Self::Node(tape, _), _) | (_, Self::Node(tape, _)) => Rc::clone(tape),
        };
        let id = {
            let graph = &mut tape.borrow_mut().graph;
            let (a, b) = (self.id(graph), rhs.id(graph));
            record(graph, a, b)
        };
        let value = tape.borrow().graph.value(id);
        value.map_or(Self::Node(tape, id), Self::Constant)
    }
}

impl Add for Recorded {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        self.apply(
            rhs,
            |a, b| a + b,
            |graph, a, b| {
                graph.written.sums += 1;
                graph.add(a, b)
            },
        )
    }
}

impl Sub for Recorded {
    type Output = Self;

    fn sub(self, rhs: Self) -> Self {
        self.apply(
            rhs,
            |a, b| a - b,
            |graph, a, b| {
                graph.written.sums += 1;
                graph.sub(a, b)
            },
        )
    }
}

impl Mul for Recorded {
    type Output = Self;

    fn mul(self, rhs: Self) -> Self {
        self.apply(
            rhs,
            |a, b| a * b,
            |graph, a, b| {
                graph.written.products += 1;
                graph.mul(a, b)
            },
        )
    }
}

impl Algebra for Recorded {
    fn constant(value: Felt) -> Self {
        Self::Constant(value)
    }
}

/// A value of the extension: a node, or a sum of parameters with factors that can still grow.
#[derive(Clone, Debug)]
pub(super) enum RecordedExtension {
    Combination(Vec<(Parameter, Recorded)>),
    Node(SharedTape, ExtensionId),
}

impl RecordedExtension {
    pub(super) fn parameter(parameter: Parameter) -> Self {
        Self::Combination(vec![(parameter, Recorded::Constant(Felt::ONE))])
    }

    pub(super) fn auxiliary(tape: &SharedTape, cell: AuxiliaryCell) -> Self {
        let id = tape.borrow_mut().extensions.intern(ExtensionNode::Auxiliary(cell));
        Self::Node(Rc::clone(tape), id)
    }

    fn is(&self, constant: Felt) -> bool {
        match self {
            Self::Combination(terms) => match terms.as_slice() {
                [] => constant == Felt::ZERO,
                [(Parameter::One, Recorded::Constant(value))] => *value == constant,
                _ => false,
            },
            Self::Node(..) => false,
        }
    }

    /// `x` of `0 − x`.
    fn negated(&self) -> Option<Self> {
        let Self::Node(tape, id) = self else { return None };
        let extensions = &tape.borrow().extensions;
        match extensions.node(*id) {
            ExtensionNode::Sub(zero, x) if extensions.is_zero(*zero) => Some(Self::Node(Rc::clone(tape), *x)),
            _ => None,
        }
    }

    /// The tape, which only a constant lacks.
    fn tape(&self) -> Option<&SharedTape> {
        match self {
            Self::Combination(terms) => terms.iter().find_map(|(_, factor)| match factor {
                Recorded::Node(tape, _) => Some(tape),
                Recorded::Constant(_) => None,
            }),
            Self::Node(tape, _) => Some(tape),
        }
    }

    pub(super) fn id(&self, tape: &mut Tape) -> ExtensionId {
        match self {
            Self::Combination(terms) => {
                let terms = terms
                    .iter()
                    .map(|(parameter, factor)| (*parameter, factor.id(&mut tape.graph)))
                    .collect();
                tape.extensions.intern(ExtensionNode::Combination(terms))
            }
            Self::Node(_, id) => *id,
        }
    }

    fn apply(self, rhs: &Self, record: fn(ExtensionId, ExtensionId) -> ExtensionNode) -> Self {
        // The constants of the auxiliary constraints are 0 and 1, which need no operation.
        let tape = Rc::clone(self.tape().or(rhs.tape()).expect("an operand depends on a cell"));
        let id = {
            let mut tape = tape.borrow_mut();
            let (a, b) = (self.id(&mut tape), rhs.id(&mut tape));
            tape.extensions.intern(record(a, b))
        };
        Self::Node(tape, id)
    }
}

impl Add for RecordedExtension {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        match (self, rhs) {
            (Self::Combination(mut terms), Self::Combination(more)) => {
                terms.extend(more);
                Self::Combination(terms)
            }
            (a, b) if a.is(Felt::ZERO) => b,
            (a, b) if b.is(Felt::ZERO) => a,
            (a, b) => match b.negated() {
                Some(x) => a.apply(&x, ExtensionNode::Sub),
                None => a.apply(&b, ExtensionNode::Add),
            },
        }
    }
}

impl Sub for RecordedExtension {
    type Output = Self;

    fn sub(self, rhs: Self) -> Self {
        if rhs.is(Felt::ZERO) { self } else { self.apply(&rhs, ExtensionNode::Sub) }
    }
}

impl Mul for RecordedExtension {
    type Output = Self;

    fn mul(self, rhs: Self) -> Self {
        if self.is(Felt::ONE) || rhs.is(Felt::ZERO) {
            rhs
        } else if rhs.is(Felt::ONE) || self.is(Felt::ZERO) {
            self
        } else {
            self.apply(&rhs, ExtensionNode::Mul)
        }
    }
}

impl ExtensionAlgebra<Recorded> for RecordedExtension {
    fn embed(value: Recorded) -> Self {
        match value {
            Recorded::Constant(zero) if zero == Felt::ZERO => Self::Combination(Vec::new()),
            value => Self::Combination(vec![(Parameter::One, value)]),
        }
    }

    fn scale(self, factor: Recorded) -> Self {
        match self {
            Self::Combination(terms) if terms.len() <= 1 => {
                let scaled = terms.into_iter().map(|(parameter, value)| (parameter, value * factor.clone()));
                Self::Combination(scaled.collect())
            }
            value if matches!(factor, Recorded::Constant(factor) if factor == -Felt::ONE) => {
                Self::embed(Recorded::zero()) - value
            }
            value if matches!(factor, Recorded::Constant(_)) => value * Self::embed(factor),
            value => {
                let tape = Rc::clone(value.tape().expect("an operand depends on a cell"));
                let id = {
                    let mut tape = tape.borrow_mut();
                    let (value, factor) = (value.id(&mut tape), factor.id(&mut tape.graph));
                    tape.extensions.intern(ExtensionNode::Scale(value, factor))
                };
                Self::Node(tape, id)
            }
        }
    }
}
