use miden_core::{Felt, field::StarkField};

/// A deterministic pseudorandom sequence (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn u32(&mut self) -> u32 {
        (self.u64() >> 32) as u32
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.u64() % bound
    }

    /// A field element.
    pub(crate) fn felt(&mut self) -> u64 {
        self.below(Felt::MODULUS)
    }

    /// A u32 that is often an edge case.
    pub(crate) fn limb(&mut self) -> u32 {
        const EDGES: [u32; 8] = [0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000];
        match self.below(3) {
            0 => EDGES[self.below(8) as usize],
            _ => self.u32(),
        }
    }

    pub(crate) fn array<T, const N: usize>(&mut self, mut next: impl FnMut(&mut Self) -> T) -> [T; N] {
        core::array::from_fn(|_| next(self))
    }
}
