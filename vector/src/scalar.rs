use miden_field::Felt;

use crate::{EPSILON, Lanes, P, lanes::element};

/// One element at a time: the model of the other implementations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar;

/// `a − b`, plus `p` if that is negative.
#[inline(always)]
fn sub(a: u64, b: u64) -> u64 {
    let (difference, borrow) = a.overflowing_sub(b);
    difference.wrapping_sub(EPSILON * u64::from(borrow))
}

impl Lanes for Scalar {
    type Vector = u64;

    const LANES: usize = 1;

    #[inline(always)]
    fn load(self, elements: &[Felt]) -> u64 {
        elements[0].inner()
    }

    #[inline(always)]
    fn store(self, vector: u64, elements: &mut [Felt]) {
        elements[0] = element(vector);
    }

    #[inline(always)]
    fn splat(self, element: Felt) -> u64 {
        element.inner()
    }

    #[inline(always)]
    fn add(self, a: u64, b: u64) -> u64 {
        sub(a, P - b)
    }

    #[inline(always)]
    fn sub(self, a: u64, b: u64) -> u64 {
        sub(a, b)
    }

    // For low = cross·2^32 + low_low: 2^-32 = 1 − 2^32 and 2^-64 = −2^32.
    #[inline(always)]
    fn mul(self, a: u64, b: u64) -> u64 {
        let product = u128::from(a) * u128::from(b);
        let (low, high) = (product as u64, (product >> 64) as u64);
        sub(sub(high, (low >> 32) * EPSILON), low << 32)
    }

    #[inline(always)]
    fn mul_power_of_two(self, a: u64, exponent: u32) -> u64 {
        if exponent >= 64 {
            // −a / 2^(96 − exponent), as 2^96 = −1
            let lower = (a << (exponent - 64)) & EPSILON;
            return sub(lower * EPSILON, a >> (96 - exponent));
        }
        let product = u128::from(a) << exponent;
        let (low, high) = (product as u64, (product >> 64) as u64);
        // 2^64 = 2^32 − 1
        let result = sub(low, P - (high & EPSILON) * EPSILON);
        if exponent > 32 { sub(result, high >> 32) } else { result }
    }
}
