//! Columns in the order in which the prover reads them.

use alloc::{vec, vec::Vec};

use miden_core::{Felt, field::FieldElement};

/// Number of columns in a panel: as many as a cache line has elements, and a block of the hash function.
pub(crate) const PANEL: usize = 8;

/// A row of a panel: one cache line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub(crate) struct Line(pub(crate) [Felt; PANEL]);

impl Line {
    /// A line of zeros.
    pub(crate) const ZERO: Self = Self([Felt::ZERO; PANEL]);
}

/// Values of columns over cosets of equal size: panel by panel, within a panel coset by coset, within a coset row by
/// row.
///
/// A panel is eight columns; the last one is filled up with zeros. An element of an extension is as many columns as the
/// extension has degrees. Row `k` of coset `j` of an extension by `b` is row `j + b·k` of the domain, so that the rows of
/// a coset are a domain of the size of the trace, and the next row of the trace is the next row of the coset.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    width: usize,
    rows: usize,
    cosets: usize,
    lines: Vec<Line>,
}

impl Table {
    /// A table of zeros.
    pub(crate) fn new(width: usize, rows: usize, cosets: usize) -> Self {
        let lines = vec![Line::ZERO; width.div_ceil(PANEL) * cosets * rows];
        Self { width, rows, cosets, lines }
    }

    /// Number of columns.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// Number of rows of a coset.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of cosets.
    pub(crate) const fn cosets(&self) -> usize {
        self.cosets
    }

    /// Number of panels.
    pub(crate) const fn panels(&self) -> usize {
        self.width.div_ceil(PANEL)
    }

    /// The rows of a coset of a panel.
    pub(crate) fn coset(&self, panel: usize, coset: usize) -> &[Line] {
        let start = (panel * self.cosets + coset) * self.rows;
        &self.lines[start..start + self.rows]
    }

    /// All cosets of all panels, in order, to be written; each is `rows` lines.
    pub(crate) fn lines_mut(&mut self) -> &mut [Line] {
        &mut self.lines
    }

    /// The cell in a column, at row `row` of a coset.
    pub(crate) fn cell(&self, column: usize, coset: usize, row: usize) -> Felt {
        self.coset(column / PANEL, coset)[row].0[column % PANEL]
    }
}
