//! Transforms of every `stride`-th row, eight next to each other.

use alloc::{vec, vec::Vec};

use miden_core::{Felt, field::FieldElement};
use miden_vector::{Kernel, Lanes, dispatch};

use super::block::{Block, Evaluate, Interpolate};
use crate::table::{Line, PANEL};

/// Rows of eight transforms next to each other: for each of their rows, eight lines.
pub(super) type Columns<'a> = Vec<&'a mut [Line]>;

/// Splits rows into groups of eight transforms of the rows `i`, `i + stride`, …
pub(super) fn columns(lines: &mut [Line], stride: usize) -> Vec<Columns<'_>> {
    let rows = lines.len() / stride;
    let mut groups: Vec<_> = (0..stride / PANEL).map(|_| Vec::with_capacity(rows)).collect();
    for row in lines.chunks_exact_mut(stride) {
        for (group, lines) in groups.iter_mut().zip(row.chunks_exact_mut(PANEL)) {
            group.push(lines);
        }
    }
    groups
}

/// Room for a group of transforms and its factors.
pub(super) struct Buffer {
    lines: Vec<Line>,
    powers: Vec<Line>,
}

impl Buffer {
    /// Room for transforms of `size` rows.
    pub(super) fn new(size: usize) -> Self {
        Self { lines: vec![Line::ZERO; size * PANEL], powers: vec![Line::ZERO; size] }
    }

    /// Reads the rows of eight transforms.
    pub(super) fn read<'a>(&mut self, rows: impl IntoIterator<Item = &'a [Line]>) {
        for (lines, row) in self.lines.chunks_exact_mut(PANEL).zip(rows) {
            lines.copy_from_slice(row);
        }
    }

    /// Coefficients in bit-reversed order to values: those of transform `i` on the coset that `shifts[i]` moves.
    pub(super) fn evaluate(&mut self, block: &Block, shifts: [Felt; PANEL]) {
        dispatch(Powers { bases: Line(shifts), table: &mut self.powers });
        dispatch(Evaluate { block, scale: &self.powers, lines: &mut self.lines });
    }

    /// Values to coefficients in bit-reversed order, times the size: the values of transform `i` are on the coset that
    /// the inverse of `inverse_shifts[i]` moves.
    pub(super) fn interpolate(&mut self, block: &Block, inverse_shifts: [Felt; PANEL]) {
        dispatch(Powers { bases: Line(inverse_shifts), table: &mut self.powers });
        dispatch(Interpolate { block, scale: &self.powers, lines: &mut self.lines });
    }

    /// Writes the rows of eight transforms.
    pub(super) fn write(&self, columns: Columns<'_>) {
        for (lines, column) in self.lines.chunks_exact(PANEL).zip(columns) {
            column.copy_from_slice(lines);
        }
    }
}

/// The powers of `base` in bit-reversed order of the exponents, times `first`.
pub(super) fn powers(base: Felt, first: Felt, size: usize) -> Vec<Line> {
    let mut powers = vec![first; size.next_multiple_of(PANEL)];
    let mut exponent = size / 2;
    let mut known = 1;
    while known < size {
        let step = base.exp(exponent as u64);
        for i in 0..known {
            powers[known + i] = powers[i] * step;
        }
        known *= 2;
        exponent /= 2;
    }
    powers.chunks_exact(PANEL).map(|line| Line(core::array::from_fn(|i| line[i]))).collect()
}

/// [`powers`] of eight bases at once.
struct Powers<'a> {
    bases: Line,
    table: &'a mut [Line],
}

impl Kernel for Powers<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let bits = self.table.len().ilog2() as usize;
        for part in (0..PANEL).step_by(L::LANES) {
            let mut squares = [lanes.load(&self.bases.0[part..]); usize::BITS as usize];
            for bit in 1..bits {
                squares[bit] = lanes.square(squares[bit - 1]);
            }
            lanes.store(lanes.splat(Felt::ONE), &mut self.table[0].0[part..]);
            for bit in 0..bits {
                let (known, next) = self.table.split_at_mut(1 << bit);
                for (known, next) in known.iter().zip(next) {
                    let power = lanes.mul(lanes.load(&known.0[part..]), squares[bits - 1 - bit]);
                    lanes.store(power, &mut next.0[part..]);
                }
            }
        }
    }
}
