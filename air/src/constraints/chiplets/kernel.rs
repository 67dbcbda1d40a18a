//! The kernel: one procedure per row. Book: design/kernel.md

use miden_core::trace::chiplets::kernel::{CALLED, NUMERATORS, STATED};

use crate::{algebra::Algebra, eval::ConstraintSink, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, kernel: &C::Expr) {
    // kernel·(called_i − stated_i) = 0
    for i in 0..CALLED.width() {
        c.assert_zero_at("kernel.digest", i, kernel.clone() * (f.cell(CALLED, i) - f.cell(STATED, i)));
    }
    // kernel·(m2 + 1) = 0: each row requests its procedure from the statement once
    c.assert_zero("kernel.numerator", kernel.clone() * (f.cell(NUMERATORS, 1) + C::Expr::one()));
}
