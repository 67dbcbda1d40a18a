use miden_core::{
    Felt,
    trace::{Column, Line, PANEL, PANELS, chiplets::X},
};

/// The first panel with cells of the sections.
pub(in super::super) const FIRST_PANEL: usize = X.start() / PANEL;

/// Number of these panels.
pub(in super::super) const SECTION_PANELS: usize = PANELS - FIRST_PANEL;

/// The rows of one section in the panels from [`FIRST_PANEL`] on, counted from its first row.
pub(super) struct Section<'a> {
    panels: [&'a mut [Line]; SECTION_PANELS],
}

impl<'a> Section<'a> {
    pub(super) const fn new(panels: [&'a mut [Line]; SECTION_PANELS]) -> Self {
        Self { panels }
    }

    /// Splits off the first `rows` rows.
    pub(super) fn split_at(self, rows: usize) -> [Self; 2] {
        let mut rest = self.panels;
        let first = rest.each_mut().map(|lines| {
            let (first, others) = core::mem::take(lines).split_at_mut(rows);
            *lines = others;
            first
        });
        [Self { panels: first }, Self { panels: rest }]
    }

    /// Writes the cell of a single column.
    pub(super) fn set(&mut self, row: usize, column: Column, value: Felt) {
        self.set_all(row, column, &[value]);
    }

    /// Writes the cells of a group of columns, as many as there are values.
    #[inline]
    pub(super) fn set_all(&mut self, row: usize, column: Column, values: &[Felt]) {
        for (column, &value) in (column.start() - FIRST_PANEL * PANEL..).zip(values) {
            self.panels[column / PANEL][row].0[column % PANEL] = value;
        }
    }
}
