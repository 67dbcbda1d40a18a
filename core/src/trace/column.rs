use alloc::{
    format,
    string::{String, ToString},
};
use core::ops::Range;

/// A column of the main trace, or several adjacent columns that share a name (`s0..s15`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    name: &'static str,
    start: usize,
    width: usize,
    first_number: usize,
}

impl Column {
    pub(super) const fn first(name: &'static str, width: usize) -> Self {
        Self { name, start: 0, width, first_number: 0 }
    }

    pub(super) const fn then(self, name: &'static str, width: usize) -> Self {
        self.then_from(name, width, 0)
    }

    /// The columns after `self`, numbered from `first_number`.
    pub(super) const fn then_from(self, name: &'static str, width: usize, first_number: usize) -> Self {
        Self { name, start: self.end(), width, first_number }
    }

    /// `width` of the columns from `offset` on, under another name.
    pub(super) const fn part(self, name: &'static str, offset: usize, width: usize) -> Self {
        assert!(offset + width <= self.width, "a part lies within its columns");
        Self { name, start: self.start + offset, width, first_number: 0 }
    }

    /// Common name of the columns.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Index of the first column.
    pub const fn start(self) -> usize {
        self.start
    }

    /// Index after the last column.
    pub const fn end(self) -> usize {
        self.start + self.width
    }

    /// Number of columns.
    pub const fn width(self) -> usize {
        self.width
    }

    /// Number in the name of the first column: `hi1..hi7` begin at 1.
    pub const fn first_number(self) -> usize {
        self.first_number
    }

    /// Indexes of the columns.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end()
    }

    /// Index of the column at offset `i`, counted from 0 regardless of the numbers in the names.
    ///
    /// # Panics
    /// In debug builds, if `i` is not below [`Self::width`].
    pub const fn at(self, i: usize) -> usize {
        debug_assert!(i < self.width);
        self.start + i
    }

    /// Name of the column with this index.
    pub(super) fn name_of(self, index: usize) -> String {
        match self.width {
            1 => self.name.to_string(),
            _ => format!("{}{}", self.name, index - self.start + self.first_number),
        }
    }
}
