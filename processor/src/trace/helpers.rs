//! Helper registers: values that keep the constraints of an operation at a low degree.

use miden_core::{
    Felt, MAX_MERKLE_DEPTH, Opcode,
    field::FieldElement,
    operations::{difference, halves},
    params::{FMP_MAX, STREAM_ADDRESS},
    trace::decoder::HELPERS,
};

use crate::{
    limbs::{canonical_witness, limbs},
    state::MachineState,
};

/// Number of helpers.
const NUM_HELPERS: usize = HELPERS.width();

/// The helpers of an operation.
pub(super) struct Helpers {
    /// The cells `h0..h5`.
    pub(super) cells: [Felt; NUM_HELPERS],
    /// The cell to be replaced by its inverse; zero stays zero.
    pub(super) inverse: Option<usize>,
}

impl Helpers {
    /// The helpers of an operation in this state; `None` if it has none that are known before it executes.
    #[inline]
    pub(super) fn of(opcode: Opcode, state: &MachineState) -> Option<Self> {
        if opcode.info().helpers.is_empty() {
            return None;
        }
        let stack = &state.stack;
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
            Opcode::U32Assert2 => Some(Self::limbs(s0, s1)),
            Opcode::ExpAcc => Some(Self::expacc(s1, stack.item(3))),
            Opcode::U32Div => {
                let (a, b) = (s1.as_int(), s0.as_int());
                Some(Self::limbs(Felt::new(a % b), Felt::new(a / b)))
            }
            Opcode::FmpUpdate => {
                // y = 3·2^30 − 1 − fmp', and 2·y
                let y = Felt::new(FMP_MAX) - state.registers.fmp - s0;
                Some(Self::canonical(y, y.double()))
            }
            Opcode::MLoad => Some(Self::limbs(s0, Felt::ZERO)),
            Opcode::MLoadW | Opcode::MStore | Opcode::MStoreW => Some(Self::canonical(s0, Felt::ZERO)),
            Opcode::MStream | Opcode::Pipe => {
                let address = stack.item(STREAM_ADDRESS);
                Some(Self::limbs(address, address + Felt::ONE))
            }
            Opcode::MpVerify | Opcode::MrUpdate => {
                Some(Self::limbs(Felt::from(MAX_MERKLE_DEPTH) - stack.item(4), Felt::ZERO))
            }
            _ => None,
        }
    }

    fn inverse(value: Felt) -> Self {
        let mut cells = [Felt::ZERO; NUM_HELPERS];
        cells[0] = value;
        Self { cells, inverse: Some(0) }
    }

    /// The limbs of two values below 2^32.
    fn limbs(first: Felt, second: Felt) -> Self {
        let ([h0, h1], [h2, h3]) = (limbs(first), limbs(second));
        Self { cells: [h0, h1, h2, h3, Felt::ZERO, Felt::ZERO], inverse: None }
    }

    /// The limbs of the halves of a canonical split, and the witness that it is canonical.
    fn canonical(lo: Felt, hi: Felt) -> Self {
        let mut helpers = Self::limbs(lo, hi);
        helpers.cells[4] = canonical_witness(hi, lo);
        Self { inverse: Some(4), ..helpers }
    }

    /// The limbs of a value, lowest first, and the witness that they are its canonical split.
    fn split(value: Felt) -> Self {
        let (hi, lo) = halves(value);
        Self::canonical(lo, hi)
    }

    /// `h0 + 2^16·h1` is the exponent, `h0 = 2·h2 + bit`, and `h5` the factor.
    fn expacc(base: Felt, exponent: Felt) -> Self {
        let [h0, h1] = limbs(exponent);
        let h2 = Felt::new(h0.as_int() >> 1);
        let factor = if h0.as_int() & 1 == 1 { base } else { Felt::ONE };
        Self { cells: [h0, h1, h2, Felt::ZERO, canonical_witness(h2, exponent), factor], inverse: Some(4) }
    }
}
