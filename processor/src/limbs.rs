//! The 16-bit limbs of values below 2^32, and the witness that a split into halves is canonical.

use miden_core::{Felt, field::FieldElement};

/// The two limbs of a value below 2^32, low one first.
pub(crate) fn limbs(value: Felt) -> [Felt; 2] {
    let value = value.as_int();
    [Felt::new(value & 0xffff), Felt::new(value >> 16 & 0xffff)]
}

/// The inverse of the witness of a canonical split: `2^32 − 1 − hi` if `lo ≠ 0`, else 0. In a canonical split
/// `hi = 2^32 − 1` implies `lo = 0`.
pub(crate) fn canonical_witness(hi: Felt, lo: Felt) -> Felt {
    if lo == Felt::ZERO { Felt::ZERO } else { Felt::from(u32::MAX) - hi }
}
