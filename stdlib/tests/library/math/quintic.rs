//! The quintic extension of the field, x⁵ = 3, computed from its definition.

use std::ops::{Add, Mul, Sub};

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use num_bigint::BigUint;

use crate::support::{Random, felt};

/// The coefficients of an element, the constant one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quintic(pub(super) [Felt; 5]);

impl Quintic {
    pub(super) const ZERO: Self = Self([Felt::ZERO; 5]);
    pub(super) const ONE: Self = Self([Felt::ONE, Felt::ZERO, Felt::ZERO, Felt::ZERO, Felt::ZERO]);

    /// The coefficients in stack order.
    pub(super) fn items(self) -> [u64; 5] {
        self.0.map(|coefficient| coefficient.as_int())
    }

    /// The element whose coefficients are the first five items.
    pub(super) fn from_items(items: &[u64]) -> Self {
        Self(core::array::from_fn(|i| felt(items[i])))
    }

    /// coefficient·x^degree.
    pub(super) fn monomial(coefficient: u64, degree: usize) -> Self {
        let mut element = Self::ZERO;
        element.0[degree] = felt(coefficient);
        element
    }

    /// The inverse, by exponentiation; 0 for 0.
    pub(super) fn inverse(self) -> Self {
        self.power(&(Self::count() - 2_u32))
    }

    /// Whether it is the square of a nonzero element.
    pub(super) fn is_square(self) -> bool {
        self.power(&((Self::count() - 1_u32) >> 1_u32)) == Self::ONE
    }

    fn power(self, exponent: &BigUint) -> Self {
        (0..exponent.bits()).rev().fold(Self::ONE, |power, bit| {
            let square = power * power;
            if exponent.bit(bit) { square * self } else { square }
        })
    }

    /// The number of elements.
    fn count() -> BigUint {
        BigUint::from(Felt::MODULUS).pow(5)
    }

    pub(super) fn random(random: &mut Random) -> Self {
        Self(random.array(|random| felt(random.felt())))
    }

    /// An element with coefficients that are often 0, 1 or −1.
    pub(super) fn edge(random: &mut Random) -> Self {
        Self(random.array(|random| match random.below(6) {
            0 => Felt::ZERO,
            1 => Felt::ONE,
            2 => -Felt::ONE,
            _ => felt(random.felt()),
        }))
    }
}

impl From<u64> for Quintic {
    fn from(value: u64) -> Self {
        Self::monomial(value, 0)
    }
}

impl Add for Quintic {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] + other.0[i]))
    }
}

impl Sub for Quintic {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] - other.0[i]))
    }
}

impl Mul for Quintic {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut product = [Felt::ZERO; 5];
        for i in 0..5 {
            for j in 0..5 {
                let wrap = if i + j < 5 { 1_u32 } else { 3 };
                product[(i + j) % 5] += self.0[i] * other.0[j] * Felt::from(wrap);
            }
        }
        Self(product)
    }
}
