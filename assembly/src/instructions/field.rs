//! Field arithmetic without a single operation.

use miden_core::{
    Felt,
    Opcode::{
        Add, And, Assert, AssertZ, CSwap, Drop, Dup0, Eq, Eqz, Incr, MovDn3, MovUp2, MovUp3, MovUp4, Mul,
        Neg, Not, Sub, Swap, U32And, U32Split,
    },
    Operation,
    field::FieldElement,
};

use super::{Operations, bits, extend, io::push_felt, stack};

/// `[a] → [a + b]`. Pushes the smaller of `b` and `−b`, which is easier to read.
pub(crate) fn add_immediate(b: Felt, operations: &mut Operations) {
    let negative = -b;
    match b.as_int() {
        0 => {}
        1 => extend(operations, &[Incr]),
        2 => extend(operations, &[Incr, Incr]),
        b if negative.as_int() < b => {
            push_felt(negative, operations);
            extend(operations, &[Sub]);
        }
        _ => {
            push_felt(b, operations);
            extend(operations, &[Add]);
        }
    }
}

pub(super) fn sub_immediate(b: Felt, operations: &mut Operations) {
    add_immediate(-b, operations);
}

/// `[a] → [a · b]`
pub(crate) fn mul_immediate(b: Felt, operations: &mut Operations) {
    if b == Felt::ONE {
    } else if b == -Felt::ONE {
        extend(operations, &[Neg]);
    } else if b == Felt::ONE.double() {
        extend(operations, &[Dup0, Add]);
    } else {
        push_felt(b, operations);
        extend(operations, &[Mul]);
    }
}

/// `[a] → [a / b]` for `b ≠ 0`: multiplies by the inverse.
pub(super) fn div_immediate(b: Felt, operations: &mut Operations) {
    mul_immediate(b.inv(), operations);
}

/// `[a] → [a = b]`
pub(super) fn eq_immediate(b: Felt, operations: &mut Operations) {
    if b == Felt::ZERO {
        extend(operations, &[Eqz]);
    } else {
        operations.push(Operation::Push(b));
        extend(operations, &[Eq]);
    }
}

/// `[a] → [a ≠ b]`
pub(super) fn neq_immediate(b: Felt, operations: &mut Operations) {
    eq_immediate(b, operations);
    extend(operations, &[Not]);
}

/// `[B, A] → [A = B, B, A]`
pub(super) fn eqw(operations: &mut Operations) {
    // Item i of both words, below the previous result if there is one.
    for (first, second) in [(0, 5), (2, 7), (7, 4), (4, 9)] {
        stack::dup(first, operations);
        stack::dup(second, operations);
        extend(operations, &[Eq]);
        if first != 0 {
            extend(operations, &[And]);
        }
    }
}

/// `[B, A] → []`; fails if `A ≠ B`.
pub(super) fn assert_eqw(operations: &mut Operations) {
    for move_up in [MovUp4, MovUp3, MovUp2] {
        extend(operations, &[move_up, Eq, Assert]);
    }
    extend(operations, &[Eq, Assert]);
}

/// `[a] → [a mod 2]`
pub(super) fn is_odd(operations: &mut Operations) {
    extend(operations, &[U32Split, Drop]);
    operations.push(Operation::Push(Felt::ONE));
    extend(operations, &[U32And]);
}

/// `[a] → [⌊log2 a⌋]`; fails if `a = 0`.
pub(super) fn ilog2(operations: &mut Operations) {
    // [hi, lo] → [v, z]: v = hi and z = 0, or v = lo and z = 1 if hi = 0.
    extend(operations, &[U32Split, Dup0, Eqz, Dup0, MovDn3, CSwap, Swap, Drop]);
    extend(operations, &[Dup0, Eqz, AssertZ]);
    bits::smear(operations);
    bits::popcnt(operations);
    // The bit length of v, minus 1, plus 32 if v is the high half: [n, z] → [n − 32·z + 31]
    extend(operations, &[Swap]);
    operations.push(Operation::Push(u32::BITS.into()));
    extend(operations, &[Mul, Sub]);
    operations.push(Operation::Push((u32::BITS - 1).into()));
    extend(operations, &[Add]);
}
