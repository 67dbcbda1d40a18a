//! The algebra that constraints are written in.

use core::ops::{Add, Mul, Sub};

use miden_core::{
    Felt,
    field::{ExtensionOf, FieldElement},
};

/// The values that constraints compute with: field elements when proving and verifying, or a property of the formula
/// that an interpreter derives, such as its degree or its text.
pub trait Algebra: Clone + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    /// A constant of the base field.
    fn constant(value: Felt) -> Self;

    /// A constant given as an integer, taken modulo `p`.
    #[inline(always)]
    fn int(value: u64) -> Self {
        Self::constant(Felt::new(value))
    }

    /// 0.
    #[inline(always)]
    fn zero() -> Self {
        Self::constant(Felt::ZERO)
    }

    /// 1.
    #[inline(always)]
    fn one() -> Self {
        Self::constant(Felt::ONE)
    }

    /// The value itself; interpreters that print show it as `name`.
    #[inline(always)]
    fn named(self, name: &'static str) -> Self {
        let _ = name;
        self
    }

    /// Sum of all terms; 0 without terms.
    #[inline(always)]
    fn sum(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut terms = terms.into_iter();
        match terms.next() {
            Some(first) => terms.fold(first, |sum, term| sum + term),
            None => Self::zero(),
        }
    }

    /// `Σ 2^i·x_i` of digits given highest first, by doublings, which are cheaper than products.
    #[inline(always)]
    fn binary_number(digits: impl IntoIterator<Item = Self>) -> Self {
        let mut digits = digits.into_iter();
        match digits.next() {
            Some(highest) => digits.fold(highest, |number, digit| number.clone() + number + digit),
            None => Self::zero(),
        }
    }

    /// The square.
    #[inline(always)]
    fn square(self) -> Self {
        self.clone() * self
    }

    /// `x·(x − 1)`: zero exactly for 0 and 1.
    #[inline(always)]
    fn binary(self) -> Self {
        self.clone() * (self - Self::one())
    }

    /// `1 − x`.
    #[inline(always)]
    fn complement(self) -> Self {
        Self::one() - self
    }
}

/// The values of the auxiliary segment: an algebra over the values `T` of the main segment.
pub(crate) trait ExtensionAlgebra<T>:
    Clone + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    /// A value of the main segment.
    fn embed(value: T) -> Self;

    /// The product with a value of the main segment.
    fn scale(self, factor: T) -> Self;
}

impl<F, E> ExtensionAlgebra<F> for E
where
    F: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
{
    #[inline(always)]
    fn embed(value: F) -> Self {
        Self::from(value)
    }

    #[inline(always)]
    fn scale(self, factor: F) -> Self {
        self.mul_base(factor)
    }
}

impl<E: FieldElement<BaseField = Felt>> Algebra for E {
    #[inline(always)]
    fn constant(value: Felt) -> Self {
        Self::from(value)
    }

    #[inline(always)]
    fn square(self) -> Self {
        FieldElement::square(self)
    }
}
