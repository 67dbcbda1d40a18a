//! Lists whose entries are found by the number of the row that pushed them.

use alloc::vec::Vec;

use miden_core::{Felt, field::FieldElement};

/// The addresses of a list; what an entry holds stands in the row of its push.
///
/// A call can hide the entries until it returns.
#[derive(Default)]
pub(super) struct List {
    rows: Vec<Felt>,
    /// Number of entries that are hidden.
    hidden: usize,
}

impl List {
    /// Address of the uppermost entry; 0 if there is none, since row 0 pushes nothing.
    pub(super) fn pointer(&self) -> Felt {
        self.rows.get(self.hidden..).and_then(<[Felt]>::last).copied().unwrap_or(Felt::ZERO)
    }

    pub(super) fn push(&mut self, row: Felt) {
        self.rows.push(row);
    }

    /// The rows of all entries, the hidden ones included.
    pub(super) fn into_rows(self) -> impl Iterator<Item = usize> {
        self.rows.into_iter().map(|row| row.as_int() as usize)
    }

    /// Removes the uppermost entry; returns whether there was one.
    pub(super) fn pop(&mut self) -> bool {
        self.rows.len() > self.hidden && self.rows.pop().is_some()
    }

    /// Hides all entries; returns how many were hidden before.
    pub(super) fn hide(&mut self) -> usize {
        core::mem::replace(&mut self.hidden, self.rows.len())
    }

    /// Shows entries that were hidden, when no others are left.
    pub(super) fn show(&mut self, hidden: usize) {
        self.hidden = hidden;
    }
}
