use core::arch::x86_64::{__m256i, __m512i};

use bytemuck::{cast, pod_read_unaligned};
use miden_field::Felt;

use super::{MAX_MESSAGES, Words};
use crate::{
    Lanes,
    x86::{Avx2, Avx512, Sums},
};

/// One in the field if it is a product's factor, but not in Montgomery form: it takes the other out of this form.
const ONE: Felt = Felt::from_mont(1);

impl Avx2 {
    /// The rows are four blocks, or the vectors of four words. Four lanes of 32 bits of each are transposed:
    /// lanes `4·i..` of result `c` are lane `4·i + c` of all rows.
    #[inline(always)]
    fn transpose_quarter(self, rows: [__m256i; 4]) -> [__m256i; 4] {
        let avx2 = self.0.avx2;
        let low =
            [avx2._mm256_unpacklo_epi32(rows[0], rows[1]), avx2._mm256_unpacklo_epi32(rows[2], rows[3])];
        let high =
            [avx2._mm256_unpackhi_epi32(rows[0], rows[1]), avx2._mm256_unpackhi_epi32(rows[2], rows[3])];
        [
            avx2._mm256_unpacklo_epi64(low[0], low[1]),
            avx2._mm256_unpackhi_epi64(low[0], low[1]),
            avx2._mm256_unpacklo_epi64(high[0], high[1]),
            avx2._mm256_unpackhi_epi64(high[0], high[1]),
        ]
    }

    #[inline(always)]
    fn transpose_square(self, rows: [__m256i; 8]) -> [__m256i; 8] {
        let avx2 = self.0.avx2;
        let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
        let upper = self.transpose_quarter([r0, r1, r2, r3]);
        let lower = self.transpose_quarter([r4, r5, r6, r7]);
        let mut columns = rows;
        for c in 0..4 {
            columns[c] = avx2._mm256_permute2x128_si256::<0x20>(upper[c], lower[c]);
            columns[c + 4] = avx2._mm256_permute2x128_si256::<0x31>(upper[c], lower[c]);
        }
        columns
    }
}

impl Words for Avx2 {
    type Block = [__m256i; 2];
    type Words = __m256i;

    const MESSAGES: usize = 8;

    #[inline(always)]
    fn splat_word(self, word: u32) -> __m256i {
        self.0.avx._mm256_set1_epi32(word as i32)
    }

    #[inline(always)]
    fn add_words(self, a: __m256i, b: __m256i) -> __m256i {
        self.0.avx2._mm256_add_epi32(a, b)
    }

    #[inline(always)]
    fn xor_words(self, a: __m256i, b: __m256i) -> __m256i {
        self.0.avx2._mm256_xor_si256(a, b)
    }

    #[inline(always)]
    fn and_words(self, a: __m256i, b: __m256i) -> __m256i {
        self.0.avx2._mm256_and_si256(a, b)
    }

    // Where `bits` is constant, the compiler finds the instruction that shuffles bytes.
    #[inline(always)]
    fn rotate_words(self, a: __m256i, bits: u32) -> __m256i {
        let avx2 = self.0.avx2;
        let low = avx2._mm256_srlv_epi32(a, self.splat_word(bits));
        avx2._mm256_or_si256(low, avx2._mm256_sllv_epi32(a, self.splat_word(32 - bits)))
    }

    #[inline(always)]
    fn integers(self, elements: &[Felt; 8]) -> [__m256i; 2] {
        let one = self.splat(ONE);
        [self.mul(self.load(&elements[..4]), one), self.mul(self.load(&elements[4..]), one)]
    }

    #[inline(always)]
    fn block(self, bytes: &[u8; 64]) -> [__m256i; 2] {
        pod_read_unaligned(bytes)
    }

    #[inline(always)]
    fn transpose(self, blocks: &[[__m256i; 2]; MAX_MESSAGES]) -> [__m256i; 16] {
        let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = *blocks;
        let first = self.transpose_square([b0[0], b1[0], b2[0], b3[0], b4[0], b5[0], b6[0], b7[0]]);
        let second = self.transpose_square([b0[1], b1[1], b2[1], b3[1], b4[1], b5[1], b6[1], b7[1]]);
        let mut words = [first[0]; 16];
        words[..8].copy_from_slice(&first);
        words[8..].copy_from_slice(&second);
        words
    }

    #[inline(always)]
    fn digests(self, words: &[__m256i; 8]) -> [[u32; 8]; MAX_MESSAGES] {
        let mut digests = [[0; 8]; MAX_MESSAGES];
        digests[..8].copy_from_slice(&cast::<_, [[u32; 8]; 8]>(self.transpose_square(*words)));
        digests
    }
}

impl<S: Sums> Avx512<S> {
    /// Like [`Avx2::transpose_quarter`].
    #[inline(always)]
    fn transpose_quarter(self, rows: [__m512i; 4]) -> [__m512i; 4] {
        let avx512 = self.0.avx512f;
        let low =
            [avx512._mm512_unpacklo_epi32(rows[0], rows[1]), avx512._mm512_unpacklo_epi32(rows[2], rows[3])];
        let high =
            [avx512._mm512_unpackhi_epi32(rows[0], rows[1]), avx512._mm512_unpackhi_epi32(rows[2], rows[3])];
        [
            avx512._mm512_unpacklo_epi64(low[0], low[1]),
            avx512._mm512_unpackhi_epi64(low[0], low[1]),
            avx512._mm512_unpacklo_epi64(high[0], high[1]),
            avx512._mm512_unpackhi_epi64(high[0], high[1]),
        ]
    }
}

impl<S: Sums> Words for Avx512<S> {
    type Block = __m512i;
    type Words = __m512i;

    const MESSAGES: usize = 16;

    #[inline(always)]
    fn splat_word(self, word: u32) -> __m512i {
        self.0.avx512f._mm512_set1_epi32(word as i32)
    }

    #[inline(always)]
    fn add_words(self, a: __m512i, b: __m512i) -> __m512i {
        self.0.avx512f._mm512_add_epi32(a, b)
    }

    #[inline(always)]
    fn xor_words(self, a: __m512i, b: __m512i) -> __m512i {
        self.0.avx512f._mm512_xor_si512(a, b)
    }

    #[inline(always)]
    fn and_words(self, a: __m512i, b: __m512i) -> __m512i {
        self.0.avx512f._mm512_and_si512(a, b)
    }

    #[inline(always)]
    fn rotate_words(self, a: __m512i, bits: u32) -> __m512i {
        self.0.avx512f._mm512_rorv_epi32(a, self.splat_word(bits))
    }

    #[inline(always)]
    fn integers(self, elements: &[Felt; 8]) -> __m512i {
        self.mul(self.load(elements), self.splat(ONE))
    }

    #[inline(always)]
    fn block(self, bytes: &[u8; 64]) -> __m512i {
        pod_read_unaligned(bytes)
    }

    #[inline(always)]
    fn transpose(self, blocks: &[__m512i; MAX_MESSAGES]) -> [__m512i; 16] {
        let avx512 = self.0.avx512f;
        let mut quarters = [[blocks[0]; 4]; 4];
        for (quarter, rows) in quarters.iter_mut().zip(blocks.as_chunks().0) {
            *quarter = self.transpose_quarter(*rows);
        }
        let mut words = *blocks;
        // Lanes of 128 bits, four words of one block each, are transposed in the same way.
        for c in 0..4 {
            let even = [
                avx512._mm512_shuffle_i32x4::<0x88>(quarters[0][c], quarters[1][c]),
                avx512._mm512_shuffle_i32x4::<0x88>(quarters[2][c], quarters[3][c]),
            ];
            let odd = [
                avx512._mm512_shuffle_i32x4::<0xdd>(quarters[0][c], quarters[1][c]),
                avx512._mm512_shuffle_i32x4::<0xdd>(quarters[2][c], quarters[3][c]),
            ];
            words[c] = avx512._mm512_shuffle_i32x4::<0x88>(even[0], even[1]);
            words[c + 4] = avx512._mm512_shuffle_i32x4::<0x88>(odd[0], odd[1]);
            words[c + 8] = avx512._mm512_shuffle_i32x4::<0xdd>(even[0], even[1]);
            words[c + 12] = avx512._mm512_shuffle_i32x4::<0xdd>(odd[0], odd[1]);
        }
        words
    }

    #[inline(always)]
    fn digests(self, words: &[__m512i; 8]) -> [[u32; 8]; MAX_MESSAGES] {
        let [w0, w1, w2, w3, w4, w5, w6, w7] = *words;
        let first: [[[u32; 4]; 4]; 4] = cast(self.transpose_quarter([w0, w1, w2, w3]));
        let second: [[[u32; 4]; 4]; 4] = cast(self.transpose_quarter([w4, w5, w6, w7]));
        let mut digests = [[0; 8]; MAX_MESSAGES];
        for (k, digest) in digests.iter_mut().enumerate() {
            digest[..4].copy_from_slice(&first[k % 4][k / 4]);
            digest[4..].copy_from_slice(&second[k % 4][k / 4]);
        }
        digests
    }
}
