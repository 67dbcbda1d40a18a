//! Powers with the exponent as an operand or a parameter.

use miden_core::{
    Felt,
    Opcode::{self, Add, AssertZ, Drop, ExpAcc, MovUp2, MovUp3, Pad, Swap, U32Split},
    Operation,
    field::FieldElement,
};

use super::{
    Operations, extend,
    io::{push_felt, replace_by},
    power, repeat,
};

/// Number of exponent bits that one sequence of `expacc` handles.
const LIMB_BITS: u32 = 32;

/// `[a] → [2^a]`; fails if `a > 63`.
pub(super) fn pow2(operations: &mut Operations) {
    /// `2^63` is below the modulus, `2^64` is not.
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
/// `expacc` takes a u32 exponent, because halving a field element has two solutions. A longer exponent is split
/// into its canonical halves, which are processed in turn.
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

/// `[a] → [a^b]`, by multiplications or `expacc`, whichever takes fewer cycles.
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

/// `[x, _, r, 0] → [r]`, without checking the zero.
const TAKE_RESULT: &[Opcode] = &[Drop, Drop, Add];

/// `[x, _, r, b] → [r]`; fails if `b ≠ 0`.
const ASSERT_EXHAUSTED: &[Opcode] = &[Drop, Drop, Swap, AssertZ];
