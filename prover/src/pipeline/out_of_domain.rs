//! Values of polynomials at the out-of-domain points, from their values on one coset.

#![allow(clippy::needless_range_loop, reason = "in kernels, iterators over arrays are not always inlined")]

use alloc::vec::Vec;

use miden_core::{
    Felt,
    field::{FieldElement, batch_inversion},
};
use miden_vector::{Kernel, Lanes, MAX_PRODUCTS, dispatch};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use super::domain::Domain;
use crate::{
    control::Control,
    table::{Line, PANEL, Table},
};

/// Number of rows whose values are summed in one piece of work.
const BLOCK: usize = 1 << 12;

/// The out-of-domain point `z`, seen from the points `xₖ = s·gᵏ` of the first coset.
pub(crate) struct OutOfDomain<E> {
    /// `1 / (xₖ − z)`
    inverses: Vec<E>,
    /// `xₖ / (z − xₖ)`
    weights: Vec<E>,
    /// `(zⁿ − sⁿ) / (n·sⁿ)`
    factor: E,
    generator: Felt,
}

impl<E: FieldElement<BaseField = Felt>> OutOfDomain<E> {
    /// Whether a point lies in the domain of the trace or in that of its extension, where an evaluation would be a cell or
    /// an opened value. Nobody ever draws one.
    pub(crate) fn is_in_domain(z: E, domain: &Domain) -> bool {
        let of_offset = domain.coset_offset(0).exp(domain.len() as u64);
        power(z, domain.rows()) == E::ONE || power(z, domain.len()) == E::from(of_offset)
    }

    /// The point must lie outside the domain.
    pub(crate) fn new(z: E, domain: &Domain, control: &Control<'_>) -> Self {
        let (offset, generator) = (domain.coset_offset(0), domain.row_generator());
        let rows = domain.rows();
        let starts: Vec<usize> = (0..rows).step_by(BLOCK).collect();
        let block = |start: usize| {
            if !control.proceeds() {
                return Default::default();
            }
            let mut x = offset * generator.exp(start as u64);
            let mut points = Vec::with_capacity(BLOCK.min(rows - start));
            for _ in start..rows.min(start + BLOCK) {
                points.push(x);
                x *= generator;
            }
            let differences: Vec<E> = points.iter().map(|&x| E::from(x) - z).collect();
            let inverses = batch_inversion(&differences);
            let weights: Vec<E> = points.iter().zip(&inverses).map(|(&x, i)| i.mul_base(-x)).collect();
            (inverses, weights)
        };
        #[cfg(feature = "concurrent")]
        let blocks: Vec<_> = starts.into_par_iter().map(block).collect();
        #[cfg(not(feature = "concurrent"))]
        let blocks: Vec<_> = starts.into_iter().map(block).collect();
        let (mut inverses, mut weights) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        for (block_inverses, block_weights) in blocks {
            inverses.extend(block_inverses);
            weights.extend(block_weights);
        }

        let power_of_offset = offset.exp(rows as u64);
        let scale = (Felt::new(rows as u64) * power_of_offset).inv();
        let factor = (power(z, rows) - E::from(power_of_offset)).mul_base(scale);
        Self { inverses, weights, factor, generator }
    }

    /// `1 / (xₖ − z)` and `1 / (xₖ − z·g)`: as `xₖ = g·xₖ₋₁`, the second is the first of the row before, divided by `g`.
    pub(crate) fn inverses(&self, row: usize, inverse_of_generator: Felt) -> [E; 2] {
        let before = if row == 0 { self.inverses.len() - 1 } else { row - 1 };
        [self.inverses[row], self.inverses[before].mul_base(inverse_of_generator)]
    }

    /// `g⁻¹`
    pub(crate) fn inverse_of_generator(&self) -> Felt {
        self.generator.inv()
    }

    /// The values of all columns at `z` and at `z·g`. Counts the lines of the first coset as units of work.
    ///
    /// Barycentric formula: `f(z) = (zⁿ − sⁿ) / (n·sⁿ) · Σ xₖ/(z − xₖ)·f(xₖ)`. The weights of `z·g` are those of `z`,
    /// shifted by one row, and its factor is the same.
    pub(crate) fn evaluate(&self, table: &Table, control: &Control<'_>) -> [Vec<E>; 2] {
        let starts = (0..table.rows()).step_by(BLOCK);
        let tasks: Vec<_> = starts.flat_map(|start| (0..table.panels()).map(move |p| (p, start))).collect();
        let sum = |(panel, start): (usize, usize)| {
            let end = table.rows().min(start + BLOCK);
            let before = if start == 0 { table.rows() - 1 } else { start - 1 };
            let weights = E::slice_as_base_elements(&self.weights[start..end]);
            let first = E::slice_as_base_elements(&self.weights[before..=before]);
            let lines = &table.coset(panel, 0)[start..end];
            if !control.proceeds() {
                return (panel, [[Line::ZERO; MAX_DEGREE]; 2]);
            }
            control.count(lines.len());
            (panel, sums(E::EXTENSION_DEGREE, lines, weights, first))
        };
        #[cfg(feature = "concurrent")]
        let parts: Vec<_> = tasks.into_par_iter().map(sum).collect();
        #[cfg(not(feature = "concurrent"))]
        let parts: Vec<_> = tasks.into_iter().map(sum).collect();

        let mut totals = alloc::vec![[[Line::ZERO; MAX_DEGREE]; 2]; table.panels()];
        for (panel, part) in parts {
            for (total, line) in totals[panel].as_flattened_mut().iter_mut().zip(part.as_flattened()) {
                for (total, value) in total.0.iter_mut().zip(line.0) {
                    *total += value;
                }
            }
        }
        [0, 1].map(|point| {
            let value = |column: usize| {
                let lines = &totals[column / PANEL][point];
                self.factor * element::<E>(|i| lines[i].0[column % PANEL])
            };
            (0..table.width()).map(value).collect()
        })
    }
}

/// The element of the extension with these components.
pub(super) fn element<E: FieldElement<BaseField = Felt>>(component: impl Fn(usize) -> Felt) -> E {
    let components: [Felt; MAX_DEGREE] =
        core::array::from_fn(|i| if i < E::EXTENSION_DEGREE { component(i) } else { Felt::ZERO });
    E::slice_from_base_elements(&components[..E::EXTENSION_DEGREE])[0]
}

/// Values of columns of the extension, from those of their components: `f = Σ φⁱ·fᵢ`.
pub(super) fn combine_components<E: FieldElement<BaseField = Felt>>(values: &[E]) -> Vec<E> {
    let basis: Vec<E> = basis();
    let combine = |components: &[E]| {
        components.iter().zip(&basis).fold(E::ZERO, |sum, (&value, &power)| sum + value * power)
    };
    values.chunks_exact(E::EXTENSION_DEGREE).map(combine).collect()
}

/// `1, φ, φ²`: the elements with one component 1.
pub(super) fn basis<E: FieldElement<BaseField = Felt>>() -> Vec<E> {
    let unit = |i| element(|j| if i == j { Felt::ONE } else { Felt::ZERO });
    (0..E::EXTENSION_DEGREE).map(unit).collect()
}

/// The power by an exponent that is a power of two.
///
/// Squares are products: the backend's square is wrong for some elements (book: contributing/soundness.md#limits).
fn power<E: FieldElement>(base: E, exponent: usize) -> E {
    (0..exponent.ilog2()).fold(base, |power, _| power * power)
}

/// The largest degree of an extension.
pub(super) const MAX_DEGREE: usize = 3;

/// For each point and each component, the sum of eight columns.
type Sums = [[Line; MAX_DEGREE]; 2];

fn sums(degree: usize, lines: &[Line], weights: &[Felt], before: &[Felt]) -> Sums {
    match degree {
        1 => dispatch(WeightedSums::<1> { lines, weights, before }),
        2 => dispatch(WeightedSums::<2> { lines, weights, before }),
        _ => dispatch(WeightedSums::<3> { lines, weights, before }),
    }
}

/// `Σ wₖ·fₖ` and `Σ wₖ₋₁·fₖ` for eight columns, by components of the weight.
struct WeightedSums<'a, const D: usize> {
    lines: &'a [Line],
    weights: &'a [Felt],
    before: &'a [Felt],
}

impl<const D: usize> Kernel for WeightedSums<'_, D> {
    type Output = Sums;

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Sums {
        let mut result = [[Line::ZERO; MAX_DEGREE]; 2];
        let zero = lanes.splat(Felt::ZERO);
        for part in 0..PANEL / L::LANES {
            let columns = part * L::LANES;
            let mut previous = [zero; D];
            for i in 0..D {
                previous[i] = lanes.splat(self.before[i]);
            }
            let mut totals = [[zero; D]; 2];
            let (lines, weights) = (self.lines.chunks(MAX_PRODUCTS), self.weights.chunks(MAX_PRODUCTS * D));
            for (lines, weights) in lines.zip(weights) {
                let mut sums = [[lanes.empty_sum(); D]; 2];
                for (line, weight) in lines.iter().zip(weights.chunks_exact(D)) {
                    let values = lanes.load(&line.0[columns..]);
                    for i in 0..D {
                        let current = lanes.splat(weight[i]);
                        sums[0][i] = lanes.add_product(sums[0][i], values, current);
                        sums[1][i] = lanes.add_product(sums[1][i], values, previous[i]);
                        previous[i] = current;
                    }
                }
                for point in 0..2 {
                    for i in 0..D {
                        totals[point][i] = lanes.add(totals[point][i], lanes.reduce_sum(sums[point][i]));
                    }
                }
            }
            for point in 0..2 {
                for i in 0..D {
                    lanes.store(totals[point][i], &mut result[point][i].0[columns..]);
                }
            }
        }
        result
    }
}
