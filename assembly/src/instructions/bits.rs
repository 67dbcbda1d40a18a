//! Bitwise instructions on u32 values.

use miden_core::{
    Felt,
    Opcode::{
        self, AssertZ, Drop, Dup0, ExpAcc, Mul, Pad, Sub, Swap, U32And, U32AndN, U32Assert2, U32Div, U32Mul,
        U32Or, U32Rot, U32WAdd, U32Xor, U32Xr7, U32Xr8, U32Xr12, U32Xr16,
    },
    Operation,
    field::FieldElement,
};

use super::{Operations, exponentiation, extend, repeat};

/// `2^32 − 1`
const ALL: u32 = u32::MAX;

fn push(value: u32, operations: &mut Operations) {
    operations.push(Operation::Push(value.into()));
}

/// `[a] → [NOT a]`
pub(super) fn not(operations: &mut Operations) {
    push(ALL, operations);
    extend(operations, &[U32Xor]);
}

/// `[] → [NOT a]`
pub(super) fn not_immediate(a: u32, operations: &mut Operations) {
    super::io::push_felt((!a).into(), operations);
}

/// `[b, a] → [(a XOR b)` rotated right by `n` bits`]`
pub(super) fn xor_rotr(n: u32, operations: &mut Operations) {
    match n {
        0 => extend(operations, &[U32Xor]),
        7 => extend(operations, &[U32Xr7]),
        8 => extend(operations, &[U32Xr8]),
        12 => extend(operations, &[U32Xr12]),
        16 => extend(operations, &[U32Xr16]),
        _ => {
            extend(operations, &[U32Xor]);
            rotr_immediate(n, operations);
        }
    }
}

// Shifts and rotations multiply or divide by a power of two: `[2^b, a]`. `u32assert2` and `u32div` reject a power of
// 2^32 or more, `pow2` one of 2^64 or more.

const SHL: &[Opcode] = &[U32Mul, Drop];
const SHR: &[Opcode] = &[U32Div, Drop];
const ROTL: &[Opcode] = &[U32Rot];

/// `[b, a] → f(2^b, a)`
fn with_power(operations: &mut Operations, f: &[Opcode]) {
    exponentiation::pow2(operations);
    extend(operations, f);
}

/// `[b, a] → f(2^b, a)`; fails if `a` or `2^b` is not a u32.
fn with_checked_power(operations: &mut Operations, f: &[Opcode]) {
    with_power(operations, &[U32Assert2]);
    extend(operations, f);
}

/// `[a] → f(2^b, a)` for `b < 32`.
fn with_power_of(b: u32, operations: &mut Operations, f: &[Opcode]) {
    push(1 << (b % u32::BITS), operations);
    extend(operations, f);
}

/// `[a] → f(2^b, a)` for `b < 32`; fails if `a` is not a u32.
fn with_checked_power_of(b: u32, operations: &mut Operations, f: &[Opcode]) {
    with_power_of(b, operations, &[U32Assert2]);
    extend(operations, f);
}

/// `[b, a] → [a · 2^b mod 2^32]`
pub(super) fn shl(operations: &mut Operations) {
    with_power(operations, SHL);
}

pub(super) fn checked_shl(operations: &mut Operations) {
    with_checked_power(operations, SHL);
}

pub(super) fn shl_immediate(b: u32, operations: &mut Operations) {
    with_power_of(b, operations, SHL);
}

pub(super) fn checked_shl_immediate(b: u32, operations: &mut Operations) {
    with_checked_power_of(b, operations, SHL);
}

/// `[b, a] → [⌊a / 2^b⌋]`
pub(super) fn shr(operations: &mut Operations) {
    with_power(operations, SHR);
}

pub(super) fn checked_shr(operations: &mut Operations) {
    with_checked_power(operations, SHR);
}

pub(super) fn shr_immediate(b: u32, operations: &mut Operations) {
    with_power_of(b, operations, SHR);
}

pub(super) fn checked_shr_immediate(b: u32, operations: &mut Operations) {
    with_checked_power_of(b, operations, SHR);
}

/// `[b, a] → [a` rotated left by `b` bits`]`
pub(super) fn rotl(operations: &mut Operations) {
    with_power(operations, ROTL);
}

pub(super) fn checked_rotl(operations: &mut Operations) {
    with_checked_power(operations, ROTL);
}

pub(super) fn rotl_immediate(b: u32, operations: &mut Operations) {
    with_power_of(b, operations, ROTL);
}

pub(super) fn checked_rotl_immediate(b: u32, operations: &mut Operations) {
    with_checked_power_of(b, operations, ROTL);
}

/// `[b, a] → [a` rotated right by `b` bits`]`: rotates left by `32 − b`. An amount of 32 acts like 0, since the
/// halves of `a · 2^32` are `a` and 0.
pub(super) fn rotr(operations: &mut Operations) {
    push(u32::BITS, operations);
    extend(operations, &[Swap, Sub]);
    rotl(operations);
}

/// Like [`rotr`]; fails if an operand is not a u32 or `b > 31`.
pub(super) fn checked_rotr(operations: &mut Operations) {
    const BITS: usize = 5;
    // 2^(32 − b) is 2^32 · (1/2)^b: [x, 1/2, 2^32, b, a] → [2^(32 − b), b / 32, a]
    let half = Felt::from(2u32).inv();
    extend(operations, &[U32Assert2]);
    operations.extend([Operation::Push(Felt::new(1 << 32)), Operation::Push(half), Pad.into()]);
    repeat(operations, ExpAcc, BITS);
    extend(operations, &[Drop, Drop, Swap, AssertZ]);
    extend(operations, ROTL);
}

/// The left rotation that equals a right rotation by `b`.
const fn to_the_left(b: u32) -> u32 {
    u32::BITS.wrapping_sub(b) % u32::BITS
}

pub(super) fn rotr_immediate(b: u32, operations: &mut Operations) {
    rotl_immediate(to_the_left(b), operations);
}

pub(super) fn checked_rotr_immediate(b: u32, operations: &mut Operations) {
    checked_rotl_immediate(to_the_left(b), operations);
}

/// `[a] → [number of ones of a]`; fails if `a` is not a u32.
pub(super) fn popcnt(operations: &mut Operations) {
    // Each field of 1, 2, 4 bits holds its number of ones; adjacent fields `lo + 2^k·hi` become `lo + hi`.
    for (bits, high_fields) in [(1, 0xAAAA_AAAA), (2, 0xCCCC_CCCC), (4, 0xF0F0_F0F0u32)] {
        let weight = Felt::from(1u32 << bits);
        let factor = (weight - Felt::ONE) / weight;
        extend(operations, &[Dup0]);
        push(high_fields, operations);
        extend(operations, &[U32And]);
        operations.push(Operation::Push(factor));
        extend(operations, &[Mul, Sub]);
    }
    // The sum of the bytes, at most 32, is the value modulo 255, since 2^8 = 1 there.
    push(255, operations);
    extend(operations, &[U32Div, Swap, Drop]);
}

/// `[a] → [2^n − 1]` for `a` of bit length `n`.
pub(super) fn smear(operations: &mut Operations) {
    for shift in [1, 2, 4, 8, 16] {
        extend(operations, &[Dup0]);
        shr_immediate(shift, operations);
        extend(operations, &[U32Or]);
    }
}

/// `[a] → [number of leading zeros of a]`: the zeros left by [`smear`].
pub(super) fn clz(operations: &mut Operations) {
    smear(operations);
    not(operations);
    popcnt(operations);
}

/// `[a] → [number of leading ones of a]`
pub(super) fn clo(operations: &mut Operations) {
    not(operations);
    clz(operations);
}

/// `[a] → [number of trailing zeros of a]`: the ones of `(a − 1) AND NOT a`.
pub(super) fn ctz(operations: &mut Operations) {
    extend(operations, &[Dup0]);
    push(ALL, operations);
    extend(operations, &[U32WAdd, Swap, U32AndN]);
    popcnt(operations);
}

/// `[a] → [number of trailing ones of a]`: the ones of `a AND NOT (a + 1)`.
pub(super) fn cto(operations: &mut Operations) {
    extend(operations, &[Dup0]);
    push(1, operations);
    extend(operations, &[U32WAdd, U32AndN]);
    popcnt(operations);
}
