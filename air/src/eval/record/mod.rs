//! Records the constraints once, as a straight-line program. Book: design/evaluation.md

use alloc::vec::Vec;
use core::array;

use miden_core::{Shared, trace::WIDTH};

use self::{
    combine::combine,
    compile::compile,
    expression::{Recorded, RecordedExtension, SharedTape},
    extension::ExtensionNode,
};
use super::{ConstraintSink, Label};
use crate::{
    StatementConstants,
    bus::{AuxColumn, Challenges, NUM_CHALLENGES, column_fractions, enforce_aux},
    constraints::enforce_main,
    frame::Frame,
    periodic,
};

mod cache;
mod combine;
mod compile;
mod expression;
mod extension;
mod graph;
mod program;
mod schedule;
#[cfg(test)]
mod tests;

pub use graph::OperationCounts;
pub use program::{
    AuxiliaryCell, Cell, Combination, ConstraintProgram, ExtensionSlot, Instruction, Parameter, Slot,
};

impl ConstraintProgram {
    /// The sum of all transition constraints with their coefficients, as the only output. Recorded once for statements
    /// with the same numbers, unless there are many in turn.
    pub(crate) fn transition(constants: StatementConstants) -> Shared<Self> {
        cache::transition(constants)
    }

    /// Product of the denominators and sum of the fractions times this product, for each auxiliary column: outputs
    /// `2·i` and `2·i + 1` for column `i`. Recorded once.
    pub fn fractions() -> Shared<Self> {
        cache::fractions()
    }

    /// Records [`Self::transition`].
    pub(crate) fn record_transition(constants: StatementConstants) -> Self {
        let tape = SharedTape::default();
        let frame = CellFrame::new(&tape);
        let mut roots = Roots(Vec::new());
        enforce_main(&mut roots, &frame.frame(), constants);
        let roots = roots.0;

        let challenges = challenges();
        let row = |next| {
            array::from_fn(|column| RecordedExtension::auxiliary(&tape, AuxiliaryCell { column, next }))
        };
        let mut residuals = array::from_fn(|_| RecordedExtension::Combination(Vec::new()));
        enforce_aux(
            &frame.frame(),
            &row(false),
            &row(true),
            Challenges::from_array(&challenges),
            &mut residuals,
        );

        let mut tape_mut = tape.borrow_mut();
        let tape = &mut *tape_mut;
        let num_main = roots.len();
        let terms =
            roots.iter().enumerate().map(|(i, root)| (Parameter::Coefficient(i), root.id(&mut tape.graph)));
        let terms: Vec<_> = terms.collect();
        let nonzero: Vec<_> = terms.into_iter().filter(|&(_, root)| !tape.graph.is_zero(root)).collect();
        let mut sums = combine(tape, nonzero);
        for (i, residual) in residuals.iter().enumerate() {
            let residual = residual.id(tape);
            let coefficient = Parameter::Coefficient(num_main + i);
            sums.push(tape.extensions.intern(ExtensionNode::ScaleParameter(residual, coefficient)));
        }
        let total = sums.into_iter().reduce(|a, b| tape.extensions.intern(ExtensionNode::Add(a, b)));
        compile(tape, &[total.expect("there are constraints")])
    }

    /// Records [`Self::fractions`].
    pub(crate) fn record_fractions() -> Self {
        let tape = SharedTape::default();
        let frame = CellFrame::new(&tape);
        let challenges = challenges();
        let columns: [_; AuxColumn::COUNT] =
            column_fractions(&frame.frame(), Challenges::from_array(&challenges));
        let mut tape = tape.borrow_mut();
        let outputs =
            columns.iter().flat_map(|(product, sum)| [product, sum]).map(|value| value.id(&mut tape));
        let outputs: Vec<_> = outputs.collect();
        compile(&tape, &outputs)
    }
}

fn challenges() -> [RecordedExtension; NUM_CHALLENGES] {
    array::from_fn(|i| RecordedExtension::parameter(Parameter::Challenge(i)))
}

/// A frame of recorded cells.
struct CellFrame {
    current: [Recorded; WIDTH],
    next: [Recorded; WIDTH],
    periodic: [Recorded; periodic::WIDTH],
}

impl CellFrame {
    fn new(tape: &SharedTape) -> Self {
        Self {
            current: array::from_fn(|column| Recorded::cell(tape, Cell::Current(column))),
            next: array::from_fn(|column| Recorded::cell(tape, Cell::Next(column))),
            periodic: array::from_fn(|column| Recorded::cell(tape, Cell::Periodic(column))),
        }
    }

    fn frame(&self) -> Frame<'_, Recorded> {
        Frame::new(&self.current, &self.next, &self.periodic)
    }
}

/// The values of the constraints, in order.
struct Roots(Vec<Recorded>);

impl ConstraintSink for Roots {
    type Expr = Recorded;

    fn constrain(&mut self, _label: Label, expr: Recorded) {
        self.0.push(expr);
    }
}
