//! The DEEP polynomial, on one coset.

use alloc::vec::Vec;

use miden_core::{Felt, field::FieldElement};
use miden_vector::{Factor, Kernel, Lanes, dispatch};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use super::out_of_domain::{OutOfDomain, basis, element};
use crate::{
    control::Control,
    table::{Line, PANEL, Table},
};

/// Number of rows of a piece of work.
const BLOCK: usize = 1 << 10;

/// A table whose columns are combined.
///
/// For `z` and for `z·g`, there is a coefficient for each column of the base field; columns after the last coefficient do
/// not count.
pub(crate) struct Combined<'a, E> {
    table: &'a Table,
    coefficients: [Vec<E>; 2],
}

impl<'a, E: FieldElement<BaseField = Felt>> Combined<'a, E> {
    /// A table with columns of the base field.
    pub(crate) fn base(table: &'a Table, coefficients: [&[E]; 2]) -> Self {
        Self { table, coefficients: coefficients.map(Into::into) }
    }

    /// A table with columns of the extension: `γ·f = Σ (γ·φⁱ)·fᵢ`.
    pub(crate) fn extension(table: &'a Table, coefficients: [&[E]; 2]) -> Self {
        let basis: Vec<E> = basis();
        let components = |&coefficient: &E| basis.clone().into_iter().map(move |power| coefficient * power);
        let of_point = |coefficients: &[E]| coefficients.iter().flat_map(components).collect();
        Self { table, coefficients: coefficients.map(of_point) }
    }
}

/// `Σ γᵢ·fᵢ` over the columns of several tables.
struct Sum<'a> {
    /// The first cosets of the panels.
    sources: Vec<&'a [Line]>,
    /// A line for each panel and each component.
    coefficients: Vec<Factor<Line>>,
}

impl<'a> Sum<'a> {
    /// The sum whose coefficients have this number: 0 for those of `z`, 1 for those of `z·g`.
    fn new<E: FieldElement<BaseField = Felt>>(combined: &[Combined<'a, E>], point: usize) -> Self {
        let mut sum = Self { sources: Vec::new(), coefficients: Vec::new() };
        for Combined { table, coefficients } in combined {
            for (panel, coefficients) in coefficients[point].chunks(PANEL).enumerate() {
                sum.sources.push(table.coset(panel, 0));
                for i in 0..E::EXTENSION_DEGREE {
                    let mut line = Line::ZERO;
                    let components = coefficients.iter().map(|coefficient| coefficient.base_element(i));
                    line.0.iter_mut().zip(components).for_each(|(lane, component)| *lane = component);
                    sum.coefficients.push(Factor::of_line(line));
                }
            }
        }
        sum
    }

    /// Its values in the rows from `start` on.
    fn values<E: FieldElement<BaseField = Felt>>(
        &self,
        start: usize,
        count: usize,
    ) -> impl Iterator<Item = E> {
        let mut sums = alloc::vec![Line::ZERO; count * E::EXTENSION_DEGREE];
        combine(E::EXTENSION_DEGREE, &self.sources, &self.coefficients, start, &mut sums);
        (0..count).map(move |row| {
            let sums = &sums[row * E::EXTENSION_DEGREE..];
            element(|i| sums[i].0.into_iter().fold(Felt::ZERO, |sum, lane| sum + lane))
        })
    }
}

/// The column that is added to the DEEP polynomial: its first component is this column of the table.
#[derive(Clone, Copy)]
pub(crate) struct Mask<'a> {
    pub(crate) table: &'a Table,
    pub(crate) column: usize,
}

/// The values of the DEEP polynomial on the first coset: `(A − A(z))/(x − z) + (B − B(z·g))/(x − z·g) + R`, where `A` and `B`
/// are the combinations of all columns, and `at` has the values of `A` at `z` and of `B` at `z·g`. Counts the lines of the
/// first cosets as units of work.
pub(crate) fn deep_values<E: FieldElement<BaseField = Felt>>(
    combined: &[Combined<'_, E>],
    mask: Option<Mask<'_>>,
    point: &OutOfDomain<E>,
    at: [E; 2],
    control: &Control<'_>,
) -> Vec<E> {
    let sums = [0, 1].map(|point| Sum::new(combined, point));
    let panels: usize = combined.iter().map(|part| part.table.panels()).sum();
    let rows = combined.first().map_or(0, |part| part.table.rows());
    let inverse_of_generator = point.inverse_of_generator();

    let mut values = alloc::vec![E::ZERO; rows];
    let fill = |(index, values): (usize, &mut [E])| {
        if !control.proceeds() {
            return;
        }
        let start = index * BLOCK;
        control.count(values.len() * panels);
        let [a, b] = [0, 1].map(|point| sums[point].values::<E>(start, values.len()));
        for ((row, value), (a, b)) in (start..).zip(values).zip(a.zip(b)) {
            let [current, next] = point.inverses(row, inverse_of_generator);
            *value = (a - at[0]) * current + (b - at[1]) * next;
            if let Some(Mask { table, column }) = mask {
                *value += element(|i| table.cell(column + i, 0, row));
            }
        }
    };
    #[cfg(feature = "concurrent")]
    values.par_chunks_mut(BLOCK).enumerate().for_each(fill);
    #[cfg(not(feature = "concurrent"))]
    values.chunks_mut(BLOCK).enumerate().for_each(fill);
    values
}

fn combine(
    degree: usize,
    sources: &[&[Line]],
    coefficients: &[Factor<Line>],
    start: usize,
    sums: &mut [Line],
) {
    match degree {
        1 => dispatch(Combination::<1> { sources, coefficients, start, sums }),
        2 => dispatch(Combination::<2> { sources, coefficients, start, sums }),
        _ => dispatch(Combination::<3> { sources, coefficients, start, sums }),
    }
}

/// For each row and each component of the coefficients, the sum of the products over all panels, lane by lane.
struct Combination<'a, const D: usize> {
    sources: &'a [&'a [Line]],
    coefficients: &'a [Factor<Line>],
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
                let mut products = [lanes.empty_sum(); D];
                for (lines, coefficients) in sources.iter().zip(coefficients) {
                    let values = lanes.load(&lines[row].0[columns..]);
                    for i in 0..D {
                        let coefficient = lanes.load_factor(&coefficients[i], columns);
                        products[i] = lanes.add_term(products[i], values, coefficient);
                    }
                }
                for i in 0..D {
                    lanes.store(lanes.reduce_sum(products[i]), &mut sums[i].0[columns..]);
                }
            }
        }
    }
}
