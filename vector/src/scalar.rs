use miden_field::Felt;

use crate::{EPSILON, Factor, Lanes, Line, P, lanes::element};

/// One element at a time, with the arithmetic of the field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar;

/// `a − b`, plus `p` if that is negative.
#[inline(always)]
fn sub(a: u64, b: u64) -> u64 {
    let (difference, borrow) = a.overflowing_sub(b);
    difference.wrapping_sub(EPSILON * u64::from(borrow))
}

/// `sum + 2^128·carries`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    sum: u128,
    carries: u64,
}

impl Lanes for Scalar {
    type Factor = Felt;
    type Sum = Sum;
    type Vector = Felt;

    const LANES: usize = 1;
    const SUMS: usize = 4;

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

    #[inline(always)]
    fn empty_sum(self) -> Sum {
        Sum { sum: 0, carries: 0 }
    }

    #[inline(always)]
    fn add_product(self, Sum { sum, carries }: Sum, a: Felt, b: Felt) -> Sum {
        let (sum, carry) = sum.overflowing_add(u128::from(a.inner()) * u128::from(b.inner()));
        Sum { sum, carries: carries + u64::from(carry) }
    }

    // Divided by 2^64, a carry is 2^64 = 2^32 − 1.
    #[inline(always)]
    fn reduce_sum(self, Sum { sum, carries }: Sum) -> Felt {
        let (low, high) = (sum as u64, (sum >> 64) as u64);
        let high = high.min(high.wrapping_sub(P));
        let high = sub(high, P - carries * EPSILON);
        element(sub(sub(high, (low >> 32) * EPSILON), low << 32))
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
    fn splat_integer(self, integer: u32) -> Felt {
        element(integer.into())
    }

    #[inline(always)]
    fn add_scaled(self, [low, high]: [Felt; 2], a: Felt, factor: Felt) -> [Felt; 2] {
        let (a, factor) = (a.inner(), factor.inner());
        [element(low.inner() + (a & EPSILON) * factor), element(high.inner() + (a >> 32) * factor)]
    }

    // 2^32·high = 2^32·(high mod 2^32) + (2^32 − 1)·⌊high / 2^32⌋; the first part is at most p − 1.
    #[inline(always)]
    fn reduce_scaled(self, [low, high]: [Felt; 2]) -> Felt {
        let (low, high) = (low.inner(), high.inner());
        element(high << 32) + element(low + (high >> 32) * EPSILON)
    }
}
