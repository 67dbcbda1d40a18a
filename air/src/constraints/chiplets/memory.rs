//! The memory: one access per row, sorted by context, address and row of the access. Book: design/memory.md

use core::array;

use miden_core::trace::chiplets::memory::{
    ADDRESS, CONTEXT, ELEMENT, FIRST, FIRST_OF_CONTEXT, HIGH_LIMB, LOW_LIMB, MESSAGE, NUMERATORS, REST, ROW,
    WRITE,
};

use crate::{algebra::Algebra, eval::ConstraintSink, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    memory: &C::Expr,
    memory_next: &C::Expr,
) {
    // memory·x·(x − 1) = 0 for write, element, first, first_of_context
    for (i, flag) in [WRITE, ELEMENT, FIRST, FIRST_OF_CONTEXT].into_iter().enumerate() {
        c.assert_zero_at("memory.flag", i, memory.clone() * f.at(flag).binary());
    }
    // memory·first_of_context·(1 − first) = 0
    let contradiction = f.at(FIRST_OF_CONTEXT) * f.at(FIRST).complement();
    c.assert_zero("memory.first_of_context", memory.clone() * contradiction);
    // memory·(message_i − (1 − element)·v_i) = 0, i = 1..3: the message of an element access contains element 0 only
    for i in 1..MESSAGE.width() {
        let shown = f.at(ELEMENT).complement() * f.cell(REST, i - 1);
        c.assert_zero_at("memory.message", i, memory.clone() * (f.cell(MESSAGE, i) - shown));
    }
    // memory·(m1 − 1) = 0, memory·(m2 + 1) = 0: each access responds once and looks up its low limb once
    let numerators = [f.cell(NUMERATORS, 0) - C::Expr::one(), f.cell(NUMERATORS, 1) + C::Expr::one()];
    for (i, rest) in numerators.into_iter().enumerate() {
        c.assert_zero_at("memory.numerator", i + 1, memory.clone() * rest);
    }
    order(c, f, memory, memory_next);
    values(c, f, memory_next);
}

/// `(context, address, row)` increases from access to access.
fn order<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, memory: &C::Expr, memory_next: &C::Expr) {
    let (first, first_of_context) = (f.at_next(FIRST), f.at_next(FIRST_OF_CONTEXT));
    let (low, high) = (f.at_next(LOW_LIMB), f.at_next(HIGH_LIMB));
    // (1 − memory)·memory'·(1 − first_of_context') = 0, and likewise ·limb' = 0: the section starts with a first access
    let begins = memory.clone().complement() * memory_next.clone();
    c.assert_zero("memory.begins", begins.clone() * first_of_context.clone().complement());
    for (i, limb) in [&low, &high].into_iter().enumerate() {
        c.assert_zero_at("memory.begins_limb", i, begins.clone() * limb.clone());
    }
    let goes_on = memory.clone() * memory_next.clone();
    let step = |column| f.at_next(column) - f.at(column);
    // memory·memory'·(1 − first_of_context')·(context' − context) = 0
    let same = first_of_context.clone().complement();
    c.assert_zero("memory.same_context", goes_on.clone() * same * step(CONTEXT));
    // memory·memory'·(1 − first')·(address' − address) = 0
    c.assert_zero("memory.same_address", goes_on.clone() * first.clone().complement() * step(ADDRESS));
    // memory·memory'·(δ − 1 − low' − 2^16·high') = 0,
    // δ = first_of_context'·(context' − context) + (first' − first_of_context')·(address' − address)
    //   + (1 − first')·(row' − row)
    let distance = first_of_context.clone() * step(CONTEXT)
        + (first.clone() - first_of_context) * step(ADDRESS)
        + first.complement() * step(ROW);
    let limbs = low + C::Expr::int(1 << 16) * high;
    c.assert_zero("memory.order", goes_on * (distance - C::Expr::one() - limbs));
}

/// Elements that an access does not write keep their values; at a first access, they are 0.
fn values<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, memory_next: &C::Expr) {
    // v_0 is element 0 of the message.
    let (element_0, rest) = (MESSAGE, REST);
    let values: [_; 4] = array::from_fn(|i| match i {
        0 => (f.cell(element_0, 0), f.cell_next(element_0, 0)),
        _ => (f.cell(rest, i - 1), f.cell_next(rest, i - 1)),
    });
    let write = f.at_next(WRITE);
    let write_rest = write.clone() * f.at_next(ELEMENT).complement();
    for (i, (before, after)) in values.into_iter().enumerate() {
        // memory'·(1 − write')·(v_0' − (1 − first')·v_0) = 0
        // memory'·(1 − write'·(1 − element'))·(v_i' − (1 − first')·v_i) = 0, i = 1..3
        let keeps = if i == 0 { write.clone() } else { write_rest.clone() }.complement();
        let kept = after - f.at_next(FIRST).complement() * before;
        c.assert_zero_at("memory.keeps", i, memory_next.clone() * keeps * kept);
    }
}
