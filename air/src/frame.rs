//! Two neighbouring rows of the main trace, with cells by name.

use miden_core::trace::{Column, WIDTH, chiplets, decoder, stack, system};

use crate::{algebra::Algebra, periodic};

/// The current and the next row of the main trace, and the periodic columns of the current row.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a, T> {
    current: &'a [T; WIDTH],
    next: &'a [T; WIDTH],
    periodic: &'a [T; periodic::WIDTH],
}

impl<'a, T: Algebra> Frame<'a, T> {
    /// Combines two rows.
    pub const fn new(
        current: &'a [T; WIDTH],
        next: &'a [T; WIDTH],
        periodic: &'a [T; periodic::WIDTH],
    ) -> Self {
        Self { current, next, periodic }
    }

    /// Like [`Self::new`], from slices; `None` if one is too short.
    pub fn from_slices(current: &'a [T], next: &'a [T], periodic: &'a [T]) -> Option<Self> {
        Some(Self::new(current.first_chunk()?, next.first_chunk()?, periodic.first_chunk()?))
    }

    /// The current row, the next row and the periodic columns.
    pub(crate) const fn rows(&self) -> (&'a [T; WIDTH], &'a [T; WIDTH], &'a [T; periodic::WIDTH]) {
        (self.current, self.next, self.periodic)
    }

    /// The cell of a single column.
    pub fn at(&self, column: Column) -> T {
        self.cell(column, 0)
    }

    /// The cell of a single column in the next row.
    pub fn at_next(&self, column: Column) -> T {
        self.cell_next(column, 0)
    }

    /// Cell `i` of a group of columns, counted from 0.
    pub fn cell(&self, column: Column, i: usize) -> T {
        self.current[column.at(i)].clone()
    }

    /// Cell `i` of a group of columns in the next row.
    pub fn cell_next(&self, column: Column, i: usize) -> T {
        self.next[column.at(i)].clone()
    }

    /// All cells of a group of columns.
    pub fn cells(&self, column: Column) -> impl Iterator<Item = T> {
        self.current[column.range()].iter().cloned()
    }

    /// A periodic column.
    pub(crate) fn periodic(&self, index: usize) -> T {
        self.periodic[index].clone()
    }

    /// Row number.
    pub(crate) fn clk(&self) -> T {
        self.at(system::CLK)
    }

    /// Stack item `i` from the top.
    pub(crate) fn s(&self, i: usize) -> T {
        self.cell(stack::S, i)
    }

    /// Stack item `i` of the next row.
    pub(crate) fn s_next(&self, i: usize) -> T {
        self.cell_next(stack::S, i)
    }

    /// Group register `g_i`; 0, which is shifted in at the end, for `i ≥ 8`.
    pub(crate) fn g(&self, i: usize) -> T {
        if i < decoder::GROUPS.width() { self.cell(decoder::GROUPS, i) } else { T::zero() }
    }

    /// Helper `h_i`.
    pub(crate) fn h(&self, i: usize) -> T {
        self.cell(decoder::HELPERS, i)
    }

    /// `h0 + 2^16·h1`: the low half of a split into limbs.
    pub(crate) fn limbs_low(&self) -> T {
        self.h(0) + T::int(1 << 16) * self.h(1)
    }

    /// `h2 + 2^16·h3`: the high half of a split into limbs.
    pub(crate) fn limbs_high(&self) -> T {
        self.h(2) + T::int(1 << 16) * self.h(3)
    }

    /// Section selector `q_i`, `i` from 1.
    pub(crate) fn q(&self, i: usize) -> T {
        self.cell(chiplets::Q, i - 1)
    }
}
