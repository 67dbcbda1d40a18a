//! Columns between values and coefficients.
//!
//! Book: design/transform.md

#[macro_use]
mod butterfly;
mod block;
mod columns;
mod extend;
mod parallel;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use core::array;

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use miden_vector::dispatch;

pub(crate) use self::extend::{Highest, evaluate, evaluate_coset, extend, interpolate};
use self::{
    block::{Block, Evaluate, Interpolate},
    columns::{Buffer, Columns, columns, powers},
    parallel::for_each,
};
use crate::{
    control::Control,
    table::{Line, PANEL},
};

/// The most rows that are transformed in one pass over memory.
const ONE_PASS: usize = 1 << 11;

/// Transforms of the rows of a coset of a panel.
///
/// Values are those at `shift·g^k`, in the order of `k`, with `g` the root of unity of order `rows`. Coefficients are in
/// bit-reversed order: line `r` contains those of `x^i`, where `i` is `r` with its bits reversed.
#[derive(Clone, Debug)]
pub(crate) struct Transform {
    /// Transforms of consecutive rows.
    inner: Block,
    /// Transforms of the rows that are `inner.size()` apart.
    outer: Block,
    /// Powers of `g`, as many as there are outer transforms.
    roots: Vec<Felt>,
    /// Their inverses.
    inverse_roots: Vec<Felt>,
}

impl Transform {
    /// Transforms of `rows` rows, a power of two and at least 2.
    ///
    /// This takes time proportional to the square root of `rows`.
    pub(crate) fn new(rows: usize) -> Self {
        let bits = rows.ilog2();
        let outer = if rows <= ONE_PASS { 1 } else { 1 << (bits / 2) };
        let inner = rows / outer;
        let root = Felt::get_root_of_unity(bits);
        Self {
            inner: Block::new(inner),
            outer: Block::new(outer),
            roots: series(Felt::ONE, root, inner),
            inverse_roots: series(Felt::ONE, root.inv(), inner),
        }
    }

    /// Number of rows.
    pub(crate) const fn rows(&self) -> usize {
        self.inner.size() * self.outer.size()
    }

    /// Replaces coefficients by values.
    pub(crate) fn evaluate(&self, lines: &mut [Line], shift: Felt, control: &Control<'_>) {
        let scale = self.scale(shift);
        let blocks = lines.chunks_exact_mut(self.inner.size()).collect();
        for_each(control, blocks, || (), |(), lines| self.evaluate_block(lines, &scale));
        self.evaluate_columns(lines, shift, control);
    }

    /// Writes the values of the polynomials with these coefficients.
    pub(crate) fn evaluate_from(
        &self,
        coefficients: &[Line],
        values: &mut [Line],
        shift: Felt,
        control: &Control<'_>,
    ) {
        let scale = self.scale(shift);
        let size = self.inner.size();
        let blocks = values.chunks_exact_mut(size).zip(coefficients.chunks_exact(size)).collect();
        for_each(
            control,
            blocks,
            || (),
            |(), (values, coefficients): (&mut [Line], &[Line])| {
                values.copy_from_slice(coefficients);
                self.evaluate_block(values, &scale);
            },
        );
        self.evaluate_columns(values, shift, control);
    }

    /// Replaces values by coefficients.
    pub(crate) fn interpolate(&self, lines: &mut [Line], shift: Felt, control: &Control<'_>) {
        let inverse_shift = shift.inv();
        if self.outer.size() > 1 {
            self.for_each_group(control, lines, |buffer, group, columns| {
                buffer.read(columns.iter().map(|row| &**row));
                buffer.interpolate(&self.outer, shifts(inverse_shift, &self.inverse_roots, group));
                buffer.write(columns);
            });
        }
        let scale = self.inverse_scale(inverse_shift);
        let blocks = lines.chunks_exact_mut(self.inner.size()).collect();
        for_each(control, blocks, || (), |(), lines| self.interpolate_block(lines, &scale));
    }

    /// The first pass from values to coefficients, out of place.
    fn interpolate_columns_from(
        &self,
        source: &[Line],
        lines: &mut [Line],
        inverse_shift: Felt,
        control: &Control<'_>,
    ) {
        if self.outer.size() == 1 {
            lines.copy_from_slice(source);
            return;
        }
        self.for_each_group(control, lines, |buffer, group, columns| {
            let rows = source.chunks_exact(self.inner.size());
            buffer.read(rows.map(|row| &row[group * PANEL..(group + 1) * PANEL]));
            buffer.interpolate(&self.outer, shifts(inverse_shift, &self.inverse_roots, group));
            buffer.write(columns);
        });
    }

    /// The second pass from coefficients to values.
    fn evaluate_columns(&self, lines: &mut [Line], shift: Felt, control: &Control<'_>) {
        if self.outer.size() == 1 {
            return;
        }
        self.for_each_group(control, lines, |buffer, group, columns| {
            buffer.read(columns.iter().map(|row| &**row));
            buffer.evaluate(&self.outer, shifts(shift, &self.roots, group));
            buffer.write(columns);
        });
    }

    fn for_each_group(
        &self,
        control: &Control<'_>,
        lines: &mut [Line],
        work: impl Fn(&mut Buffer, usize, Columns<'_>) + Send + Sync,
    ) {
        for_each(
            control,
            columns(lines, self.inner.size()).into_iter().enumerate().collect(),
            || Buffer::new(self.outer.size()),
            |buffer, (group, columns): (usize, Columns<'_>)| work(buffer, group, columns),
        );
    }

    /// The factors of the coefficients of a block.
    fn scale(&self, shift: Felt) -> Vec<Line> {
        powers(shift.exp(self.outer.size() as u64), Felt::ONE, self.inner.size())
    }

    /// The factors of the coefficients of a block after the passes that multiply them by the number of rows.
    fn inverse_scale(&self, inverse_shift: Felt) -> Vec<Line> {
        let factor = Felt::new(self.rows() as u64).inv();
        powers(inverse_shift.exp(self.outer.size() as u64), factor, self.inner.size())
    }

    fn evaluate_block(&self, lines: &mut [Line], scale: &[Line]) {
        dispatch(Evaluate { block: &self.inner, scale, lines });
    }

    fn interpolate_block(&self, lines: &mut [Line], scale: &[Line]) {
        dispatch(Interpolate { block: &self.inner, scale, lines });
    }
}

/// The shifts of a group of outer transforms.
fn shifts(shift: Felt, roots: &[Felt], group: usize) -> [Felt; PANEL] {
    array::from_fn(|i| shift * roots[group * PANEL + i])
}

/// The line of the coefficient of `x^exponent` among `rows` lines, a power of two, and the exponent that belongs to a line.
pub(crate) const fn reverse_bits(index: usize, rows: usize) -> usize {
    if rows <= 1 { 0 } else { index.reverse_bits() >> (usize::BITS - rows.ilog2()) }
}

/// `first`, `first·factor`, `first·factor²`, …
fn series(first: Felt, factor: Felt, count: usize) -> Vec<Felt> {
    core::iter::successors(Some(first), |&last| Some(last * factor)).take(count).collect()
}
