//! Transforms of two, four and eight vectors, whose roots are powers of two.
//!
//! `8` is the backend's root of order 64: the roots below are `2^24`, `2^48`, `2^72` and their inverses. An input of
//! `forward` and an output of `inverse` is in bit-reversed order.

use miden_vector::Lanes;

/// Exponents of the powers of two that are the first four roots of order eight.
const ROOTS: [u32; 4] = [0, 24, 48, 72];

/// `a + r·b` and `a − r·b`, with the root `r` whose index is `root`.
#[inline(always)]
fn forward2<L: Lanes>(lanes: L, a: L::Vector, b: L::Vector, root: usize) -> [L::Vector; 2] {
    let b = if root == 0 { b } else { lanes.mul_power_of_two(b, ROOTS[root]) };
    [lanes.add(a, b), lanes.sub(a, b)]
}

/// `a + b` and `(a − b) / r`; `1 / r` is `−r^3` for `r^4 = −1`.
#[inline(always)]
fn inverse2<L: Lanes>(lanes: L, a: L::Vector, b: L::Vector, root: usize) -> [L::Vector; 2] {
    let difference =
        if root == 0 { lanes.sub(a, b) } else { lanes.mul_power_of_two(lanes.sub(b, a), ROOTS[4 - root]) };
    [lanes.add(a, b), difference]
}

#[inline(always)]
fn forward4<L: Lanes>(lanes: L, x: [L::Vector; 4]) -> [L::Vector; 4] {
    let [a, b] = forward2(lanes, x[0], x[1], 0);
    let [c, d] = forward2(lanes, x[2], x[3], 0);
    let [y0, y2] = forward2(lanes, a, c, 0);
    let [y1, y3] = forward2(lanes, b, d, 2);
    [y0, y1, y2, y3]
}

#[inline(always)]
fn inverse4<L: Lanes>(lanes: L, x: [L::Vector; 4]) -> [L::Vector; 4] {
    let [a, c] = inverse2(lanes, x[0], x[2], 0);
    let [b, d] = inverse2(lanes, x[1], x[3], 2);
    let [y0, y1] = inverse2(lanes, a, b, 0);
    let [y2, y3] = inverse2(lanes, c, d, 0);
    [y0, y1, y2, y3]
}

/// Products of the elements at some indices of two arrays of vectors. A loop would not be unrolled, and would keep the
/// arrays in memory.
macro_rules! products {
    ($lanes:expr, $x:expr, $factors:expr, $($i:literal)*) => { [$($lanes.mul($x[$i], $factors[$i])),*] };
}

/// A transform of a fixed number of vectors.
pub(super) trait Butterfly<const N: usize>: Lanes {
    /// Values at the roots of order `N`, in their order, from coefficients in bit-reversed order.
    fn forward(self, x: [Self::Vector; N]) -> [Self::Vector; N];

    /// `N` times the coefficients, in bit-reversed order, from values at the roots.
    fn inverse(self, x: [Self::Vector; N]) -> [Self::Vector; N];

    /// The products with a factor each.
    fn scale(self, x: [Self::Vector; N], factors: [Self::Vector; N]) -> [Self::Vector; N];
}

impl<L: Lanes> Butterfly<1> for L {
    #[inline(always)]
    fn forward(self, x: [L::Vector; 1]) -> [L::Vector; 1] {
        x
    }

    #[inline(always)]
    fn inverse(self, x: [L::Vector; 1]) -> [L::Vector; 1] {
        x
    }

    #[inline(always)]
    fn scale(self, x: [L::Vector; 1], factors: [L::Vector; 1]) -> [L::Vector; 1] {
        products!(self, x, factors, 0)
    }
}

impl<L: Lanes> Butterfly<2> for L {
    #[inline(always)]
    fn forward(self, x: [L::Vector; 2]) -> [L::Vector; 2] {
        forward2(self, x[0], x[1], 0)
    }

    #[inline(always)]
    fn inverse(self, x: [L::Vector; 2]) -> [L::Vector; 2] {
        inverse2(self, x[0], x[1], 0)
    }

    #[inline(always)]
    fn scale(self, x: [L::Vector; 2], factors: [L::Vector; 2]) -> [L::Vector; 2] {
        products!(self, x, factors, 0 1)
    }
}

impl<L: Lanes> Butterfly<4> for L {
    #[inline(always)]
    fn forward(self, x: [L::Vector; 4]) -> [L::Vector; 4] {
        forward4(self, x)
    }

    #[inline(always)]
    fn inverse(self, x: [L::Vector; 4]) -> [L::Vector; 4] {
        inverse4(self, x)
    }

    #[inline(always)]
    fn scale(self, x: [L::Vector; 4], factors: [L::Vector; 4]) -> [L::Vector; 4] {
        products!(self, x, factors, 0 1 2 3)
    }
}

impl<L: Lanes> Butterfly<8> for L {
    #[inline(always)]
    fn forward(self, x: [L::Vector; 8]) -> [L::Vector; 8] {
        let a = forward4(self, [x[0], x[1], x[2], x[3]]);
        let b = forward4(self, [x[4], x[5], x[6], x[7]]);
        let [y0, y4] = forward2(self, a[0], b[0], 0);
        let [y1, y5] = forward2(self, a[1], b[1], 1);
        let [y2, y6] = forward2(self, a[2], b[2], 2);
        let [y3, y7] = forward2(self, a[3], b[3], 3);
        [y0, y1, y2, y3, y4, y5, y6, y7]
    }

    #[inline(always)]
    fn inverse(self, x: [L::Vector; 8]) -> [L::Vector; 8] {
        let [a0, b0] = inverse2(self, x[0], x[4], 0);
        let [a1, b1] = inverse2(self, x[1], x[5], 1);
        let [a2, b2] = inverse2(self, x[2], x[6], 2);
        let [a3, b3] = inverse2(self, x[3], x[7], 3);
        let [y0, y1, y2, y3] = inverse4(self, [a0, a1, a2, a3]);
        let [y4, y5, y6, y7] = inverse4(self, [b0, b1, b2, b3]);
        [y0, y1, y2, y3, y4, y5, y6, y7]
    }

    #[inline(always)]
    fn scale(self, x: [L::Vector; 8], factors: [L::Vector; 8]) -> [L::Vector; 8] {
        products!(self, x, factors, 0 1 2 3 4 5 6 7)
    }
}
