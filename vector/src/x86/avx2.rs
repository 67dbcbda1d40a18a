use core::arch::x86_64::__m256i;

use bytemuck::cast;
use miden_field::Felt;
use pulp::x86::V3;

use crate::{EPSILON, Factor, Lanes, Line, P, factor::DIGIT_BITS, lanes::element};

const SIGN: u64 = 1 << 63;

/// Four elements, with AVX2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(pub(crate) V3);

impl Avx2 {
    #[inline(always)]
    fn constant(self, value: u64) -> __m256i {
        self.0.avx._mm256_set1_epi64x(value as i64)
    }

    /// `a + 2^63`: comparisons are signed, so what is compared is moved.
    #[inline(always)]
    fn moved(self, a: __m256i) -> __m256i {
        self.0.avx2._mm256_xor_si256(a, self.constant(SIGN))
    }

    /// `difference`, plus `p` if `a < b`, both [moved](Self::moved).
    #[inline(always)]
    fn correct(self, difference: __m256i, a: __m256i, b: __m256i) -> __m256i {
        let avx2 = self.0.avx2;
        let borrow = avx2._mm256_cmpgt_epi64(b, a);
        // The upper half of the mask is EPSILON.
        avx2._mm256_sub_epi64(difference, avx2._mm256_srli_epi64::<32>(borrow))
    }

    /// Adds `a·2^SHIFT`, with `SHIFT + REST = 32`, to a word and the next one.
    #[inline(always)]
    fn add_shifted<const SHIFT: i32, const REST: i32>(
        self,
        word: __m256i,
        next: __m256i,
        a: __m256i,
    ) -> (__m256i, __m256i) {
        let avx2 = self.0.avx2;
        let lower = avx2._mm256_and_si256(avx2._mm256_slli_epi64::<SHIFT>(a), self.constant(EPSILON));
        (avx2._mm256_add_epi64(word, lower), avx2._mm256_add_epi64(next, avx2._mm256_srli_epi64::<REST>(a)))
    }

    /// `a − b − c`
    #[inline(always)]
    fn sub_two(self, a: __m256i, b: __m256i, c: __m256i) -> __m256i {
        let avx2 = self.0.avx2;
        let (a, moved) = (self.moved(a), self.moved(c));
        let first = self.correct(avx2._mm256_sub_epi64(a, b), a, self.moved(b));
        self.correct(avx2._mm256_sub_epi64(first, moved), first, moved)
    }
}

/// For each half of 32 bits of one factor and each digit of 22 bits of the other, the sum of the products.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum256 {
    low_0: __m256i,
    low_1: __m256i,
    low_2: __m256i,
    high_0: __m256i,
    high_1: __m256i,
    high_2: __m256i,
}

impl Lanes for Avx2 {
    type Factor = [__m256i; 3];
    type Sum = Sum256;
    type Vector = __m256i;

    const LANES: usize = 4;
    const SUMS: usize = 2;

    #[inline(always)]
    fn load(self, elements: &[Felt]) -> __m256i {
        // Closures and copies of slices are inlined for certain with link-time optimization only; so in the store.
        let elements = &elements[..4];
        cast::<[u64; 4], __m256i>([
            elements[0].inner(),
            elements[1].inner(),
            elements[2].inner(),
            elements[3].inner(),
        ])
    }

    #[inline(always)]
    fn store(self, vector: __m256i, elements: &mut [Felt]) {
        let lanes: [u64; 4] = cast(vector);
        let elements = &mut elements[..4];
        elements[0] = element(lanes[0]);
        elements[1] = element(lanes[1]);
        elements[2] = element(lanes[2]);
        elements[3] = element(lanes[3]);
    }

    #[inline(always)]
    fn splat(self, element: Felt) -> __m256i {
        self.constant(element.inner())
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        // a − (p − b), both moved
        let (a, b) = (self.moved(a), self.0.avx2._mm256_sub_epi64(self.constant(P.wrapping_add(SIGN)), b));
        self.correct(self.0.avx2._mm256_sub_epi64(a, b), a, b)
    }

    #[inline(always)]
    fn sub(self, a: __m256i, b: __m256i) -> __m256i {
        self.correct(self.0.avx2._mm256_sub_epi64(a, b), self.moved(a), self.moved(b))
    }

    #[inline(always)]
    fn mul(self, a: __m256i, b: __m256i) -> __m256i {
        let avx2 = self.0.avx2;
        let a_high = avx2._mm256_srli_epi64::<32>(a);
        let b_high = avx2._mm256_srli_epi64::<32>(b);
        let low_low = avx2._mm256_mul_epu32(a, b);
        let low_high = avx2._mm256_mul_epu32(a, b_high);
        let high_low = avx2._mm256_mul_epu32(a_high, b);
        let high_high = avx2._mm256_mul_epu32(a_high, b_high);
        // Neither sum exceeds (2^32 − 1)² + 2^32 − 1 < 2^64.
        let middle = avx2._mm256_add_epi64(high_low, avx2._mm256_srli_epi64::<32>(low_low));
        let lower = avx2._mm256_and_si256(middle, self.constant(EPSILON));
        let cross = avx2._mm256_add_epi64(low_high, lower);
        let upper = avx2._mm256_add_epi64(high_high, avx2._mm256_srli_epi64::<32>(middle));
        let high = avx2._mm256_add_epi64(upper, avx2._mm256_srli_epi64::<32>(cross));

        let upper = avx2._mm256_mul_epu32(cross, self.constant(EPSILON));
        self.sub_two(high, upper, avx2._mm256_slli_epi64::<32>(low_low))
    }

    #[inline(always)]
    fn mul_power_of_two(self, a: __m256i, exponent: u32) -> __m256i {
        let avx2 = self.0.avx2;
        let exponent = u64::from(exponent);
        if exponent >= 64 {
            let lower = avx2._mm256_sllv_epi64(a, self.constant(exponent - 64));
            let upper = avx2._mm256_srlv_epi64(a, self.constant(96 - exponent));
            return self.sub(avx2._mm256_mul_epu32(lower, self.constant(EPSILON)), upper);
        }
        let low = avx2._mm256_sllv_epi64(a, self.constant(exponent));
        let high = avx2._mm256_srlv_epi64(a, self.constant(64 - exponent));
        let high_low = avx2._mm256_mul_epu32(high, self.constant(EPSILON));
        let result = self.sub(low, avx2._mm256_sub_epi64(self.constant(P), high_low));
        if exponent <= 32 {
            return result;
        }
        self.sub(result, avx2._mm256_srlv_epi64(a, self.constant(96 - exponent)))
    }

    #[inline(always)]
    fn empty_sum(self) -> Sum256 {
        let zero = self.constant(0);
        Sum256 { low_0: zero, low_1: zero, low_2: zero, high_0: zero, high_1: zero, high_2: zero }
    }

    #[inline(always)]
    fn add_product(self, sum: Sum256, a: __m256i, b: __m256i) -> Sum256 {
        const BITS: i32 = DIGIT_BITS as i32;
        let avx2 = self.0.avx2;
        let mask = self.constant((1 << DIGIT_BITS) - 1);
        let d0 = avx2._mm256_and_si256(b, mask);
        let d1 = avx2._mm256_and_si256(avx2._mm256_srli_epi64::<BITS>(b), mask);
        self.add_term(sum, a, [d0, d1, avx2._mm256_srli_epi64::<{ 2 * BITS }>(b)])
    }

    #[inline(always)]
    fn splat_factor(self, factor: &Factor) -> [__m256i; 3] {
        let [d0, d1, d2] = factor.digits;
        [self.splat(d0), self.splat(d1), self.splat(d2)]
    }

    #[inline(always)]
    fn load_factor(self, factors: &Factor<Line>, position: usize) -> [__m256i; 3] {
        let [d0, d1, d2] = &factors.digits;
        [self.load(&d0.0[position..]), self.load(&d1.0[position..]), self.load(&d2.0[position..])]
    }

    // Each product is below 2^54, so that nothing overflows.
    #[inline(always)]
    fn add_term(self, sum: Sum256, a: __m256i, [d0, d1, d2]: [__m256i; 3]) -> Sum256 {
        let avx2 = self.0.avx2;
        let a_high = avx2._mm256_srli_epi64::<32>(a);
        Sum256 {
            low_0: avx2._mm256_add_epi64(sum.low_0, avx2._mm256_mul_epu32(a, d0)),
            low_1: avx2._mm256_add_epi64(sum.low_1, avx2._mm256_mul_epu32(a, d1)),
            low_2: avx2._mm256_add_epi64(sum.low_2, avx2._mm256_mul_epu32(a, d2)),
            high_0: avx2._mm256_add_epi64(sum.high_0, avx2._mm256_mul_epu32(a_high, d0)),
            high_1: avx2._mm256_add_epi64(sum.high_1, avx2._mm256_mul_epu32(a_high, d1)),
            high_2: avx2._mm256_add_epi64(sum.high_2, avx2._mm256_mul_epu32(a_high, d2)),
        }
    }

    // The weights 1, 2^22, 2^44, 2^32, 2^54, 2^76 become those of words: each sum is cut where a word ends.
    #[inline(always)]
    fn reduce_sum(self, sum: Sum256) -> __m256i {
        let avx2 = self.0.avx2;
        let zero = self.constant(0);
        let (low, middle) = self.add_shifted::<0, 32>(zero, zero, sum.low_0);
        let (low, middle) = self.add_shifted::<22, 10>(low, middle, sum.low_1);
        let (middle, high) = self.add_shifted::<12, 20>(middle, zero, sum.low_2);
        let (middle, high) = self.add_shifted::<0, 32>(middle, high, sum.high_0);
        let (middle, high) = self.add_shifted::<22, 10>(middle, high, sum.high_1);
        let (high, top) = self.add_shifted::<12, 20>(high, zero, sum.high_2);

        let middle = avx2._mm256_add_epi64(middle, avx2._mm256_srli_epi64::<32>(low));
        let high = avx2._mm256_add_epi64(high, avx2._mm256_srli_epi64::<32>(middle));
        let low = avx2._mm256_blend_epi32::<0b10101010>(low, avx2._mm256_slli_epi64::<32>(middle));
        // 2^32·top = 2^32·(top mod 2^32) + (2^32 − 1)·⌊top / 2^32⌋; the first part is at most p − 1.
        let upper = avx2._mm256_mul_epu32(avx2._mm256_srli_epi64::<32>(top), self.constant(EPSILON));
        let rest = avx2._mm256_add_epi64(high, upper);
        let quotient = self.add(avx2._mm256_slli_epi64::<32>(top), rest);
        // Less low / 2^64, as in the product.
        let upper = avx2._mm256_mul_epu32(avx2._mm256_srli_epi64::<32>(low), self.constant(EPSILON));
        self.sub_two(quotient, upper, avx2._mm256_slli_epi64::<32>(low))
    }

    #[inline(always)]
    fn splat_integer(self, integer: u32) -> __m256i {
        self.constant(integer.into())
    }

    #[inline(always)]
    fn add_scaled(self, [low, high]: [__m256i; 2], a: __m256i, factor: __m256i) -> [__m256i; 2] {
        let avx2 = self.0.avx2;
        let a_high = avx2._mm256_srli_epi64::<32>(a);
        [
            avx2._mm256_add_epi64(low, avx2._mm256_mul_epu32(a, factor)),
            avx2._mm256_add_epi64(high, avx2._mm256_mul_epu32(a_high, factor)),
        ]
    }

    #[inline(always)]
    fn reduce_scaled(self, [low, high]: [__m256i; 2]) -> __m256i {
        let avx2 = self.0.avx2;
        let upper = avx2._mm256_mul_epu32(avx2._mm256_srli_epi64::<32>(high), self.constant(EPSILON));
        self.add(avx2._mm256_slli_epi64::<32>(high), avx2._mm256_add_epi64(low, upper))
    }

    #[inline(always)]
    fn load_columns<R: AsRef<[Felt; 8]>>(self, rows: &[R]) -> [__m256i; 8] {
        let avx2 = self.0.avx2;
        let rows = &rows[..4];
        let mut columns = [self.constant(0); 8];
        for half in [0, 4] {
            let mut lines = [self.constant(0); 4];
            for (line, row) in lines.iter_mut().zip(rows) {
                *line = self.load(&row.as_ref()[half..]);
            }
            let [a, b, c, d] = lines;
            let (ab_even, ab_odd) = (avx2._mm256_unpacklo_epi64(a, b), avx2._mm256_unpackhi_epi64(a, b));
            let (cd_even, cd_odd) = (avx2._mm256_unpacklo_epi64(c, d), avx2._mm256_unpackhi_epi64(c, d));
            columns[half] = avx2._mm256_permute2x128_si256::<0x20>(ab_even, cd_even);
            columns[half + 1] = avx2._mm256_permute2x128_si256::<0x20>(ab_odd, cd_odd);
            columns[half + 2] = avx2._mm256_permute2x128_si256::<0x31>(ab_even, cd_even);
            columns[half + 3] = avx2._mm256_permute2x128_si256::<0x31>(ab_odd, cd_odd);
        }
        columns
    }
}
