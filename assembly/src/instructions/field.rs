//! Field arithmetic that has no operation of its own.

use miden_core::{
    Felt,
    Opcode::{
        Add, And, Assert, AssertZ, CSwap, Drop, Dup0, Eq, Eqz, ExpAcc, Incr, MovDn3, MovUp2, MovUp3, MovUp4,
        Mul, Neg, Not, Pad, Sub, Swap, U32And, U32Split,
    },
    Operation,
    field::FieldElement,
};

use super::{Operations, bits, extend, io::push_felt, power, repeat, stack};

/// Number of bits of an exponent that one run of `expacc` takes.
const LIMB_BITS: u32 = 32;

/// `[a] → [a + b]`. Of the two numbers `b` and `−b` the smaller one is easier to read.
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

/// The divisor is not zero, so that its inverse is a constant.
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
    // Item i of both words, below the result so far if there is one.
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
    // [hi, lo] → [v, z]: the high half, or, with z = 1, the low one if the high one is zero.
    extend(operations, &[U32Split, Dup0, Eqz, Dup0, MovDn3, CSwap, Swap, Drop]);
    extend(operations, &[Dup0, Eqz, AssertZ]);
    bits::smear(operations);
    bits::popcnt(operations);
    // Number of bits of v, less 1, and 32 more if v is the high half: [n, z] → [n − 32·z + 31]
    extend(operations, &[Swap]);
    operations.push(Operation::Push(LIMB_BITS.into()));
    extend(operations, &[Mul, Sub]);
    operations.push(Operation::Push((LIMB_BITS - 1).into()));
    extend(operations, &[Add]);
}

/// `[a] → [2^a]`; fails if `a > 63`.
pub(super) fn pow2(operations: &mut Operations) {
    /// The result of `2^63` is below the modulus, that of `2^64` is not.
    const BITS: u32 = 6;
    extend(operations, &[U32Split, AssertZ]);
    operations.extend([Operation::Push(Felt::ONE), Operation::Push(Felt::from(2u32)), Pad.into()]);
    accumulate(BITS, operations);
    extend(operations, ASSERT_EXHAUSTED);
}

/// `[b, a] → [a^b]` for any `b`.
pub(super) fn exp(operations: &mut Operations) {
    exp_bits(2 * LIMB_BITS, operations);
}

/// `[b, a] → [a^b]`; fails if `b ≥ 2^bits`.
///
/// `expacc` takes a u32 exponent, since the halving of a field element would have two solutions. A longer
/// exponent is split into its canonical halves, and both are worked off one after the other.
pub(super) fn exp_bits(bits: u32, operations: &mut Operations) {
    if bits == 0 {
        extend(operations, &[AssertZ]);
        replace_by(Felt::ONE, operations);
        return;
    }
    // [b, a] → [hi, lo, a]
    extend(operations, &[U32Split]);
    if bits <= LIMB_BITS {
        // [0, lo, a] → [x, a, 1, lo]
        extend(operations, &[AssertZ]);
        operations.push(Operation::Push(Felt::ONE));
        extend(operations, &[MovUp2, Pad]);
        accumulate(bits, operations);
    } else {
        // [hi, lo, a] → [x, a, 1, lo, hi]
        extend(operations, &[Swap]);
        operations.push(Operation::Push(Felt::ONE));
        extend(operations, &[MovUp3, Pad]);
        accumulate_two(bits, operations);
    }
    extend(operations, if bits.is_multiple_of(LIMB_BITS) { TAKE_RESULT } else { ASSERT_EXHAUSTED });
}

/// `[a] → [a^b]`, by multiplications or by `expacc`, whichever takes fewer cycles.
pub(super) fn exp_immediate(b: Felt, operations: &mut Operations) {
    let exponent = b.as_int();
    if exponent == 0 {
        replace_by(Felt::ONE, operations);
        return;
    }
    let mut accumulated = Operations::new();
    accumulate_constant(exponent, &mut accumulated);
    match power::cycles(exponent) {
        Some(cycles) if cycles <= accumulated.len() => power::multiply(exponent, operations),
        _ => operations.extend(accumulated.as_slice().iter().copied()),
    }
}

/// `[a] → [value]`. A drop before the push would make a stack of 16 items deeper.
pub(super) fn replace_by(value: Felt, operations: &mut Operations) {
    push_felt(value, operations);
    extend(operations, &[Swap, Drop]);
}

/// `[a] → [a^b]` by `expacc`, for `b > 0`.
fn accumulate_constant(b: u64, operations: &mut Operations) {
    let bits = b.ilog2() + 1;
    let (hi, lo) = (b >> LIMB_BITS, b & u64::from(u32::MAX));
    if hi == 0 {
        // [a] → [x, a, 1, b]
        push_felt(Felt::new(lo), operations);
        operations.push(Operation::Push(Felt::ONE));
        extend(operations, &[MovUp2, Pad]);
        accumulate(bits, operations);
    } else {
        // [a] → [x, a, 1, lo, hi]
        push_felt(Felt::new(hi), operations);
        push_felt(Felt::new(lo), operations);
        operations.push(Operation::Push(Felt::ONE));
        extend(operations, &[MovUp3, Pad]);
        accumulate_two(bits, operations);
    }
    extend(operations, TAKE_RESULT);
}

/// `[x, a, r, b] → [x, a^(2^bits), r · a^(b mod 2^bits), b / 2^bits]`
fn accumulate(bits: u32, operations: &mut Operations) {
    repeat(operations, ExpAcc, bits as usize);
}

/// `[x, a, r, lo, hi] → [x, _, r · a^(hi · 2^32 + lo), hi / 2^(bits − 32)]` for `bits > 32`.
fn accumulate_two(bits: u32, operations: &mut Operations) {
    accumulate(LIMB_BITS, operations);
    // [x, a^(2^32), r, 0, hi] → [x, a^(2^32), r, hi]
    extend(operations, &[MovUp3, Drop]);
    accumulate(bits.saturating_sub(LIMB_BITS), operations);
}

/// `[x, _, r, 0] → [r]`, where the zero is certain.
const TAKE_RESULT: &[miden_core::Opcode] = &[Drop, Drop, Add];

/// `[x, _, r, b] → [r]`; fails if `b ≠ 0`.
const ASSERT_EXHAUSTED: &[miden_core::Opcode] = &[Drop, Drop, Swap, AssertZ];
