//! The chunks of the quotient, with masks that leave the quotient as it is.

use miden_air::proof::ProofShape;
use miden_core::{Felt, field::FieldElement};

use super::domain::Domain;
use crate::{
    control::Control,
    randomness::{Purpose, Randomness},
    table::{Block, Line, PANEL, Table},
    transform::reverse_bits,
};

/// Number of rows of a piece of work.
const BLOCK: usize = 1 << 12;

/// The coefficients of the columns that are committed together: the chunks of the quotient, and the mask of the DEEP
/// polynomial if there is one. All are in bit-reversed order, and the components of a column are next to each other.
///
/// `quotient` has the coefficients of the columns `q₀ … q_(c−1)` that interpolate the quotient on the constraint domain, and
/// `overflow` those of the quotient from `x^(c·n)` on, see
/// [`overflow`](crate::constraints::ConstraintEvaluator::overflow).
pub(super) fn chunks(
    mut quotient: Table,
    overflow: &[Line],
    shape: &ProofShape,
    domain: &Domain,
    randomness: Option<&Randomness>,
    degree: usize,
    control: &Control<'_>,
) -> Table {
    // 1 ----- what interpolates the quotient Q is Q mod x^(c·n) − s^(c·n), so its low coefficients have those of the overflow
    // in them, times s^(c·n)
    let rows = domain.rows();
    let interpolated = quotient.width() / degree * rows;
    let power_of_offset = domain.coset_offset(0).exp(interpolated as u64);
    for (i, line) in overflow.iter().enumerate() {
        let low = &mut quotient.coset_mut(0, 0)[reverse_bits(i, rows)];
        for (low, high) in low.0.iter_mut().zip(line.0).take(degree) {
            *low -= high * power_of_offset;
        }
    }
    let Some(randomness) = randomness else { return quotient };

    // 2 ----- cut the coefficients into chunks of S, and fill the mask of the DEEP polynomial
    let (chunk_len, num_chunks) = (shape.chunk_len(), shape.num_chunks());
    let mut table = Table::new(shape.quotient_width() * degree, rows, 1);
    let width = table.width();
    let blocks = rows.div_ceil(BLOCK);
    table.for_each_block(BLOCK, |Block { part: panel, start, lines }| {
        if !control.proceeds() {
            return;
        }
        let columns = panel * PANEL..width.min((panel + 1) * PANEL);
        for (lane, column) in columns.enumerate() {
            let (chunk, component) = (column / degree, column % degree);
            if chunk == num_chunks {
                let mut stream = randomness.stream(Purpose::MaskColumn, column * blocks + start / BLOCK);
                for (row, line) in (start..).zip(&mut *lines) {
                    // The DEEP polynomial has a degree below n − 1, and so has its mask.
                    line.0[lane] = if row == rows - 1 { Felt::ZERO } else { stream.element() };
                }
                continue;
            }
            let first = chunk * chunk_len;
            for (row, line) in (start..).zip(&mut *lines) {
                let exponent = first + reverse_bits(row, rows);
                line.0[lane] = if exponent >= first + chunk_len {
                    Felt::ZERO
                } else if exponent < interpolated {
                    quotient.cell(
                        exponent / rows * degree + component,
                        0,
                        reverse_bits(exponent % rows, rows),
                    )
                } else {
                    overflow.get(exponent - interpolated).map_or(Felt::ZERO, |line| line.0[component])
                };
            }
        }
    });
    drop(quotient);

    // 3 ----- masks: x^S·r added to a chunk and r subtracted from the next one
    for chunk in 0..num_chunks - 1 {
        let mut stream = randomness.stream(Purpose::ChunkMasks, chunk);
        for i in 0..shape.hiding().mask_len() {
            let (high, low) = (reverse_bits(chunk_len + i, rows), reverse_bits(i, rows));
            for component in 0..degree {
                let mask = stream.element();
                *table.cell_mut(chunk * degree + component, high) += mask;
                *table.cell_mut((chunk + 1) * degree + component, low) -= mask;
            }
        }
    }
    table
}
