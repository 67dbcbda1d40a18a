//! Deterministic random numbers.

use miden_core::{Felt, field::FieldElement};

use super::felt;

/// The generator `splitmix64`.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound
    }

    /// A small number as a field element.
    pub fn small(&mut self, bound: u64) -> Felt {
        felt(self.below(bound))
    }

    /// Any field element.
    pub fn element(&mut self) -> Felt {
        felt(self.bits())
    }

    /// Numerators that a row must not choose freely.
    pub fn numerator(&mut self) -> Felt {
        match self.below(4) {
            0 => Felt::ZERO,
            1 => Felt::ONE,
            2 => -Felt::ONE,
            _ => self.element(),
        }
    }
}
