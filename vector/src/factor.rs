use miden_field::Felt;

use crate::Line;

/// Number of digits.
const DIGITS: usize = 3;
/// The base of the digits is two to this power: a product of a digit and a half of 32 bits leaves the room for
/// [`MAX_PRODUCTS`](crate::MAX_PRODUCTS) of them in 64 bits.
pub(crate) const DIGIT_BITS: u32 = 22;

/// A factor of many products: an element or a line of them, prepared once for all sets of instructions.
///
/// Book: design/vectors.md#prepared-factors
#[derive(Clone, Copy, Debug)]
pub struct Factor<T = Felt> {
    pub(crate) value: T,
    /// The digits of the form in base `2^22`, for instructions without a product of 64 bits.
    pub(crate) digits: [T; DIGITS],
}

impl Factor {
    /// Prepares an element.
    pub fn new(value: Felt) -> Self {
        const { assert!(DIGIT_BITS * DIGITS as u32 >= u64::BITS, "the digits suffice") }
        let digit = |index| (value.inner() >> (DIGIT_BITS * index)) & ((1 << DIGIT_BITS) - 1);
        Self { value, digits: [0, 1, 2].map(|index| Felt::from_mont(digit(index))) }
    }
}

impl Factor<Line> {
    /// Prepares a line of elements.
    pub fn of_line(value: Line) -> Self {
        let factors = value.0.map(Factor::new);
        let digit = |index: usize| Line(factors.map(|factor| factor.digits[index]));
        Self { value, digits: [0, 1, 2].map(digit) }
    }
}
