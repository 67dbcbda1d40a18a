//! Helper registers: what the prover adds so that the constraints of an operation are polynomials of low degree.

use miden_core::{Felt, Opcode, field::FieldElement};

use crate::{
    operations::{difference, split},
    stack::Stack,
};

/// Helpers `h0..h5` of an operation on this stack. If the operation is going to fail they have no meaning.
pub(super) fn helpers(opcode: Opcode, stack: &Stack) -> [Felt; 6] {
    let (s0, s1, s2) = (stack.item(0), stack.item(1), stack.item(2));
    match opcode {
        // The inverse of 0 is 0 here.
        Opcode::Eqz => single(s0.inv()),
        Opcode::Eq => single((s0 - s1).inv()),
        Opcode::U32Split => split_helpers(s0),
        Opcode::U32Add | Opcode::U32WAdd => split_helpers(s0 + s1),
        Opcode::U32Sub | Opcode::U32Lt => split_helpers(difference(s0, s1)),
        Opcode::U32Add3 => split_helpers(s0 + s1 + s2),
        Opcode::U32Mul | Opcode::U32Rot => split_helpers(s0 * s1),
        Opcode::U32MAdd => split_helpers(s0 * s1 + s2),
        Opcode::U32Assert2 => {
            let ([a0, a1], [b0, b1]) = (limbs(s0), limbs(s1));
            [a0, a1, b0, b1, Felt::ZERO, Felt::ZERO]
        }
        Opcode::ExpAcc => expacc_helpers(stack),
        _ => [Felt::ZERO; 6],
    }
}

fn single(helper: Felt) -> [Felt; 6] {
    let mut helpers = [Felt::ZERO; 6];
    helpers[0] = helper;
    helpers
}

/// The two limbs of a value below 2^32.
fn limbs(value: Felt) -> [Felt; 2] {
    let value = value.as_int();
    [Felt::new(value & 0xffff), Felt::new(value >> 16 & 0xffff)]
}

/// The four limbs of a value, lowest first, and the witness that they are its canonical split.
fn split_helpers(value: Felt) -> [Felt; 6] {
    let (hi, lo) = split(value);
    let ([h0, h1], [h2, h3]) = (limbs(lo), limbs(hi));
    [h0, h1, h2, h3, canonical_witness(hi, lo), Felt::ZERO]
}

/// `1 / (2^32 − 1 − hi)` if `lo ≠ 0`, else 0. In a canonical split `hi = 2^32 − 1` implies `lo = 0`.
fn canonical_witness(hi: Felt, lo: Felt) -> Felt {
    if lo == Felt::ZERO { Felt::ZERO } else { (Felt::from(u32::MAX) - hi).inv() }
}

/// `h0 + 2^16·h1` is the exponent, `h0 = 2·h2 + bit`, and `h5` the factor.
fn expacc_helpers(stack: &Stack) -> [Felt; 6] {
    let exponent = stack.item(3);
    let [h0, h1] = limbs(exponent);
    let h2 = Felt::new(h0.as_int() >> 1);
    let factor = if h0.as_int() & 1 == 1 { stack.item(1) } else { Felt::ONE };
    [h0, h1, h2, Felt::ZERO, canonical_witness(h2, exponent), factor]
}
