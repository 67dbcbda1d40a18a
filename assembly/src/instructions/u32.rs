//! Tests of u32 values, and forms that a constant shortens.

use miden_core::{
    Felt,
    Opcode::{
        self, Add, Drop, Dup0, Dup2, Dup3, Dup4, Eq, Incr, Pad, Swap, U32And, U32Assert2, U32Div, U32Lt,
    },
    Operation,
};

use super::{Operations, extend, io::push_felt};

/// `[A] → [t, A]`: whether all four items are below 2^32.
pub(super) fn testw(operations: &mut Operations) {
    // `u32lt` with 2^32 gives 1 minus the high half. The sum of four high halves is 0 only if all are 0.
    let limit = Operation::Push(Felt::new(1 << 32));
    for (index, dup) in [Dup0, Dup2, Dup3, Dup4].into_iter().enumerate() {
        operations.extend([dup.into(), limit, U32Lt.into()]);
        if index > 0 {
            extend(operations, &[Add]);
        }
    }
    operations.push(Operation::Push(Felt::new(4)));
    extend(operations, &[Eq]);
}

/// Fails unless the top `count` items, one or two, are u32 values.
pub(super) fn assert(count: u32, operations: &mut Operations) {
    extend(operations, if count == 1 { &[Pad, U32Assert2, Drop] } else { &[U32Assert2] });
}

/// `[b, a] → [a mod b]`; fails if an operand is not a u32, or `b = 0`.
pub(super) const CHECKED_MOD: &[Opcode] = &[U32Assert2, U32Div, Swap, Drop];

/// `[a] → [a mod b]`; fails if `a` is not a u32. The remainder modulo a power of two is the bits below it.
pub(super) fn checked_mod_immediate(b: u32, operations: &mut Operations) {
    if b.is_power_of_two() {
        push_felt((b - 1).into(), operations);
        extend(operations, &[U32And]);
    } else {
        push_felt(b.into(), operations);
        extend(operations, CHECKED_MOD);
    }
}

/// `[b, a] → [a ≤ b]`: `a < b + 1`, also if `b + 1 = 2^32`.
pub(super) const LTE: &[Opcode] = &[Incr, U32Lt];

/// `[b, a] → [a ≤ b]`; fails if an operand is not a u32.
pub(super) const CHECKED_LTE: &[Opcode] = &[U32Assert2, Incr, U32Lt];

/// `b + 1`
fn successor(b: u32) -> Felt {
    Felt::new(u64::from(b) + 1)
}

/// `[a] → [a ≤ b]`: `a < b + 1`.
pub(super) fn lte_immediate(b: u32, operations: &mut Operations) {
    push_felt(successor(b), operations);
    extend(operations, &[U32Lt]);
}

/// Like [`lte_immediate`]; fails if `a` is not a u32.
pub(super) fn checked_lte_immediate(b: u32, operations: &mut Operations) {
    match b.checked_add(1) {
        Some(next) => {
            push_felt(next.into(), operations);
            extend(operations, &[U32Assert2, U32Lt]);
        }
        None => {
            push_felt(b.into(), operations);
            extend(operations, CHECKED_LTE);
        }
    }
}
