use miden_field::Felt;

use crate::{Factor, Line, P, Words};

/// The most products of a [sum](Lanes::add_product).
pub const MAX_PRODUCTS: usize = 1 << 10;

/// Field arithmetic on vectors with one set of instructions.
///
/// A lane is an element in Montgomery form, below `p`. Every operation returns such lanes if its operands are such lanes.
/// The value of the implementing type proves that the machine has the instructions.
///
/// Book: design/vectors.md
pub trait Lanes: Words {
    /// A vector of [`Self::LANES`] elements.
    type Vector: Copy + Send + Sync + 'static;

    /// A sum of products that is not reduced yet.
    type Sum: Copy + Send + Sync + 'static;

    /// A vector that is prepared as a factor of products.
    type Factor: Copy + Send + Sync + 'static;

    /// The number of elements in a vector.
    const LANES: usize;

    /// How many sums of products the registers have room for: kernels should compute as many at once, as each product of
    /// one sum waits for the one before.
    const SUMS: usize;

    /// Loads the first [`Self::LANES`] elements.
    ///
    /// # Panics
    ///
    /// Panics if there are fewer.
    fn load(self, elements: &[Felt]) -> Self::Vector;

    /// Stores a vector in the first [`Self::LANES`] elements.
    ///
    /// # Panics
    ///
    /// Panics if there are fewer.
    fn store(self, vector: Self::Vector, elements: &mut [Felt]);

    /// A vector of equal elements.
    fn splat(self, element: Felt) -> Self::Vector;

    /// `a + b`
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a − b`
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a·b`
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a·2^exponent`, for an exponent below 96: a root of order 192 or less is such a power, or the negative of one.
    ///
    /// The exponent should be a constant, so that its cases are told apart by the compiler.
    fn mul_power_of_two(self, a: Self::Vector, exponent: u32) -> Self::Vector;

    /// The sum of no products.
    fn empty_sum(self) -> Self::Sum;

    /// `sum + a·b`; a sum has at most [`MAX_PRODUCTS`] products.
    fn add_product(self, sum: Self::Sum, a: Self::Vector, b: Self::Vector) -> Self::Sum;

    /// A vector of equal factors.
    fn splat_factor(self, factor: &Factor) -> Self::Factor;

    /// The first [`Self::LANES`] factors of a line from a position on.
    ///
    /// # Panics
    ///
    /// Panics if there are fewer.
    fn load_factor(self, factors: &Factor<Line>, position: usize) -> Self::Factor;

    /// `sum + a·factor`, like [`Self::add_product`].
    fn add_term(self, sum: Self::Sum, a: Self::Vector, factor: Self::Factor) -> Self::Sum;

    /// The value of a sum of products.
    fn reduce_sum(self, sum: Self::Sum) -> Self::Vector;

    /// A vector of equal integers below `2^16`, as a factor for [`Self::add_scaled`].
    fn splat_integer(self, integer: u32) -> Self::Vector;

    /// `sum + factor·a`, not reduced: the first part is a multiple of 1, the second of `2^32`; both are 0 at first. A sum
    /// has at most `2^12` products.
    fn add_scaled(self, sum: [Self::Vector; 2], a: Self::Vector, factor: Self::Vector) -> [Self::Vector; 2];

    /// The value of a sum of small multiples.
    fn reduce_scaled(self, sum: [Self::Vector; 2]) -> Self::Vector;

    /// The first [`Self::LANES`] rows of eight columns, column by column.
    ///
    /// # Panics
    ///
    /// Panics if there are fewer rows.
    #[inline(always)]
    fn load_columns<R: AsRef<[Felt; 8]>>(self, rows: &[R]) -> [Self::Vector; 8] {
        let mut columns = [self.splat(Felt::from_mont(0)); 8];
        for (position, column) in columns.iter_mut().enumerate() {
            let mut values = [Felt::from_mont(0); 8];
            for (value, row) in values.iter_mut().zip(&rows[..Self::LANES]) {
                *value = row.as_ref()[position];
            }
            *column = self.load(&values);
        }
        columns
    }

    /// `−a`
    #[inline(always)]
    fn neg(self, a: Self::Vector) -> Self::Vector {
        self.sub(self.splat(Felt::from_mont(0)), a)
    }

    /// `2·a`
    #[inline(always)]
    fn double(self, a: Self::Vector) -> Self::Vector {
        self.add(a, a)
    }

    /// `a²`
    #[inline(always)]
    fn square(self, a: Self::Vector) -> Self::Vector {
        self.mul(a, a)
    }

    /// `a·b + c`
    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        self.add(self.mul(a, b), c)
    }
}

/// The element in a lane.
#[inline(always)]
pub(crate) fn element(lane: u64) -> Felt {
    debug_assert!(lane < P, "the lane is not reduced");
    Felt::from_mont(lane)
}
