//! Interpreters of the constraints, which are written once, against [`ConstraintSink`].

use core::fmt;

use crate::algebra::Algebra;

mod count;
mod degree;
mod dual;
mod record;
mod residual;
mod text;
mod tracked;

pub(crate) use count::{CountSink, Nothing};
pub(crate) use degree::DegreeSink;
pub use degree::{Degree, MAX_DEGREE};
pub use dual::Dual;
pub(crate) use dual::DualSink;
pub use record::{
    AuxiliaryCell, Cell, Combination, ConstraintProgram, ExtensionSlot, Instruction, OperationCounts,
    Parameter, Slot,
};
pub(crate) use residual::Residuals;
pub use text::Description;
pub(crate) use text::{Text, TextSink};
pub(crate) use tracked::{CellSet, Tracked};

/// Name of a constraint: `decoder.shift` with index 3 is shown as `decoder.shift[3]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Name of the family of constraints, which is also its row in the book.
    pub name: &'static str,
    /// Number of the constraint within its family.
    pub index: Option<usize>,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "{}[{index}]", self.name),
            None => f.write_str(self.name),
        }
    }
}

/// Receives the constraints, always the same ones in the same order.
pub(crate) trait ConstraintSink {
    /// The values that constraints compute with.
    type Expr: Algebra;

    /// `expr = 0` in every row except the last.
    fn constrain(&mut self, label: Label, expr: Self::Expr);

    /// A constraint without family: `expr = 0`.
    fn assert_zero(&mut self, name: &'static str, expr: Self::Expr) {
        self.constrain(Label { name, index: None }, expr);
    }

    /// Member `index` of a family of constraints: `expr = 0`.
    fn assert_zero_at(&mut self, name: &'static str, index: usize, expr: Self::Expr) {
        self.constrain(Label { name, index: Some(index) }, expr);
    }
}
