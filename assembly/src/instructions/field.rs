//! Field arithmetic that has no operation of its own.

use miden_core::{
    Felt,
    Opcode::{
        Add, And, AssertZ, Drop, Dup0, Eq, Eqz, ExpAcc, Incr, MovUp2, MovUp3, Mul, Not, Pad, Sub, Swap,
        U32Split,
    },
    Operation,
    field::FieldElement,
};

use super::{Operations, extend, io::push_felt, repeat, stack};

/// Number of bits of an exponent that one run of `expacc` takes.
const LIMB_BITS: u32 = 32;

pub(super) fn add_immediate(b: Felt, operations: &mut Operations) {
    if b == Felt::ONE {
        extend(operations, &[Incr]);
    } else {
        push_felt(b, operations);
        extend(operations, &[Add]);
    }
}

pub(super) fn sub_immediate(b: Felt, operations: &mut Operations) {
    push_felt(b, operations);
    extend(operations, &[Sub]);
}

pub(super) fn mul_immediate(b: Felt, operations: &mut Operations) {
    push_felt(b, operations);
    extend(operations, &[Mul]);
}

/// The divisor is not zero, so that its inverse is a constant.
pub(super) fn div_immediate(b: Felt, operations: &mut Operations) {
    mul_immediate(b.inv(), operations);
}

pub(super) fn eq_immediate(b: Felt, operations: &mut Operations) {
    if b == Felt::ZERO {
        extend(operations, &[Eqz]);
    } else {
        operations.push(Operation::Push(b));
        extend(operations, &[Eq]);
    }
}

pub(super) fn neq_immediate(b: Felt, operations: &mut Operations) {
    eq_immediate(b, operations);
    extend(operations, &[Not]);
}

/// `[A, B] → [A = B, A, B]`
pub(super) fn eqw(operations: &mut Operations) {
    // Item i of A and item i of B, below the result so far if there is one.
    for (first, second) in [(0, 5), (2, 7), (7, 4), (4, 9)] {
        stack::dup(first, operations);
        stack::dup(second, operations);
        extend(operations, &[Eq]);
        if first != 0 {
            extend(operations, &[And]);
        }
    }
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
        replace_by_one(operations);
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

/// `[a] → [a^b]`, by squaring and multiplying or by `expacc`, whichever takes fewer cycles.
pub(super) fn exp_immediate(b: Felt, operations: &mut Operations) {
    let exponent = b.as_int();
    if exponent == 0 {
        replace_by_one(operations);
        return;
    }
    let (mut multiplied, mut accumulated) = (Operations::new(), Operations::new());
    square_and_multiply(exponent, &mut multiplied);
    accumulate_constant(exponent, &mut accumulated);
    operations.append(if multiplied.len() <= accumulated.len() { &mut multiplied } else { &mut accumulated });
}

/// `[a] → [1]`. A drop before the push would make a stack of 16 items deeper.
fn replace_by_one(operations: &mut Operations) {
    operations.push(Operation::Push(Felt::ONE));
    extend(operations, &[Swap, Drop]);
}

/// `[a] → [a^b]`, from the highest bit of `b > 0` downwards.
fn square_and_multiply(b: u64, operations: &mut Operations) {
    // A copy of a for every bit that is set; one of them is the initial power.
    repeat(operations, Dup0, b.count_ones().saturating_sub(1) as usize);
    for bit in (0..b.ilog2()).rev() {
        extend(operations, &[Dup0, Mul]);
        if b >> bit & 1 == 1 {
            extend(operations, &[Mul]);
        }
    }
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
