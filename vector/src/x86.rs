use core::{
    arch::x86_64::{__m256i, __m512i},
    array::from_fn,
};

use bytemuck::cast;
use miden_field::Felt;
use pulp::x86::{V3, V4};

use crate::{EPSILON, Lanes, P, lanes::element};

/// Four elements, with AVX2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(pub(crate) V3);

/// Eight elements, with AVX-512.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(pub(crate) V4);

impl Avx2 {
    #[inline(always)]
    fn constant(self, value: u64) -> __m256i {
        self.0.avx._mm256_set1_epi64x(value as i64)
    }

    /// All bits of a lane are set if `a < b`: the comparison is signed, so both move by `2^63`.
    #[inline(always)]
    fn less(self, a: __m256i, b: __m256i) -> __m256i {
        let sign = self.constant(1 << 63);
        let avx2 = self.0.avx2;
        avx2._mm256_cmpgt_epi64(avx2._mm256_xor_si256(b, sign), avx2._mm256_xor_si256(a, sign))
    }
}

impl Lanes for Avx2 {
    type Vector = __m256i;

    const LANES: usize = 4;

    #[inline(always)]
    fn load(self, elements: &[Felt]) -> __m256i {
        let elements = &elements[..4];
        cast::<[u64; 4], __m256i>(from_fn(|lane| elements[lane].inner()))
    }

    #[inline(always)]
    fn store(self, vector: __m256i, elements: &mut [Felt]) {
        let lanes: [u64; 4] = cast(vector);
        elements[..4].copy_from_slice(&lanes.map(element));
    }

    #[inline(always)]
    fn splat(self, element: Felt) -> __m256i {
        self.constant(element.inner())
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        self.sub(a, self.0.avx2._mm256_sub_epi64(self.constant(P), b))
    }

    // The upper half of the mask is EPSILON.
    #[inline(always)]
    fn sub(self, a: __m256i, b: __m256i) -> __m256i {
        let avx2 = self.0.avx2;
        let borrow = self.less(a, b);
        avx2._mm256_sub_epi64(avx2._mm256_sub_epi64(a, b), avx2._mm256_srli_epi64::<32>(borrow))
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

        let result = self.sub(high, avx2._mm256_mul_epu32(cross, self.constant(EPSILON)));
        self.sub(result, avx2._mm256_slli_epi64::<32>(low_low))
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
}

impl Avx512 {
    #[inline(always)]
    fn constant(self, value: u64) -> __m512i {
        self.0.avx512f._mm512_set1_epi64(value as i64)
    }
}

impl Lanes for Avx512 {
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
}
