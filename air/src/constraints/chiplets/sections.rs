//! Order and ends of the sections, and their unused cells. Book: design/chiplets.md#sections

use miden_core::trace::chiplets::{M, Q, U, W, X};

use crate::{algebra::Algebra, eval::ConstraintSink, frame::Frame, periodic::K7, sections::Sections};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, here: &Sections<C::Expr>) {
    let q_next = |i: usize| f.cell_next(Q, i - 1);
    for i in 1..=Q.width() {
        // q_i·(q_i − 1) = 0
        c.assert_zero_at("chiplets.q_binary", i, f.q(i).binary());
        // q_i·(1 − q_i') = 0: a section that has ended does not resume
        c.assert_zero_at("chiplets.q_monotone", i, f.q(i) * q_next(i).complement());
    }
    // q_(i+1)·(1 − q_i) = 0: a section ends after its predecessor
    for i in 1..Q.width() {
        c.assert_zero_at("chiplets.q_ordered", i, f.q(i + 1) * f.q(i).complement());
    }
    // hasher·(1 − k7)·q1' = 0: the hasher ends with a whole permutation
    let inside = here.hasher.clone() * f.periodic(K7).complement();
    c.assert_zero("chiplets.hasher_whole", inside * q_next(1));
    idle_cells(c, f, here);
}

/// Unused cells are 0; so padding sends nothing.
fn idle_cells<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, here: &Sections<C::Expr>) {
    let (memory, kernel, padding) = (here.memory.clone(), here.kernel.clone(), here.padding.clone());
    let without_kernel = kernel.clone() + padding.clone();
    let without_memory = memory.clone() + padding.clone();
    let without_both = memory + kernel + padding.clone();
    // Σ flags of the sections without the cell · cell = 0
    for i in 0..X.width() {
        let idle = match i {
            0..4 => &without_kernel,
            4..7 => &padding,
            7 => &without_memory,
            _ => &without_both,
        };
        c.assert_zero_at("chiplets.idle_x", i, idle.clone() * f.cell(X, i));
    }
    for i in 0..U.width() {
        let idle = if i == 0 { &without_kernel } else { &without_both };
        c.assert_zero_at("chiplets.idle_u", i, idle.clone() * f.cell(U, i));
    }
    for i in 0..W.width() {
        let idle = if i < 4 { &without_memory } else { &without_kernel };
        c.assert_zero_at("chiplets.idle_w", i, idle.clone() * f.cell(W, i));
    }
    for i in 0..M.width() {
        c.assert_zero_at("chiplets.idle_m", i + 1, padding.clone() * f.cell(M, i));
    }
}
