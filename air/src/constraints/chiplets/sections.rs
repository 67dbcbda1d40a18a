//! Order and ends of the sections. Book: design/chiplets.md#sections

use miden_core::trace::chiplets::{M, Q, U, W, X};

use crate::{algebra::Algebra, eval::ConstraintSink, frame::Frame, periodic::K7};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>) {
    let q1 = f.q(1);
    // q1·(q1 − 1) = 0
    c.zero("chiplets.q_binary", q1.clone().binary());
    // q1·(1 − q1') = 0: a section that has ended does not come back
    c.zero("chiplets.q_monotone", q1.clone() * f.cell_next(Q, 0).complement());
    // q_(i+1) − q_i = 0: the sections between hasher and padding are not built and have no rows
    for i in 1..Q.width() {
        c.zero_at("chiplets.section_empty", i, f.q(i + 1) - f.q(i));
    }
    // (1 − q1)·(1 − k7)·q1' = 0: the hasher ends with a whole permutation
    let inside = q1.clone().complement() * f.periodic(K7).complement();
    c.zero("chiplets.hasher_whole", inside * f.cell_next(Q, 0));

    // q5·cell = 0: rows of the padding send nothing and hold nothing
    let padding = f.q(Q.width());
    for (column, name) in
        [(X, "chiplets.idle_x"), (U, "chiplets.idle_u"), (W, "chiplets.idle_w"), (M, "chiplets.idle_m")]
    {
        for (i, cell) in f.cells(column).enumerate() {
            c.zero_at(name, i, padding.clone() * cell);
        }
    }
}
