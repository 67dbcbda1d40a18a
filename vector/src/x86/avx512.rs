use core::arch::x86_64::__m512i;

use bytemuck::cast;
use miden_field::Felt;
use pulp::x86::V4;

use super::sums::Sums;
use crate::{EPSILON, Factor, Lanes, Line, P, lanes::element};

/// Eight elements, with AVX-512, and one of the ways to add up products.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512<S>(pub(crate) V4, pub(crate) S);

impl<S: Sums> Avx512<S> {
    #[inline(always)]
    pub(super) fn constant(self, value: u64) -> __m512i {
        self.0.avx512f._mm512_set1_epi64(value as i64)
    }

    #[inline(always)]
    pub(super) fn reduce(self, value: __m512i) -> __m512i {
        let avx512 = self.0.avx512f;
        avx512._mm512_min_epu64(value, avx512._mm512_sub_epi64(value, self.constant(P)))
    }
}

impl<S: Sums> Lanes for Avx512<S> {
    type Factor = __m512i;
    type Sum = S::Sum;
    type Vector = __m512i;

    const LANES: usize = 8;
    const SUMS: usize = S::IN_REGISTERS;

    #[inline(always)]
    fn load(self, elements: &[Felt]) -> __m512i {
        // Closures and copies of slices are inlined for certain with link-time optimization only; so in the store.
        let elements = &elements[..8];
        cast::<[u64; 8], __m512i>([
            elements[0].inner(),
            elements[1].inner(),
            elements[2].inner(),
            elements[3].inner(),
            elements[4].inner(),
            elements[5].inner(),
            elements[6].inner(),
            elements[7].inner(),
        ])
    }

    #[inline(always)]
    fn store(self, vector: __m512i, elements: &mut [Felt]) {
        let lanes: [u64; 8] = cast(vector);
        let elements = &mut elements[..8];
        elements[0] = element(lanes[0]);
        elements[1] = element(lanes[1]);
        elements[2] = element(lanes[2]);
        elements[3] = element(lanes[3]);
        elements[4] = element(lanes[4]);
        elements[5] = element(lanes[5]);
        elements[6] = element(lanes[6]);
        elements[7] = element(lanes[7]);
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
    fn empty_sum(self) -> S::Sum {
        S::empty_sum(self)
    }

    #[inline(always)]
    fn add_product(self, sum: S::Sum, a: __m512i, b: __m512i) -> S::Sum {
        S::add_product(self, sum, a, b)
    }

    #[inline(always)]
    fn reduce_sum(self, sum: S::Sum) -> __m512i {
        S::reduce_sum(self, sum)
    }

    #[inline(always)]
    fn splat_factor(self, factor: &Factor) -> Self::Vector {
        self.splat(factor.value)
    }

    #[inline(always)]
    fn load_factor(self, factors: &Factor<Line>, position: usize) -> Self::Vector {
        self.load(&factors.value.0[position..])
    }

    #[inline(always)]
    fn add_term(self, sum: Self::Sum, a: Self::Vector, factor: Self::Vector) -> Self::Sum {
        self.add_product(sum, a, factor)
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
