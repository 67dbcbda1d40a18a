//! The auxiliary segment: sums of the fractions that each row sends over the bus.
//!
//! The constraints define the fractions of a row (`miden_air::RowFractions`); this module only divides and sums, row by
//! row.

use std::{array, vec::Vec};

use miden_air::{AuxColumn, Challenges, Frame, RowFractions, periodic};
use miden_core::{
    Felt,
    field::{FieldElement, batch_inversion},
    trace::WIDTH,
};
use winter_prover::matrix::ColMatrix;

/// Number of rows whose denominators are inverted together: enough to make the single inversion negligible, few enough
/// for the buffers to stay in cache.
const CHUNK_ROWS: usize = 512;

/// One cell per auxiliary column.
type AuxRow<E> = [E; AuxColumn::COUNT];

/// Builds the columns of the auxiliary segment, in the order of [`AuxColumn::ALL`].
///
/// In row `r` each column holds the sum of its fractions of row `r`; the running sum holds the sum of all fractions in
/// earlier rows. The last row sends nothing.
pub(crate) fn build_aux_columns<E: FieldElement<BaseField = Felt>>(
    main: &ColMatrix<Felt>,
    challenges: Challenges<'_, E>,
) -> Vec<Vec<E>> {
    let num_rows = main.num_rows();
    let periodic = periodic::columns();
    let starts = (0..num_rows).step_by(CHUNK_ROWS);
    let build = |start: usize| {
        let end = num_rows.saturating_sub(1).min(start + CHUNK_ROWS);
        sum_rows(main, &periodic, challenges, start..end)
    };
    let chunks: Vec<_> = starts.map(build).collect();

    let mut columns: Vec<Vec<E>> = AuxColumn::ALL.iter().map(|_| Vec::with_capacity(num_rows)).collect();
    let mut running_sum = E::ZERO;
    for row in chunks.into_iter().flatten().chain([[E::ZERO; AuxColumn::COUNT]]) {
        let row_sum = row.into_iter().fold(E::ZERO, |sum, value| sum + value);
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
        let last = columns.last_mut().and_then(|column| column.last_mut());
        *last.expect("the running sum is the last column") = running_sum;
        running_sum += row_sum;
    }
    columns
}

/// The sum of the fractions that each row sends, by column.
fn sum_rows<E: FieldElement<BaseField = Felt>>(
    main: &ColMatrix<Felt>,
    periodic: &[Vec<Felt>],
    challenges: Challenges<'_, E>,
    rows: std::ops::Range<usize>,
) -> Vec<AuxRow<E>> {
    let read = |row: usize| -> [Felt; WIDTH] { array::from_fn(|column| main.get(column, row)) };
    let mut numerators = Vec::new();
    let mut denominators = Vec::new();
    let mut fractions: Option<RowFractions<Felt, E>> = None;
    let mut current = read(rows.start.min(main.num_rows() - 1));
    for row in rows.clone() {
        let next = read(row + 1);
        let periodic = array::from_fn(|i| periodic[i][row % periodic[i].len()]);
        let frame = Frame::new(&current, &next, &periodic);
        match &mut fractions {
            Some(fractions) => fractions.refill(&frame, challenges),
            None => fractions = Some(RowFractions::new(&frame, challenges)),
        }
        for (column, numerator, denominator) in fractions.iter().flat_map(RowFractions::iter) {
            numerators.push((column, numerator));
            denominators.push(denominator);
        }
        current = next;
    }
    if rows.is_empty() {
        return Vec::new();
    }
    // Every row sends the same number of fractions.
    let per_row = denominators.len() / rows.len();
    let inverses = batch_inversion(&denominators);
    let terms = numerators.chunks_exact(per_row).zip(inverses.chunks_exact(per_row));
    terms
        .map(|(numerators, inverses)| {
            let mut sums = [E::ZERO; AuxColumn::COUNT];
            for (&(column, numerator), &inverse) in numerators.iter().zip(inverses) {
                sums[column.index()] += inverse.mul_base(numerator);
            }
            sums
        })
        .collect()
}
