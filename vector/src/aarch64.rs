//! Lanes of AArch64.

use core::arch::aarch64::{uint32x2_t, uint32x4_t, uint64x2_t};

use bytemuck::cast;
use miden_field::Felt;
use pulp::aarch64::Neon as Token;

use crate::{EPSILON, Factor, Lanes, Line, P, factor::DIGIT_BITS, lanes::element};

/// Two elements, with NEON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neon(pub(crate) Token);

impl Neon {
    /// The lanes, if the machine has the instructions. Casts between words and elements assume little-endian order.
    #[inline(always)]
    pub(crate) fn lanes() -> Option<Self> {
        if cfg!(target_endian = "big") { None } else { Token::try_new().map(Self) }
    }

    #[inline(always)]
    pub(crate) fn constant(self, value: u64) -> uint64x2_t {
        self.0.neon.vdupq_n_u64(value)
    }

    /// The lower and the upper 32 bits.
    #[inline(always)]
    fn halves(self, a: uint64x2_t) -> (uint32x2_t, uint32x2_t) {
        (self.0.neon.vmovn_u64(a), self.0.neon.vshrn_n_u64::<32>(a))
    }

    /// `sum + (2^32 − 1)·a`
    #[inline(always)]
    fn add_epsilons(self, sum: uint64x2_t, a: uint32x2_t) -> uint64x2_t {
        self.0.neon.vmlal_u32(sum, a, self.0.neon.vdup_n_u32(u32::MAX))
    }

    /// `a·2^exponent`, rounded down, modulo `2^64`.
    #[inline(always)]
    fn shift(self, a: uint64x2_t, exponent: i64) -> uint64x2_t {
        self.0.neon.vshlq_u64(a, self.0.neon.vdupq_n_s64(exponent))
    }

    /// `(high·2^64 + low) / 2^64`, for `high < p`.
    ///
    /// `m = low·(2^32 + 1) mod 2^64`, as in the product of `Felt`: the result is `high − (m − ⌊m / 2^32⌋ − carry)`.
    #[inline(always)]
    pub(crate) fn divide(self, high: uint64x2_t, low: uint64x2_t) -> uint64x2_t {
        let neon = self.0.neon;
        let shifted = neon.vshlq_n_u64::<32>(low);
        // In lanes of 32 bits, since the compiler takes a sum of 64 bits for a product, which NEON lacks.
        let words = neon.vaddq_u32(neon.vreinterpretq_u32_u64(low), neon.vreinterpretq_u32_u64(shifted));
        let m = neon.vreinterpretq_u64_u32(words);
        let carry = neon.vcltq_u64(m, shifted);
        // No overflow: high ≤ 2^64 − 2^32, and after a carry m is below 2^64 − 2^32. The mask is −1.
        let sum = neon.vsubq_u64(neon.vsraq_n_u64::<32>(high, m), carry);
        self.sub(sum, m)
    }

    /// Adds `a·2^SHIFT`, with `SHIFT + REST = 32`, to a word and the next one.
    #[inline(always)]
    fn add_shifted<const SHIFT: i32, const REST: i32>(
        self,
        word: uint64x2_t,
        next: uint64x2_t,
        a: uint64x2_t,
    ) -> (uint64x2_t, uint64x2_t) {
        let neon = self.0.neon;
        let lower = neon.vandq_u64(neon.vshlq_n_u64::<SHIFT>(a), self.constant(EPSILON));
        (neon.vaddq_u64(word, lower), neon.vsraq_n_u64::<REST>(next, a))
    }
}

/// The digits of 22 bits of two factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digits {
    /// Digit 0 of both, then digit 1 of both.
    lower: uint32x4_t,
    /// Digit 2.
    upper: uint32x2_t,
}

/// For each half of 32 bits of one factor and each digit of 22 bits of the other, the sum of the products.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum128 {
    low_0: uint64x2_t,
    low_1: uint64x2_t,
    low_2: uint64x2_t,
    high_0: uint64x2_t,
    high_1: uint64x2_t,
    high_2: uint64x2_t,
}

impl Lanes for Neon {
    type Factor = Digits;
    type Sum = Sum128;
    type Vector = uint64x2_t;

    const LANES: usize = 2;
    // 24 of the 32 registers; the halves of one factor and the digits of the other take four more.
    const SUMS: usize = 4;

    #[inline(always)]
    fn load(self, elements: &[Felt]) -> uint64x2_t {
        // Closures and copies of slices are inlined for certain with link-time optimization only; so in the store.
        let elements = &elements[..2];
        cast::<[u64; 2], uint64x2_t>([elements[0].inner(), elements[1].inner()])
    }

    #[inline(always)]
    fn store(self, vector: uint64x2_t, elements: &mut [Felt]) {
        let lanes: [u64; 2] = cast(vector);
        let elements = &mut elements[..2];
        elements[0] = element(lanes[0]);
        elements[1] = element(lanes[1]);
    }

    #[inline(always)]
    fn splat(self, element: Felt) -> uint64x2_t {
        self.constant(element.inner())
    }

    #[inline(always)]
    fn add(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        self.sub(a, self.0.neon.vsubq_u64(self.constant(P), b))
    }

    #[inline(always)]
    fn sub(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        let neon = self.0.neon;
        let borrow = neon.vcltq_u64(a, b);
        neon.vsubq_u64(neon.vsubq_u64(a, b), neon.vshrq_n_u64::<32>(borrow))
    }

    // 22 instructions, 20 for a square. The 64-bit multiplier takes 24, as it needs six moves between the registers; its chain
    // is shorter, but kernels have products that do not wait for each other.
    #[inline(always)]
    fn mul(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        let neon = self.0.neon;
        let (a_low, a_high) = self.halves(a);
        let (b_low, b_high) = self.halves(b);
        let low_low = neon.vmull_u32(a_low, b_low);
        // Neither sum exceeds (2^32 − 1)² + 2^32 − 1 < 2^64.
        let middle = neon.vmlal_u32(neon.vshrq_n_u64::<32>(low_low), a_high, b_low);
        let cross = neon.vmlal_u32(neon.vandq_u64(middle, self.constant(EPSILON)), a_low, b_high);
        let upper = neon.vmlal_u32(neon.vshrq_n_u64::<32>(middle), a_high, b_high);
        let high = neon.vsraq_n_u64::<32>(upper, cross);
        self.divide(high, neon.vsliq_n_u64::<32>(low_low, cross))
    }

    #[inline(always)]
    fn mul_power_of_two(self, a: uint64x2_t, exponent: u32) -> uint64x2_t {
        let neon = self.0.neon;
        let exponent = i64::from(exponent);
        if exponent >= 64 {
            let lower = neon.vmovn_u64(self.shift(a, exponent - 64));
            return self.sub(self.add_epsilons(self.constant(0), lower), self.shift(a, exponent - 96));
        }
        // middle·(2^32 − 1) − p + 2^64 = middle·2^32 + (2^32 − 1 − middle): a sum without overflow is negative.
        let middle = self.shift(a, exponent - 64);
        let complement = neon.vreinterpretq_u64_u32(neon.vmvnq_u32(neon.vreinterpretq_u32_u64(middle)));
        let middle = neon.vsliq_n_u64::<32>(complement, middle);
        let sum = neon.vaddq_u64(self.shift(a, exponent), middle);
        let negative = neon.vcgeq_u64(sum, middle);
        let result = neon.vsubq_u64(sum, neon.vshrq_n_u64::<32>(negative));
        if exponent <= 32 { result } else { self.sub(result, self.shift(a, exponent - 96)) }
    }

    #[inline(always)]
    fn empty_sum(self) -> Sum128 {
        let zero = self.constant(0);
        Sum128 { low_0: zero, low_1: zero, low_2: zero, high_0: zero, high_1: zero, high_2: zero }
    }

    #[inline(always)]
    fn add_product(self, sum: Sum128, a: uint64x2_t, b: uint64x2_t) -> Sum128 {
        const BITS: i32 = DIGIT_BITS as i32;
        let neon = self.0.neon;
        let next = neon.vreinterpretq_u32_u64(neon.vshrq_n_u64::<BITS>(b));
        let lower = neon.vuzp1q_u32(neon.vreinterpretq_u32_u64(b), next);
        let lower = neon.vandq_u32(lower, neon.vdupq_n_u32((1 << DIGIT_BITS) - 1));
        let upper = neon.vmovn_u64(neon.vshrq_n_u64::<{ 2 * BITS }>(b));
        self.add_term(sum, a, Digits { lower, upper })
    }

    #[inline(always)]
    fn splat_factor(self, factor: &Factor) -> Digits {
        let neon = self.0.neon;
        let [d0, d1, d2] = factor.digits.map(|digit| neon.vdup_n_u32(digit.inner() as u32));
        Digits { lower: neon.vcombine_u32(d0, d1), upper: d2 }
    }

    #[inline(always)]
    fn load_factor(self, factors: &Factor<Line>, position: usize) -> Digits {
        let neon = self.0.neon;
        let [d0, d1, d2] = factors.digits.each_ref().map(|digits| self.load(&digits.0[position..]));
        let lower = neon.vuzp1q_u32(neon.vreinterpretq_u32_u64(d0), neon.vreinterpretq_u32_u64(d1));
        Digits { lower, upper: neon.vmovn_u64(d2) }
    }

    // Each product is below 2^54, so that nothing overflows.
    #[inline(always)]
    fn add_term(self, sum: Sum128, a: uint64x2_t, Digits { lower, upper }: Digits) -> Sum128 {
        let neon = self.0.neon;
        // Twice each half: one instruction multiplies the lower lanes, another the upper ones.
        let a = neon.vreinterpretq_u32_u64(a);
        let (a_low, a_high) = (neon.vuzp1q_u32(a, a), neon.vuzp2q_u32(a, a));
        let digit_0 = neon.vget_low_u32(lower);
        let (low, high) = (neon.vget_low_u32(a_low), neon.vget_low_u32(a_high));
        Sum128 {
            low_0: neon.vmlal_u32(sum.low_0, low, digit_0),
            low_1: neon.vmlal_high_u32(sum.low_1, a_low, lower),
            low_2: neon.vmlal_u32(sum.low_2, low, upper),
            high_0: neon.vmlal_u32(sum.high_0, high, digit_0),
            high_1: neon.vmlal_high_u32(sum.high_1, a_high, lower),
            high_2: neon.vmlal_u32(sum.high_2, high, upper),
        }
    }

    // The weights 1, 2^22, 2^44, 2^32, 2^54, 2^76 become those of words: each sum is cut where a word ends.
    #[inline(always)]
    fn reduce_sum(self, sum: Sum128) -> uint64x2_t {
        let neon = self.0.neon;
        let zero = self.constant(0);
        let (low, middle) = self.add_shifted::<0, 32>(zero, zero, sum.low_0);
        let (low, middle) = self.add_shifted::<22, 10>(low, middle, sum.low_1);
        let (middle, high) = self.add_shifted::<12, 20>(middle, zero, sum.low_2);
        let (middle, high) = self.add_shifted::<0, 32>(middle, high, sum.high_0);
        let (middle, high) = self.add_shifted::<22, 10>(middle, high, sum.high_1);
        let (high, top) = self.add_shifted::<12, 20>(high, zero, sum.high_2);

        let middle = neon.vsraq_n_u64::<32>(middle, low);
        let high = neon.vsraq_n_u64::<32>(high, middle);
        // 2^32·top = 2^32·(top mod 2^32) + (2^32 − 1)·⌊top / 2^32⌋; the first part is at most p − 1.
        let rest = self.add_epsilons(high, neon.vshrn_n_u64::<32>(top));
        let quotient = self.add(rest, neon.vshlq_n_u64::<32>(top));
        self.divide(quotient, neon.vsliq_n_u64::<32>(low, middle))
    }

    #[inline(always)]
    fn splat_integer(self, integer: u32) -> uint64x2_t {
        self.constant(integer.into())
    }

    #[inline(always)]
    fn add_scaled(self, [low, high]: [uint64x2_t; 2], a: uint64x2_t, factor: uint64x2_t) -> [uint64x2_t; 2] {
        let neon = self.0.neon;
        let (a_low, a_high) = self.halves(a);
        let factor = neon.vmovn_u64(factor);
        [neon.vmlal_u32(low, a_low, factor), neon.vmlal_u32(high, a_high, factor)]
    }

    #[inline(always)]
    fn reduce_scaled(self, [low, high]: [uint64x2_t; 2]) -> uint64x2_t {
        let neon = self.0.neon;
        let rest = self.add_epsilons(low, neon.vshrn_n_u64::<32>(high));
        self.add(rest, neon.vshlq_n_u64::<32>(high))
    }

    #[inline(always)]
    fn load_columns<R: AsRef<[Felt; 8]>>(self, rows: &[R]) -> [uint64x2_t; 8] {
        let neon = self.0.neon;
        let [first, second] = [rows[0].as_ref(), rows[1].as_ref()];
        let mut columns = [self.constant(0); 8];
        for i in [0, 2, 4, 6] {
            let (a, b) = (self.load(&first[i..]), self.load(&second[i..]));
            columns[i] = neon.vtrn1q_u64(a, b);
            columns[i + 1] = neon.vtrn2q_u64(a, b);
        }
        columns
    }
}
