//! Comparison of field elements as integers from 0 to `p − 1`.
//!
//! Both operands are split into their canonical halves, `[b, a] → [a_hi, a_lo, b_hi, b_lo]`, and subtracted half
//! by half: the low halves give a borrow `c`, the high halves and `c` give the result. A half plus the borrow can be
//! 2^32, which `u32lt` also compares correctly.

use miden_core::{
    Felt,
    Opcode::{self, Add, Drop, Eqz, MovUp2, MovUp3, Not, Swap, U32Lt, U32Split},
    field::FieldElement,
};

use super::{
    Operations, extend,
    field::{add_immediate, eq_immediate, neq_immediate},
    io::{push_felt, replace_by},
};

/// `a < b`: with `c = a_lo < b_lo`, whether `a_hi < b_hi + c`.
pub(super) const LT: &[Opcode] = &[U32Split, MovUp2, U32Split, Swap, MovUp3, U32Lt, MovUp2, Add, U32Lt];

/// `a > b`: with `c = b_lo < a_lo`, whether `b_hi < a_hi + c`.
pub(super) const GT: &[Opcode] = &[U32Split, MovUp2, U32Split, MovUp3, MovUp2, U32Lt, Add, U32Lt];

/// `a ≤ b`: not `a > b`.
pub(super) const LTE: &[Opcode] = &[U32Split, MovUp2, U32Split, MovUp3, MovUp2, U32Lt, Add, U32Lt, Not];

/// `a ≥ b`: not `a < b`.
pub(super) const GTE: &[Opcode] = &[U32Split, MovUp2, U32Split, Swap, MovUp3, U32Lt, MovUp2, Add, U32Lt, Not];

/// `p − 1`
fn largest() -> Felt {
    -Felt::ONE
}

/// `[a] → [a < b]`, for a constant `b`.
pub(super) fn lt_immediate(b: Felt, operations: &mut Operations) {
    let (hi, lo) = (b.as_int() >> 32, b.as_int() & u64::from(u32::MAX));
    match (hi, lo) {
        (0, 0) => replace_by(Felt::ZERO, operations),
        (0, 1) => extend(operations, &[Eqz]),
        _ if b == largest() => neq_immediate(b, operations),
        // Only the high half matters: a_hi < b_hi.
        (hi, 0) => {
            extend(operations, &[U32Split, Swap, Drop]);
            lt_u32(hi, operations);
        }
        // [a_hi, a_lo] → [c, a_hi] → [a_hi < b_hi + c]
        (hi, lo) => {
            extend(operations, &[U32Split, Swap]);
            push_felt(Felt::new(lo), operations);
            extend(operations, &[U32Lt]);
            add_immediate(Felt::new(hi), operations);
            extend(operations, &[U32Lt]);
        }
    }
}

/// `[a] → [a < b]` for u32 values.
fn lt_u32(b: u64, operations: &mut Operations) {
    if b == 1 {
        extend(operations, &[Eqz]);
    } else {
        push_felt(Felt::new(b), operations);
        extend(operations, &[U32Lt]);
    }
}

/// `[a] → [a ≤ b]`: `a < b + 1`, unless `b` is the largest element.
pub(super) fn lte_immediate(b: Felt, operations: &mut Operations) {
    if b == largest() {
        replace_by(Felt::ONE, operations);
    } else {
        lt_immediate(b + Felt::ONE, operations);
    }
}

/// `[a] → [a > b]`: `a ≥ b + 1`, unless `b` is the largest element.
pub(super) fn gt_immediate(b: Felt, operations: &mut Operations) {
    if b == largest() {
        replace_by(Felt::ZERO, operations);
    } else {
        gte_immediate(b + Felt::ONE, operations);
    }
}

/// `[a] → [a ≥ b]`: not `a < b`.
pub(super) fn gte_immediate(b: Felt, operations: &mut Operations) {
    if b == Felt::ZERO {
        replace_by(Felt::ONE, operations);
    } else if b == largest() {
        eq_immediate(b, operations);
    } else {
        lt_immediate(b, operations);
        extend(operations, &[Not]);
    }
}
