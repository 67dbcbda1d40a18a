use miden_field::Felt;

use crate::P;

/// Field arithmetic on vectors with one set of instructions.
///
/// A lane is an element in Montgomery form, below `p`. Every operation returns such lanes if its operands are such lanes.
/// The value of the implementing type proves that the machine has the instructions.
///
/// Book: design/vectors.md
pub trait Lanes: Copy + Send + Sync + 'static {
    /// A vector of [`Self::LANES`] elements.
    type Vector: Copy + Send + Sync + 'static;

    /// The number of elements in a vector.
    const LANES: usize;

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
