//! Sums of products with AVX-512, from products of halves or with the multiplier of the floating-point unit.

use core::arch::x86_64::__m512i;

use pulp::core_arch::x86::Avx512ifma;

use super::Avx512;
use crate::{EPSILON, Lanes};

/// A way to add up products.
pub(crate) trait Sums: Copy + core::fmt::Debug + Send + Sync + 'static {
    /// A sum that is not reduced yet.
    type Sum: Copy + Send + Sync + 'static;

    /// See [`Lanes::SUMS`].
    const IN_REGISTERS: usize;

    fn empty_sum(lanes: Avx512<Self>) -> Self::Sum;

    fn add_product(lanes: Avx512<Self>, sum: Self::Sum, a: __m512i, b: __m512i) -> Self::Sum;

    fn reduce_sum(lanes: Avx512<Self>, sum: Self::Sum) -> __m512i;
}

/// Products of halves of 32 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Halves;

/// `words[0] + 2^32·words[1] + 2^64·words[2]`, modulo `2^64` each, and how often each has overflowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SumOfHalves {
    words: [__m512i; 3],
    carries: [__m512i; 3],
}

/// `word + part`, and the number of overflows.
#[inline(always)]
fn add_word(lanes: Avx512<Halves>, word: __m512i, carries: __m512i, part: __m512i) -> (__m512i, __m512i) {
    let avx512 = lanes.0.avx512f;
    let word = avx512._mm512_add_epi64(word, part);
    let carry = avx512._mm512_cmplt_epu64_mask(word, part);
    (word, avx512._mm512_mask_add_epi64(carries, carry, carries, lanes.constant(1)))
}

impl Sums for Halves {
    type Sum = SumOfHalves;

    const IN_REGISTERS: usize = 3;

    #[inline(always)]
    fn empty_sum(lanes: Avx512<Self>) -> SumOfHalves {
        SumOfHalves { words: [lanes.constant(0); 3], carries: [lanes.constant(0); 3] }
    }

    #[inline(always)]
    fn add_product(lanes: Avx512<Self>, sum: SumOfHalves, a: __m512i, b: __m512i) -> SumOfHalves {
        let avx512 = lanes.0.avx512f;
        let a_high = avx512._mm512_srli_epi64::<32>(a);
        let b_high = avx512._mm512_srli_epi64::<32>(b);
        // Not a loop: the words must stay in registers.
        let SumOfHalves { words: [low, middle, high], carries: [c0, c1, c2] } = sum;
        let (low, c0) = add_word(lanes, low, c0, avx512._mm512_mul_epu32(a, b));
        let (middle, c1) = add_word(lanes, middle, c1, avx512._mm512_mul_epu32(a, b_high));
        let (middle, c1) = add_word(lanes, middle, c1, avx512._mm512_mul_epu32(a_high, b));
        let (high, c2) = add_word(lanes, high, c2, avx512._mm512_mul_epu32(a_high, b_high));
        SumOfHalves { words: [low, middle, high], carries: [c0, c1, c2] }
    }

    #[inline(always)]
    fn reduce_sum(lanes: Avx512<Self>, SumOfHalves { words, carries }: SumOfHalves) -> __m512i {
        let avx512 = lanes.0.avx512f;
        let shifted = avx512._mm512_slli_epi64::<32>(words[1]);
        let low = avx512._mm512_add_epi64(words[0], shifted);
        let carry = avx512._mm512_cmplt_epu64_mask(low, shifted);
        // Divided by 2^64: carries[0] + ⌊words[1] / 2^32⌋ + carry + 2^32·carries[1] + (2^32 − 1)·carries[2], below 2^55
        let rest = avx512._mm512_add_epi64(carries[0], avx512._mm512_srli_epi64::<32>(words[1]));
        let rest = avx512._mm512_mask_add_epi64(rest, carry, rest, lanes.constant(1));
        let upper = avx512._mm512_slli_epi64::<32>(avx512._mm512_add_epi64(carries[1], carries[2]));
        let rest = avx512._mm512_add_epi64(rest, avx512._mm512_sub_epi64(upper, carries[2]));
        subtract_low(lanes, lanes.add(lanes.reduce(words[2]), rest), low)
    }
}

/// Products of parts of 52 and 12 bits, with the instructions IFMA, which multiply and add in one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fused(pub(crate) Avx512ifma);

/// `low + 2^52·middle + 2^104·high`
#[derive(Clone, Copy, Debug)]
pub(crate) struct SumOfFused {
    low: __m512i,
    middle: __m512i,
    high: __m512i,
}

impl Sums for Fused {
    type Sum = SumOfFused;

    const IN_REGISTERS: usize = 8;

    #[inline(always)]
    fn empty_sum(lanes: Avx512<Self>) -> SumOfFused {
        let zero = lanes.constant(0);
        SumOfFused { low: zero, middle: zero, high: zero }
    }

    // The instructions read the lower 52 bits of the factors. Each adds less than 2^52 to `low` and `middle`; to `high` the
    // upper parts of products of 64 bits, that is, less than 2^12, and a product of 24 bits.
    #[inline(always)]
    fn add_product(lanes: Avx512<Self>, sum: SumOfFused, a: __m512i, b: __m512i) -> SumOfFused {
        let (avx512, ifma) = (lanes.0.avx512f, lanes.1.0);
        let a_high = avx512._mm512_srli_epi64::<52>(a);
        let b_high = avx512._mm512_srli_epi64::<52>(b);
        let low = ifma._mm512_madd52lo_epu64(sum.low, a, b);
        let middle = ifma._mm512_madd52hi_epu64(sum.middle, a, b);
        let middle = ifma._mm512_madd52lo_epu64(middle, a_high, b);
        let middle = ifma._mm512_madd52lo_epu64(middle, a, b_high);
        let high = ifma._mm512_madd52hi_epu64(sum.high, a_high, b);
        let high = ifma._mm512_madd52hi_epu64(high, a, b_high);
        let high = ifma._mm512_madd52lo_epu64(high, a_high, b_high);
        SumOfFused { low, middle, high }
    }

    #[inline(always)]
    fn reduce_sum(lanes: Avx512<Self>, SumOfFused { low, middle, high }: SumOfFused) -> __m512i {
        let avx512 = lanes.0.avx512f;
        // Divided by 2^64: ⌊(middle + ⌊low / 2^52⌋) / 2^12⌋ + 2^40·(high mod 2^24) + (2^32 − 1)·⌊high / 2^24⌋
        let carried = avx512._mm512_add_epi64(middle, avx512._mm512_srli_epi64::<52>(low));
        let overflow = avx512._mm512_srli_epi64::<24>(high);
        let overflow = avx512._mm512_mul_epu32(overflow, lanes.constant(EPSILON));
        let rest = avx512._mm512_add_epi64(avx512._mm512_srli_epi64::<12>(carried), overflow);
        let quotient = lanes.add(avx512._mm512_slli_epi64::<40>(high), rest);
        let low = avx512._mm512_add_epi64(low, avx512._mm512_slli_epi64::<52>(middle));
        subtract_low(lanes, quotient, low)
    }
}

/// `quotient + low/2^64`, which is `quotient − ⌊low / 2^32⌋·(2^32 − 1) − (low mod 2^32)·2^32`, as in the product.
#[inline(always)]
fn subtract_low<S: Sums>(lanes: Avx512<S>, quotient: __m512i, low: __m512i) -> __m512i {
    let avx512 = lanes.0.avx512f;
    let upper = avx512._mm512_mul_epu32(avx512._mm512_srli_epi64::<32>(low), lanes.constant(EPSILON));
    lanes.sub(lanes.sub(quotient, upper), avx512._mm512_slli_epi64::<32>(low))
}
