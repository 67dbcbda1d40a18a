//! The DEEP polynomial, on one coset.

use alloc::vec::Vec;

use miden_core::{Felt, field::FieldElement};
use miden_vector::{Kernel, Lanes, dispatch};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use super::out_of_domain::{MAX_DEGREE, OutOfDomain, basis};
use crate::{
    control::Control,
    table::{Line, PANEL, Table},
};

/// Number of rows of a piece of work.
const BLOCK: usize = 1 << 10;

/// A table whose columns are combined, with a coefficient for each column of the base field.
pub(crate) struct Combined<'a, E> {
    table: &'a Table,
    coefficients: Vec<E>,
}

impl<'a, E: FieldElement<BaseField = Felt>> Combined<'a, E> {
    /// A table with columns of the base field.
    pub(crate) fn base(table: &'a Table, coefficients: &[E]) -> Self {
        Self { table, coefficients: coefficients.into() }
    }

    /// A table with columns of the extension: `γ·f = Σ (γ·φⁱ)·fᵢ`.
    pub(crate) fn extension(table: &'a Table, coefficients: &[E]) -> Self {
        let basis: Vec<E> = basis();
        let components = |&coefficient: &E| basis.clone().into_iter().map(move |power| coefficient * power);
        Self { table, coefficients: coefficients.iter().flat_map(components).collect() }
    }

    /// The coefficients of a panel: a line for each component.
    fn lines(&self, panel: usize) -> impl Iterator<Item = Line> {
        (0..E::EXTENSION_DEGREE).map(move |i| {
            let start = panel * PANEL;
            let coefficient =
                |lane: usize| self.coefficients.get(start + lane).map(|c: &E| c.base_element(i));
            Line(core::array::from_fn(|lane| coefficient(lane).unwrap_or(Felt::ZERO)))
        })
    }
}

/// The values of the DEEP polynomial on the first coset: `(A − A(z))/(x − z) + (A − A(z·g))/(x − z·g)`, where `A` is the
/// combination of all columns, and `at` has its values at `z` and `z·g`. Counts the lines of the first cosets as units of
/// work.
pub(crate) fn deep_values<E: FieldElement<BaseField = Felt>>(
    combined: &[Combined<'_, E>],
    point: &OutOfDomain<E>,
    at: [E; 2],
    control: &Control<'_>,
) -> Vec<E> {
    let panels = || combined.iter().flat_map(|part| (0..part.table.panels()).map(move |p| (part, p)));
    let coefficients: Vec<Line> = panels().flat_map(|(part, panel)| part.lines(panel)).collect();
    let sources: Vec<&[Line]> = panels().map(|(part, panel)| part.table.coset(panel, 0)).collect();
    let rows = sources.first().map_or(0, |lines| lines.len());
    let inverse_of_generator = point.inverse_of_generator();

    let mut values = alloc::vec![E::ZERO; rows];
    let fill = |(index, values): (usize, &mut [E])| {
        if !control.proceeds() {
            return;
        }
        let start = index * BLOCK;
        control.count(values.len() * sources.len());
        let mut sums = alloc::vec![Line::ZERO; values.len() * E::EXTENSION_DEGREE];
        combine(E::EXTENSION_DEGREE, &sources, &coefficients, start, &mut sums);
        let sums = sums.chunks_exact(E::EXTENSION_DEGREE);
        for ((row, value), sums) in (start..).zip(values).zip(sums) {
            let components: [Felt; MAX_DEGREE] = core::array::from_fn(|i| match sums.get(i) {
                Some(line) => line.0.into_iter().fold(Felt::ZERO, |sum, lane| sum + lane),
                None => Felt::ZERO,
            });
            let combination = E::slice_from_base_elements(&components[..E::EXTENSION_DEGREE])[0];
            let [current, next] = point.inverses(row, inverse_of_generator);
            *value = (combination - at[0]) * current + (combination - at[1]) * next;
        }
    };
    #[cfg(feature = "concurrent")]
    values.par_chunks_mut(BLOCK).enumerate().for_each(fill);
    #[cfg(not(feature = "concurrent"))]
    values.chunks_mut(BLOCK).enumerate().for_each(fill);
    values
}

fn combine(degree: usize, sources: &[&[Line]], coefficients: &[Line], start: usize, sums: &mut [Line]) {
    match degree {
        1 => dispatch(Combination::<1> { sources, coefficients, start, sums }),
        2 => dispatch(Combination::<2> { sources, coefficients, start, sums }),
        _ => dispatch(Combination::<3> { sources, coefficients, start, sums }),
    }
}

/// For each row and each component of the coefficients, the sum of the products over all panels, lane by lane.
struct Combination<'a, const D: usize> {
    sources: &'a [&'a [Line]],
    coefficients: &'a [Line],
    start: usize,
    sums: &'a mut [Line],
}

impl<const D: usize> Kernel for Combination<'_, D> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { sources, coefficients, start, sums } = self;
        let (coefficients, _) = coefficients.as_chunks::<D>();
        let (sums, _) = sums.as_chunks_mut::<D>();
        for part in 0..PANEL / L::LANES {
            let columns = part * L::LANES;
            for (row, sums) in (start..).zip(sums.iter_mut()) {
                let mut products = [lanes.splat(Felt::ZERO); D];
                for (lines, coefficients) in sources.iter().zip(coefficients) {
                    let values = lanes.load(&lines[row].0[columns..]);
                    for i in 0..D {
                        let coefficient = lanes.load(&coefficients[i].0[columns..]);
                        products[i] = lanes.mul_add(values, coefficient, products[i]);
                    }
                }
                for i in 0..D {
                    lanes.store(products[i], &mut sums[i].0[columns..]);
                }
            }
        }
    }
}
