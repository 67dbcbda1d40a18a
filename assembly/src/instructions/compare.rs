//! Comparison of field elements as integers from 0 to `p − 1`.
//!
//! Both operands are split into their canonical halves, `[b, a] → [a_hi, a_lo, b_hi, b_lo]`, and subtracted half
//! by half: the low halves give a borrow `c`, and the high halves with it the result. A half plus the borrow can
//! be 2^32, which `u32lt` compares rightly as well.

use miden_core::{
    Felt,
    Opcode::{self, Add, MovUp2, MovUp3, Not, Swap, U32Lt, U32Split},
    field::FieldElement,
};

use super::{Operations, extend, field::replace_by, io::push_felt};

/// `a < b`: with `c = a_lo < b_lo`, whether `a_hi < b_hi + c`.
pub(super) const LT: &[Opcode] = &[U32Split, MovUp2, U32Split, Swap, MovUp3, U32Lt, MovUp2, Add, U32Lt];

/// `a > b`: with `c = b_lo < a_lo`, whether `b_hi < a_hi + c`.
pub(super) const GT: &[Opcode] = &[U32Split, MovUp2, U32Split, MovUp3, MovUp2, U32Lt, Add, U32Lt];

/// `a ≤ b`: not `a > b`.
pub(super) const LTE: &[Opcode] = &[U32Split, MovUp2, U32Split, MovUp3, MovUp2, U32Lt, Add, U32Lt, Not];

/// `a ≥ b`: not `a < b`.
pub(super) const GTE: &[Opcode] = &[U32Split, MovUp2, U32Split, Swap, MovUp3, U32Lt, MovUp2, Add, U32Lt, Not];

/// `[a] → [a < b]`. The halves of `b` are known.
pub(super) fn lt_immediate(b: Felt, operations: &mut Operations) {
    let (hi, lo) = (b.as_int() >> 32, b.as_int() & u64::from(u32::MAX));
    // [a_hi, a_lo] → [c, a_hi]
    extend(operations, &[U32Split, Swap]);
    push_felt(Felt::new(lo), operations);
    extend(operations, &[U32Lt]);
    if hi > 0 {
        push_felt(Felt::new(hi), operations);
        extend(operations, &[Add]);
    }
    extend(operations, &[U32Lt]);
}

/// `[a] → [a ≤ b]`: whether `a < b + 1`, unless there is no larger element.
pub(super) fn lte_immediate(b: Felt, operations: &mut Operations) {
    let next = b + Felt::ONE;
    if next == Felt::ZERO {
        replace_by(Felt::ONE, operations);
    } else {
        lt_immediate(next, operations);
    }
}

/// `[a] → [a > b]`
pub(super) fn gt_immediate(b: Felt, operations: &mut Operations) {
    lte_immediate(b, operations);
    extend(operations, &[Not]);
}

/// `[a] → [a ≥ b]`
pub(super) fn gte_immediate(b: Felt, operations: &mut Operations) {
    lt_immediate(b, operations);
    extend(operations, &[Not]);
}
