use core::arch::aarch64::uint32x4_t;

use bytemuck::{cast, pod_read_unaligned};
use miden_field::Felt;

use super::{MAX_MESSAGES, Words};
use crate::{Lanes, aarch64::Neon};

impl Neon {
    /// Lane `i` of result `k` is lane `k` of row `i`.
    #[inline(always)]
    fn transpose_square(self, rows: [uint32x4_t; 4]) -> [uint32x4_t; 4] {
        let neon = self.0.neon;
        let [r0, r1, r2, r3] = rows;
        // Exchange neighbouring words, then pairs.
        let upper = [neon.vtrn1q_u32(r0, r1), neon.vtrn2q_u32(r0, r1)];
        let lower = [neon.vtrn1q_u32(r2, r3), neon.vtrn2q_u32(r2, r3)];
        let mut columns = rows;
        for k in 0..2 {
            let [upper, lower] = [upper[k], lower[k]].map(|pairs| neon.vreinterpretq_u64_u32(pairs));
            columns[k] = neon.vreinterpretq_u32_u64(neon.vtrn1q_u64(upper, lower));
            columns[k + 2] = neon.vreinterpretq_u32_u64(neon.vtrn2q_u64(upper, lower));
        }
        columns
    }
}

impl Words for Neon {
    type Block = [uint32x4_t; 4];
    type Words = uint32x4_t;

    const MESSAGES: usize = 4;

    #[inline(always)]
    fn splat_word(self, word: u32) -> uint32x4_t {
        self.0.neon.vdupq_n_u32(word)
    }

    #[inline(always)]
    fn add_words(self, a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
        self.0.neon.vaddq_u32(a, b)
    }

    #[inline(always)]
    fn xor_words(self, a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
        self.0.neon.veorq_u32(a, b)
    }

    #[inline(always)]
    fn and_words(self, a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
        self.0.neon.vandq_u32(a, b)
    }

    #[inline(always)]
    fn rotate_words(self, a: uint32x4_t, bits: u32) -> uint32x4_t {
        let neon = self.0.neon;
        let bits = bits as i32;
        // Negative bits are to the right.
        let low = neon.vshlq_u32(a, neon.vdupq_n_s32(-bits));
        neon.vorrq_u32(low, neon.vshlq_u32(a, neon.vdupq_n_s32(32 - bits)))
    }

    #[inline(always)]
    fn integers(self, elements: &[Felt; 8]) -> [uint32x4_t; 4] {
        let zero = self.constant(0);
        let mut words = [self.splat_word(0); 4];
        for (words, pair) in words.iter_mut().zip(elements.as_chunks::<2>().0) {
            *words = self.0.neon.vreinterpretq_u32_u64(self.divide(zero, self.load(pair)));
        }
        words
    }

    #[inline(always)]
    fn block(self, bytes: &[u8; 64]) -> [uint32x4_t; 4] {
        pod_read_unaligned(bytes)
    }

    #[inline(always)]
    fn transpose(self, blocks: &[[uint32x4_t; 4]; MAX_MESSAGES]) -> [uint32x4_t; 16] {
        let [b0, b1, b2, b3, ..] = *blocks;
        let mut words = [b0[0]; 16];
        for (i, words) in words.as_chunks_mut().0.iter_mut().enumerate() {
            *words = self.transpose_square([b0[i], b1[i], b2[i], b3[i]]);
        }
        words
    }

    #[inline(always)]
    fn digests(self, words: &[uint32x4_t; 8]) -> [[u32; 8]; MAX_MESSAGES] {
        let [w0, w1, w2, w3, w4, w5, w6, w7] = *words;
        let first: [[u32; 4]; 4] = cast(self.transpose_square([w0, w1, w2, w3]));
        let second: [[u32; 4]; 4] = cast(self.transpose_square([w4, w5, w6, w7]));
        let mut digests = [[0; 8]; MAX_MESSAGES];
        for k in 0..4 {
            digests[k][..4].copy_from_slice(&first[k]);
            digests[k][4..].copy_from_slice(&second[k]);
        }
        digests
    }
}
