//! Helper registers: what the prover adds so that the constraints of an operation are polynomials of low degree.

use miden_core::{Felt, Opcode, field::FieldElement, trace::decoder::H};

use crate::{
    operations::{difference, split},
    stack::Stack,
};

/// Number of helpers.
const NUM_HELPERS: usize = H.width();

/// The helpers of an operation. If the operation is going to fail they have no meaning.
pub(super) struct Helpers {
    /// The cells `h0..h5`.
    pub(super) cells: [Felt; NUM_HELPERS],
    /// The cell that is to be replaced by its inverse, zero by zero.
    pub(super) inverse: Option<usize>,
}

impl Helpers {
    /// The helpers of an operation on this stack; `None` if it uses none.
    #[inline]
    pub(super) fn of(opcode: Opcode, stack: &Stack) -> Option<Self> {
        if opcode.info().helpers.is_empty() {
            return None;
        }
        let (s0, s1, s2) = (stack.item(0), stack.item(1), stack.item(2));
        match opcode {
            Opcode::Eqz => Some(Self::inverse(s0)),
            Opcode::Eq => Some(Self::inverse(s0 - s1)),
            Opcode::U32Split => Some(Self::split(s0)),
            Opcode::U32Add | Opcode::U32WAdd => Some(Self::split(s0 + s1)),
            Opcode::U32Sub | Opcode::U32Lt => Some(Self::split(difference(s0, s1))),
            Opcode::U32Add3 => Some(Self::split(s0 + s1 + s2)),
            Opcode::U32Mul | Opcode::U32Rot => Some(Self::split(s0 * s1)),
            Opcode::U32MAdd => Some(Self::split(s0 * s1 + s2)),
            Opcode::U32Assert2 => {
                let ([a0, a1], [b0, b1]) = (limbs(s0), limbs(s1));
                Some(Self { cells: [a0, a1, b0, b1, Felt::ZERO, Felt::ZERO], inverse: None })
            }
            Opcode::ExpAcc => Some(Self::expacc(s1, stack.item(3))),
            _ => None,
        }
    }

    fn inverse(value: Felt) -> Self {
        let mut cells = [Felt::ZERO; NUM_HELPERS];
        cells[0] = value;
        Self { cells, inverse: Some(0) }
    }

    /// The four limbs of a value, lowest first, and the witness that they are its canonical split.
    fn split(value: Felt) -> Self {
        let (hi, lo) = split(value);
        let ([h0, h1], [h2, h3]) = (limbs(lo), limbs(hi));
        Self { cells: [h0, h1, h2, h3, canonical(hi, lo), Felt::ZERO], inverse: Some(4) }
    }

    /// `h0 + 2^16·h1` is the exponent, `h0 = 2·h2 + bit`, and `h5` the factor.
    fn expacc(base: Felt, exponent: Felt) -> Self {
        let [h0, h1] = limbs(exponent);
        let h2 = Felt::new(h0.as_int() >> 1);
        let factor = if h0.as_int() & 1 == 1 { base } else { Felt::ONE };
        Self { cells: [h0, h1, h2, Felt::ZERO, canonical(h2, exponent), factor], inverse: Some(4) }
    }
}

/// The two limbs of a value below 2^32.
fn limbs(value: Felt) -> [Felt; 2] {
    let value = value.as_int();
    [Felt::new(value & 0xffff), Felt::new(value >> 16 & 0xffff)]
}

/// What `h4` is the inverse of: `2^32 − 1 − hi` if `lo ≠ 0`, else 0. In a canonical split `hi = 2^32 − 1` implies
/// `lo = 0`.
fn canonical(hi: Felt, lo: Felt) -> Felt {
    if lo == Felt::ZERO { Felt::ZERO } else { Felt::from(u32::MAX) - hi }
}
