//! Lanes of x86-64: one file for each set of instructions.

mod avx2;
mod avx512;
mod sums;

use pulp::x86::V4;

pub(crate) use self::{
    avx2::Avx2,
    avx512::Avx512,
    sums::{Fused, Halves, Sums},
};

pulp::simd_type! {
    /// The instructions of [`V4`] and IFMA.
    pub(crate) struct V4Ifma {
        sse: "sse",
        sse2: "sse2",
        fxsr: "fxsr",
        sse3: "sse3",
        ssse3: "ssse3",
        sse4_1: "sse4.1",
        sse4_2: "sse4.2",
        popcnt: "popcnt",
        avx: "avx",
        avx2: "avx2",
        bmi1: "bmi1",
        bmi2: "bmi2",
        fma: "fma",
        lzcnt: "lzcnt",
        avx512f: "avx512f",
        avx512bw: "avx512bw",
        avx512cd: "avx512cd",
        avx512dq: "avx512dq",
        avx512vl: "avx512vl",
        ifma: "avx512ifma",
    }
}

impl V4Ifma {
    /// The lanes with these instructions, if the machine has them.
    pub(crate) fn lanes() -> Option<(Self, Avx512<Fused>)> {
        let (token, v4) = (Self::try_new()?, V4::try_new()?);
        Some((token, Avx512(v4, Fused(token.ifma))))
    }
}
