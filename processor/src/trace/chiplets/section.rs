use alloc::vec::Vec;

use miden_core::{
    Felt,
    trace::{Column, chiplets::Q},
};

/// The rows of one section in the chiplet columns, counted from its first row.
pub(super) struct Section<'a> {
    columns: &'a mut [Vec<Felt>],
    first: usize,
}

impl<'a> Section<'a> {
    pub(super) fn new(columns: &'a mut [Vec<Felt>], first: usize) -> Self {
        Self { columns, first }
    }

    /// Writes the cell of a single column.
    pub(super) fn set(&mut self, row: usize, column: Column, value: Felt) {
        self.set_all(row, column, &[value]);
    }

    /// Writes the cells of a group of columns, as many as there are values.
    pub(super) fn set_all(&mut self, row: usize, column: Column, values: &[Felt]) {
        let columns = &mut self.columns[column.start() - Q.start()..][..values.len()];
        for (column, &value) in columns.iter_mut().zip(values) {
            column[self.first + row] = value;
        }
    }

    /// Appends cells to a group of columns, one entry of `block` to each.
    pub(super) fn extend<const N: usize>(&mut self, column: Column, block: &[[Felt; N]]) {
        let columns = &mut self.columns[column.start() - Q.start()..][..block.len()];
        for (column, cells) in columns.iter_mut().zip(block) {
            column.extend_from_slice(cells);
        }
    }
}
