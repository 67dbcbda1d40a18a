use core::{arch::x86_64::__m512i, array::from_fn};

use bytemuck::cast;
use miden_field::Felt;
use pulp::x86::V4;

use crate::{EPSILON, Lanes, P, lanes::element};

/// Eight elements, with AVX-512.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(pub(crate) V4);

impl Avx512 {
    #[inline(always)]
    fn constant(self, value: u64) -> __m512i {
        self.0.avx512f._mm512_set1_epi64(value as i64)
    }

    #[inline(always)]
    fn reduce(self, value: __m512i) -> __m512i {
        let avx512 = self.0.avx512f;
        avx512._mm512_min_epu64(value, avx512._mm512_sub_epi64(value, self.constant(P)))
    }
}

/// `words[0] + 2^32·words[1] + 2^64·words[2]`, modulo `2^64` each, and how often each has overflowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum512 {
    words: [__m512i; 3],
    carries: [__m512i; 3],
}

impl Avx512 {
    /// `word + part`, and the number of overflows.
    #[inline(always)]
    fn add_word(self, word: __m512i, carries: __m512i, part: __m512i) -> (__m512i, __m512i) {
        let avx512 = self.0.avx512f;
        let word = avx512._mm512_add_epi64(word, part);
        let carry = avx512._mm512_cmplt_epu64_mask(word, part);
        (word, avx512._mm512_mask_add_epi64(carries, carry, carries, self.constant(1)))
    }
}

impl Lanes for Avx512 {
    type Sum = Sum512;
    type Vector = __m512i;

    const LANES: usize = 8;

    #[inline(always)]
    fn load(self, elements: &[Felt]) -> __m512i {
        let elements = &elements[..8];
        cast::<[u64; 8], __m512i>(from_fn(|lane| elements[lane].inner()))
    }

    #[inline(always)]
    fn store(self, vector: __m512i, elements: &mut [Felt]) {
        let lanes: [u64; 8] = cast(vector);
        elements[..8].copy_from_slice(&lanes.map(element));
    }

    #[inline(always)]
    fn splat(self, element: Felt) -> __m512i {
        self.constant(element.inner())
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        self.sub(a, self.0.avx512f._mm512_sub_epi64(self.constant(P), b))
    }

    #[inline(always)]
    fn sub(self, a: __m512i, b: __m512i) -> __m512i {
        let avx512 = self.0.avx512f;
        let borrow = avx512._mm512_cmplt_epu64_mask(a, b);
        let difference = avx512._mm512_sub_epi64(a, b);
        avx512._mm512_mask_sub_epi64(difference, borrow, difference, self.constant(EPSILON))
    }

    #[inline(always)]
    fn mul(self, a: __m512i, b: __m512i) -> __m512i {
        let avx512 = self.0.avx512f;
        let a_high = avx512._mm512_srli_epi64::<32>(a);
        let b_high = avx512._mm512_srli_epi64::<32>(b);
        let low_low = avx512._mm512_mul_epu32(a, b);
        let low_high = avx512._mm512_mul_epu32(a, b_high);
        let high_low = avx512._mm512_mul_epu32(a_high, b);
        let high_high = avx512._mm512_mul_epu32(a_high, b_high);
        // At most (2^32 − 1)² + 2^32 − 1 < 2^64.
        let middle = avx512._mm512_add_epi64(high_low, avx512._mm512_srli_epi64::<32>(low_low));
        let cross = avx512._mm512_add_epi64(low_high, middle);
        let carry = avx512._mm512_cmplt_epu64_mask(cross, middle);
        let upper = avx512._mm512_mask_add_epi64(high_high, carry, high_high, self.constant(1 << 32));
        let high = avx512._mm512_add_epi64(upper, avx512._mm512_srli_epi64::<32>(cross));

        let result = self.sub(high, avx512._mm512_mul_epu32(cross, self.constant(EPSILON)));
        self.sub(result, avx512._mm512_slli_epi64::<32>(low_low))
    }

    #[inline(always)]
    fn mul_power_of_two(self, a: __m512i, exponent: u32) -> __m512i {
        let avx512 = self.0.avx512f;
        let exponent = u64::from(exponent);
        if exponent >= 64 {
            let lower = avx512._mm512_sllv_epi64(a, self.constant(exponent - 64));
            let upper = avx512._mm512_srlv_epi64(a, self.constant(96 - exponent));
            return self.sub(avx512._mm512_mul_epu32(lower, self.constant(EPSILON)), upper);
        }
        let low = avx512._mm512_sllv_epi64(a, self.constant(exponent));
        let high = avx512._mm512_srlv_epi64(a, self.constant(64 - exponent));
        let high_low = avx512._mm512_mul_epu32(high, self.constant(EPSILON));
        let result = self.sub(low, avx512._mm512_sub_epi64(self.constant(P), high_low));
        if exponent <= 32 {
            return result;
        }
        self.sub(result, avx512._mm512_srlv_epi64(a, self.constant(96 - exponent)))
    }

    #[inline(always)]
    fn empty_sum(self) -> Sum512 {
        Sum512 { words: [self.constant(0); 3], carries: [self.constant(0); 3] }
    }

    #[inline(always)]
    fn add_product(self, sum: Sum512, a: __m512i, b: __m512i) -> Sum512 {
        let avx512 = self.0.avx512f;
        let a_high = avx512._mm512_srli_epi64::<32>(a);
        let b_high = avx512._mm512_srli_epi64::<32>(b);
        // Not a loop: the words must stay in registers.
        let Sum512 { words: [low, middle, high], carries: [c0, c1, c2] } = sum;
        let (low, c0) = self.add_word(low, c0, avx512._mm512_mul_epu32(a, b));
        let (middle, c1) = self.add_word(middle, c1, avx512._mm512_mul_epu32(a, b_high));
        let (middle, c1) = self.add_word(middle, c1, avx512._mm512_mul_epu32(a_high, b));
        let (high, c2) = self.add_word(high, c2, avx512._mm512_mul_epu32(a_high, b_high));
        Sum512 { words: [low, middle, high], carries: [c0, c1, c2] }
    }

    #[inline(always)]
    fn reduce_sum(self, Sum512 { words, carries }: Sum512) -> __m512i {
        let avx512 = self.0.avx512f;
        let shifted = avx512._mm512_slli_epi64::<32>(words[1]);
        let low = avx512._mm512_add_epi64(words[0], shifted);
        let carry = avx512._mm512_cmplt_epu64_mask(low, shifted);
        // Divided by 2^64: carries[0] + ⌊words[1] / 2^32⌋ + carry + 2^32·carries[1] + (2^32 − 1)·carries[2], below 2^55
        let rest = avx512._mm512_add_epi64(carries[0], avx512._mm512_srli_epi64::<32>(words[1]));
        let rest = avx512._mm512_mask_add_epi64(rest, carry, rest, self.constant(1));
        let upper = avx512._mm512_slli_epi64::<32>(avx512._mm512_add_epi64(carries[1], carries[2]));
        let rest = avx512._mm512_add_epi64(rest, avx512._mm512_sub_epi64(upper, carries[2]));
        let quotient = self.add(self.reduce(words[2]), rest);
        // Less low / 2^64, as in the product.
        let upper = avx512._mm512_mul_epu32(avx512._mm512_srli_epi64::<32>(low), self.constant(EPSILON));
        self.sub(self.sub(quotient, upper), avx512._mm512_slli_epi64::<32>(low))
    }

    #[inline(always)]
    fn splat_integer(self, integer: u32) -> __m512i {
        self.constant(integer.into())
    }

    #[inline(always)]
    fn add_scaled(self, [low, high]: [__m512i; 2], a: __m512i, factor: __m512i) -> [__m512i; 2] {
        let avx512 = self.0.avx512f;
        let a_high = avx512._mm512_srli_epi64::<32>(a);
        [
            avx512._mm512_add_epi64(low, avx512._mm512_mul_epu32(a, factor)),
            avx512._mm512_add_epi64(high, avx512._mm512_mul_epu32(a_high, factor)),
        ]
    }

    #[inline(always)]
    fn reduce_scaled(self, [low, high]: [__m512i; 2]) -> __m512i {
        let avx512 = self.0.avx512f;
        let upper = avx512._mm512_mul_epu32(avx512._mm512_srli_epi64::<32>(high), self.constant(EPSILON));
        self.add(avx512._mm512_slli_epi64::<32>(high), avx512._mm512_add_epi64(low, upper))
    }

    #[inline(always)]
    fn load_columns<R: AsRef<[Felt; 8]>>(self, rows: &[R]) -> [__m512i; 8] {
        let avx512 = self.0.avx512f;
        let rows = &rows[..8];
        let mut lines = [self.constant(0); 8];
        for (line, row) in lines.iter_mut().zip(rows) {
            *line = self.load(row.as_ref());
        }
        // Exchange neighbouring elements, then pairs, then halves.
        let mut pairs = lines;
        for i in [0, 2, 4, 6] {
            pairs[i] = avx512._mm512_unpacklo_epi64(lines[i], lines[i + 1]);
            pairs[i + 1] = avx512._mm512_unpackhi_epi64(lines[i], lines[i + 1]);
        }
        let mut quarters = pairs;
        for i in [0, 1, 4, 5] {
            quarters[i] = avx512._mm512_shuffle_i64x2::<0b10_00_10_00>(pairs[i], pairs[i + 2]);
            quarters[i + 2] = avx512._mm512_shuffle_i64x2::<0b11_01_11_01>(pairs[i], pairs[i + 2]);
        }
        let mut columns = quarters;
        for i in 0..4 {
            columns[i] = avx512._mm512_shuffle_i64x2::<0b10_00_10_00>(quarters[i], quarters[i + 4]);
            columns[i + 4] = avx512._mm512_shuffle_i64x2::<0b11_01_11_01>(quarters[i], quarters[i + 4]);
        }
        columns
    }
}
