use super::{ConstraintSink, Label};
use crate::algebra::Algebra;

/// Writes the value of each constraint into a slice, in order.
pub(crate) struct Residuals<'a, E> {
    rest: core::slice::IterMut<'a, E>,
}

impl<'a, E> Residuals<'a, E> {
    pub(crate) fn new(values: &'a mut [E]) -> Self {
        Self { rest: values.iter_mut() }
    }

    /// Ends the constraints.
    ///
    /// # Panics
    /// If there are fewer constraints than values.
    pub(crate) fn finish(self) {
        assert!(self.rest.as_slice().is_empty(), "as many constraints as are declared");
    }
}

impl<E: Algebra> ConstraintSink for Residuals<'_, E> {
    type Expr = E;

    fn constrain(&mut self, _label: Label, expr: E) {
        *self.rest.next().expect("as many values as constraints are declared") = expr;
    }
}
