//! Columns in the order in which the prover reads them.

#[cfg(not(feature = "concurrent"))]
use alloc::vec;
use alloc::vec::Vec;

use miden_core::{Felt, field::FieldElement};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use crate::control::Control;

/// Number of columns in a panel: as many as a cache line has elements, and a block of the hash function.
pub(crate) const PANEL: usize = 8;

/// Number of lines that stay in the cache while their columns are filled in one after the other; a power of two.
const CACHED: usize = 512;

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
        let count = width.div_ceil(PANEL) * cosets * rows;
        // In parallel: the system takes more time for new pages than the zeros do.
        #[cfg(feature = "concurrent")]
        let lines = (0..count).into_par_iter().with_min_len(CACHED).map(|_| Line::ZERO).collect();
        #[cfg(not(feature = "concurrent"))]
        let lines = vec![Line::ZERO; count];
        Self { width, rows, cosets, lines }
    }

    /// One coset with the given columns, which have equal lengths; columns are freed when they have been copied.
    pub(crate) fn from_columns(columns: Vec<Vec<Felt>>, control: &Control<'_>) -> Self {
        let rows = columns.first().map_or(0, Vec::len);
        let mut table = Self::new(columns.len(), rows, 1);
        let mut columns = columns.into_iter();
        let panels: Vec<Vec<Vec<Felt>>> =
            (0..table.panels()).map(|_| columns.by_ref().take(PANEL).collect()).collect();
        let fill = |(lines, columns): (&mut [Line], Vec<Vec<Felt>>)| {
            for (block, lines) in lines.chunks_mut(CACHED).enumerate() {
                if !control.proceeds() {
                    return;
                }
                for (lane, column) in columns.iter().enumerate() {
                    for (line, &value) in lines.iter_mut().zip(&column[block * CACHED..]) {
                        line.0[lane] = value;
                    }
                }
            }
        };
        #[cfg(feature = "concurrent")]
        table.lines.par_chunks_mut(rows.max(1)).zip(panels).for_each(fill);
        #[cfg(not(feature = "concurrent"))]
        table.lines.chunks_mut(rows.max(1)).zip(panels).for_each(fill);
        table
    }

    /// One coset with copies of columns, each given as the lines of a panel and the position within it.
    pub(crate) fn gather(columns: &[(&[Line], usize)], control: &Control<'_>) -> Self {
        let rows = columns.first().map_or(0, |(lines, _)| lines.len());
        let mut table = Self::new(columns.len(), rows, 1);
        let block = CACHED.min(rows).max(1);
        let fill = |(index, lines): (usize, &mut [Line])| {
            if !control.proceeds() {
                return;
            }
            let (panel, start) = (index * block / rows, index * block % rows);
            for (lane, &(source, column)) in columns.iter().skip(panel * PANEL).take(PANEL).enumerate() {
                for (line, source) in lines.iter_mut().zip(&source[start..]) {
                    line.0[lane] = source.0[column];
                }
            }
        };
        #[cfg(feature = "concurrent")]
        table.lines.par_chunks_mut(block).enumerate().for_each(fill);
        #[cfg(not(feature = "concurrent"))]
        table.lines.chunks_mut(block).enumerate().for_each(fill);
        table
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
