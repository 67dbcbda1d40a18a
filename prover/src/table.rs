//! Columns in the order in which the prover reads them.

use alloc::{vec, vec::Vec};

pub(crate) use miden_core::trace::{Line, PANEL};
use miden_core::{Felt, trace::WIDTH};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use crate::control::{Control, Shared};

/// Number of lines that stay in the cache while their columns are filled in one after the other; a power of two.
const CACHED: usize = 512;

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
    /// The cosets of all panels, each allocated on its own: a whole table takes the system seconds.
    parts: Vec<Vec<Line>>,
}

impl Table {
    /// A table of zeros.
    pub(crate) fn new(width: usize, rows: usize, cosets: usize) -> Self {
        let parts = 0..width.div_ceil(PANEL) * cosets;
        // In parallel: new pages take more time than the zeros do.
        #[cfg(feature = "concurrent")]
        let parts = parts.into_par_iter();
        Self { width, rows, cosets, parts: parts.map(|_| vec![Line::ZERO; rows]).collect() }
    }

    /// A table of the cosets of its panels, panel by panel.
    pub(crate) fn from_panels(width: usize, rows: usize, cosets: usize, panels: Vec<Vec<Vec<Line>>>) -> Self {
        Self { width, rows, cosets, parts: panels.into_iter().flatten().collect() }
    }

    /// One coset of `rows` rows: those of the trace, whose panels it takes over, and rows of zeros after them.
    pub(crate) fn of_trace(mut panels: Vec<Vec<Line>>, rows: usize) -> Self {
        for lines in &mut panels {
            // Nothing, as the recorder leaves room for these rows, unless the trace is a copy.
            lines.reserve_exact(rows.saturating_sub(lines.len()));
            lines.resize(rows, Line::ZERO);
        }
        Self { width: WIDTH, rows, cosets: 1, parts: panels }
    }

    /// One coset with copies of columns, each given as the lines of a panel and the position within it.
    pub(crate) fn gather(columns: &[(&[Line], usize)], control: &Control<'_>) -> Self {
        let mut table = Self::new(columns.len(), columns.first().map_or(0, |(lines, _)| lines.len()), 1);
        let fill = |Block { part: panel, start, lines }: Block<'_>| {
            if !control.proceeds() {
                return;
            }
            for (lane, &(source, column)) in columns.iter().skip(panel * PANEL).take(PANEL).enumerate() {
                for (line, source) in lines.iter_mut().zip(&source[start..]) {
                    line.0[lane] = source.0[column];
                }
            }
        };
        table.for_each_block(CACHED, fill);
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
        &self.parts[panel * self.cosets + coset]
    }

    /// The rows of all cosets of all panels, in order, to be written.
    pub(crate) fn cosets_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut [Line]> + ExactSizeIterator {
        self.parts.iter_mut().map(Vec::as_mut_slice)
    }

    /// The rows of a coset of a panel, to be written.
    pub(crate) fn coset_mut(&mut self, panel: usize, coset: usize) -> &mut [Line] {
        &mut self.parts[panel * self.cosets + coset]
    }

    /// The cell in a column of the first coset, to be written.
    pub(crate) fn cell_mut(&mut self, column: usize, row: usize) -> &mut Felt {
        &mut self.coset_mut(column / PANEL, 0)[row].0[column % PANEL]
    }

    /// The cells of a column of the first coset, from row `first` on.
    pub(crate) fn column_mut(&mut self, column: usize, first: usize) -> impl Iterator<Item = &mut Felt> {
        let lines = &mut self.coset_mut(column / PANEL, 0)[first..];
        lines.iter_mut().map(move |line| &mut line.0[column % PANEL])
    }

    /// Calls `work` for each piece of at most `rows` rows of a coset of a panel: on all threads with the feature
    /// `concurrent`, in order without.
    pub(crate) fn for_each_block(&mut self, rows: usize, work: impl Fn(Block<'_>) + Shared) {
        let blocks = self.parts.iter_mut().enumerate().flat_map(|(part, lines)| {
            let blocks = lines.chunks_mut(rows).enumerate();
            blocks.map(move |(block, lines)| Block { part, start: block * rows, lines })
        });
        #[cfg(feature = "concurrent")]
        blocks.collect::<Vec<_>>().into_par_iter().for_each(work);
        #[cfg(not(feature = "concurrent"))]
        blocks.for_each(work);
    }

    /// The cell in a column, at row `row` of a coset.
    pub(crate) fn cell(&self, column: usize, coset: usize, row: usize) -> Felt {
        self.coset(column / PANEL, coset)[row].0[column % PANEL]
    }

    /// The row at a position of the domain.
    pub(crate) fn row(&self, position: usize) -> Vec<Felt> {
        let (coset, row) = (position % self.cosets, position / self.cosets);
        (0..self.width).map(|column| self.cell(column, coset, row)).collect()
    }
}

/// Consecutive rows of a coset of a panel.
pub(crate) struct Block<'a> {
    /// Number of the coset among those of all panels: if there is one coset, the panel.
    pub(crate) part: usize,
    /// The first row.
    pub(crate) start: usize,
    pub(crate) lines: &'a mut [Line],
}

/// Number of lines that are allocated between two looks at whether to go on: their pages take the system a millisecond.
const ZEROED: usize = 1 << 14;

/// Lines of zeros; fewer if the proof has been cancelled.
pub(crate) fn zeros(rows: usize, control: &Control<'_>) -> Vec<Line> {
    let mut lines = Vec::with_capacity(rows);
    while lines.len() < rows && control.proceeds() {
        lines.resize(rows.min(lines.len() + ZEROED), Line::ZERO);
    }
    lines
}
