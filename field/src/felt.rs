use core::{
    fmt,
    ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign},
};

use bytemuck::NoUninit;
use winter_math::FieldElement;

/// The modulus `p`.
pub(crate) const P: u64 = 0xffff_ffff_0000_0001;
/// `2^128 mod p`: the product with it multiplies by `2^64`.
const R2: u64 = 0xffff_fffe_0000_0001;

/// An element of the prime field of order `p = 2^64 − 2^32 + 1`.
///
/// It is stored in Montgomery form: `x` as `x·2^64 mod p`. The form is always below `p`, so each element has exactly one.
///
/// Book: design/vectors.md
// The form stays private, and is neither made from bytes nor lent for writing: everything below relies on its range.
#[repr(transparent)]
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, NoUninit)]
pub struct Felt(u64);

impl Felt {
    /// The element of an integer, taken modulo `p`.
    #[inline]
    pub const fn new(value: u64) -> Self {
        Self(product(value, R2))
    }

    /// The element with a given Montgomery form, taken modulo `p`.
    #[inline(always)]
    pub const fn from_mont(form: u64) -> Self {
        // At most once, as 2^64 < 2p.
        Self(if form < P { form } else { form - P })
    }

    /// The Montgomery form, below `p`.
    #[inline(always)]
    pub const fn inner(&self) -> u64 {
        self.0
    }

    /// The integer below `p`.
    #[inline(always)]
    pub const fn as_int(&self) -> u64 {
        reduce(self.0, 0)
    }
}

// Canonical operands give a canonical result in each of the functions below.

/// `a − b`, plus `p` if that is negative; for `a < p` and `b ≤ p`.
#[inline(always)]
const fn difference(a: u64, b: u64) -> u64 {
    let (difference, borrow) = a.overflowing_sub(b);
    // Adding p is subtracting 2^32 − 1, modulo 2^64.
    difference.wrapping_sub(0u32.wrapping_sub(borrow as u32) as u64)
}

/// `a·b / 2^64`, if one operand is below `p`.
#[cfg_attr(not(feature = "small"), inline(always))]
#[cfg_attr(feature = "small", inline(never))]
const fn product(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    reduce(product as u64, (product >> 64) as u64)
}

/// `(high·2^64 + low) / 2^64`, for `high < p`.
///
/// `m = low·(2^32 + 1) mod 2^64`, so that `m·p = low mod 2^64`; the result is `high − ⌊m·p / 2^64⌋`, modulo `p`.
#[inline(always)]
const fn reduce(low: u64, high: u64) -> u64 {
    let (m, carry) = low.overflowing_add(low << 32);
    let quotient = m.wrapping_sub(m >> 32).wrapping_sub(carry as u64);
    difference(high, quotient)
}

impl Add for Felt {
    type Output = Self;

    // a − (p − b)
    #[inline(always)]
    #[expect(clippy::suspicious_arithmetic_impl, reason = "p − b is between 1 and p")]
    fn add(self, other: Self) -> Self {
        Self(difference(self.0, P - other.0))
    }
}

impl Sub for Felt {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(difference(self.0, other.0))
    }
}

impl Mul for Felt {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(product(self.0, other.0))
    }
}

/// Division by 0 gives 0.
impl Div for Felt {
    type Output = Self;

    #[inline]
    #[expect(clippy::suspicious_arithmetic_impl, reason = "a division is a product with an inverse")]
    fn div(self, other: Self) -> Self {
        self * other.inv()
    }
}

impl Neg for Felt {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(difference(0, self.0))
    }
}

impl AddAssign for Felt {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Felt {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Felt {
    #[inline(always)]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl DivAssign for Felt {
    #[inline]
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

impl fmt::Display for Felt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_int(), f)
    }
}

impl fmt::Debug for Felt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
