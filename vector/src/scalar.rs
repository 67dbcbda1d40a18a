use miden_field::Felt;

use crate::{EPSILON, Lanes, P, lanes::element};

/// One element at a time, with the arithmetic of the field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar;

/// `a − b`, plus `p` if that is negative.
#[inline(always)]
fn sub(a: u64, b: u64) -> u64 {
    let (difference, borrow) = a.overflowing_sub(b);
    difference.wrapping_sub(EPSILON * u64::from(borrow))
}

impl Lanes for Scalar {
    type Vector = Felt;

    const LANES: usize = 1;

    #[inline(always)]
    fn load(self, elements: &[Felt]) -> Felt {
        elements[0]
    }

    #[inline(always)]
    fn store(self, vector: Felt, elements: &mut [Felt]) {
        elements[0] = vector;
    }

    #[inline(always)]
    fn splat(self, element: Felt) -> Felt {
        element
    }

    #[inline(always)]
    fn add(self, a: Felt, b: Felt) -> Felt {
        a + b
    }

    #[inline(always)]
    fn sub(self, a: Felt, b: Felt) -> Felt {
        a - b
    }

    #[inline(always)]
    fn mul(self, a: Felt, b: Felt) -> Felt {
        a * b
    }

    #[inline(always)]
    fn mul_power_of_two(self, a: Felt, exponent: u32) -> Felt {
        let a = a.inner();
        if exponent >= 64 {
            // −a / 2^(96 − exponent), as 2^96 = −1
            let lower = (a << (exponent - 64)) & EPSILON;
            return element(sub(lower * EPSILON, a >> (96 - exponent)));
        }
        let product = u128::from(a) << exponent;
        let (low, high) = (product as u64, (product >> 64) as u64);
        // 2^64 = 2^32 − 1
        let result = sub(low, P - (high & EPSILON) * EPSILON);
        element(if exponent > 32 { sub(result, high >> 32) } else { result })
    }
}
