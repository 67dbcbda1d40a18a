//! The points at which constraints are evaluated, and the divisors there.

use alloc::{vec, vec::Vec};

use miden_air::periodic;
use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use miden_vector::{Lanes, inverse};
use winter_math::fft;

/// The cosets of the constraint domain: point `k` of coset `j` is `offset·w^j·g^k`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Domain {
    pub(super) rows: usize,
    offset: Felt,
    /// Generates the domain of all cosets.
    w: Felt,
    /// Generates the trace domain.
    pub(super) g: Felt,
}

impl Domain {
    pub(super) fn new(rows: usize, cosets: usize, offset: Felt) -> Self {
        let root = |size: usize| Felt::get_root_of_unity(size.ilog2());
        Self { rows, offset, w: root(rows * cosets), g: root(rows) }
    }

    /// The first point of a coset.
    pub(super) fn shift(&self, coset: usize) -> Felt {
        self.offset * self.w.exp(coset as u64)
    }

    /// The points of a coset from `row` on, a multiple of the number of lanes.
    #[inline(always)]
    pub(super) fn points<L: Lanes>(
        &self,
        lanes: L,
        coset: usize,
        row: usize,
        count: usize,
    ) -> Vec<L::Vector> {
        let mut first = [Felt::ZERO; 8];
        let mut x = self.shift(coset) * self.g.exp(row as u64);
        for point in &mut first[..L::LANES] {
            *point = x;
            x *= self.g;
        }
        let mut point = lanes.load(&first);
        let step = lanes.splat(self.g.exp(L::LANES as u64));
        let mut points = Vec::with_capacity(count / L::LANES);
        for _ in 0..count / L::LANES {
            points.push(point);
            point = lanes.mul(point, step);
        }
        points
    }
}

/// `1/(x − r)` for all points and all roots: the inverses for one point are neighbours.
#[inline(always)]
pub(super) fn inverse_distances<L: Lanes>(lanes: L, points: &[L::Vector], roots: &[Felt]) -> Vec<L::Vector> {
    let one = lanes.splat(Felt::ONE);
    let mut before = Vec::with_capacity(points.len() * roots.len());
    let mut product = one;
    for &x in points {
        for &root in roots {
            before.push(product);
            product = lanes.mul(product, lanes.sub(x, lanes.splat(root)));
        }
    }
    let mut rest = inverse(lanes, product);
    let mut inverses = before;
    let mut i = inverses.len();
    for &x in points.iter().rev() {
        for &root in roots.iter().rev() {
            i -= 1;
            inverses[i] = lanes.mul(inverses[i], rest);
            rest = lanes.mul(rest, lanes.sub(x, lanes.splat(root)));
        }
    }
    inverses
}

/// The values of the periodic columns on a coset: one period, repeated up to `least` rows.
pub(super) fn periodic_values(
    polynomials: &[Vec<Felt>],
    domain: &Domain,
    coset: usize,
    least: usize,
) -> Vec<Vec<Felt>> {
    let values = polynomials.iter().map(|polynomial| {
        let period = polynomial.len();
        // The column is a polynomial in x^(n/period).
        let shift = domain.shift(coset).exp((domain.rows / period) as u64);
        let twiddles = fft::get_twiddles(period);
        let values = fft::evaluate_poly_with_offset(polynomial, &twiddles, shift, 1);
        repeat(values, least)
    });
    values.collect()
}

/// One period of each periodic column in the trace, repeated up to `least` rows.
pub(super) fn periodic_columns(least: usize) -> Vec<Vec<Felt>> {
    periodic::columns().into_iter().map(|values| repeat(values, least)).collect()
}

fn repeat(values: Vec<Felt>, least: usize) -> Vec<Felt> {
    let times = least.div_ceil(values.len()).max(1);
    vec![values; times].concat()
}
