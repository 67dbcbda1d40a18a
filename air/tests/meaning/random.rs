//! Deterministic random numbers.

use miden_core::{Felt, field::FieldElement};

use crate::common::felt;

/// The generator `splitmix64`.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound
    }

    /// A small number as a field element.
    pub(crate) fn small(&mut self, bound: u64) -> Felt {
        felt(self.below(bound))
    }

    /// Any field element.
    pub(crate) fn element(&mut self) -> Felt {
        felt(self.bits())
    }

    /// Numerators that a row must not choose freely.
    pub(crate) fn numerator(&mut self) -> Felt {
        match self.below(4) {
            0 => Felt::ZERO,
            1 => Felt::ONE,
            2 => -Felt::ONE,
            _ => self.element(),
        }
    }
}
