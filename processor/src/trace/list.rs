//! Lists whose entries are addressed by the row that pushed them.

use alloc::vec::Vec;

use miden_core::{Felt, field::FieldElement};

/// The addresses of a list; the row of a push contains the entry itself.
///
/// A call hides the entries until it returns.
#[derive(Default)]
pub(super) struct List {
    rows: Vec<Felt>,
    /// Number of hidden entries.
    hidden: usize,
}

impl List {
    /// Address of the top entry; 0 if there is none, since row 0 pushes nothing.
    pub(super) fn pointer(&self) -> Felt {
        self.rows.get(self.hidden..).and_then(<[Felt]>::last).copied().unwrap_or(Felt::ZERO)
    }

    pub(super) fn push(&mut self, row: Felt) {
        self.rows.push(row);
    }

    /// The rows of all entries, including hidden ones.
    pub(super) fn into_rows(self) -> impl Iterator<Item = usize> {
        self.rows.into_iter().map(|row| row.as_int() as usize)
    }

    /// Removes the top entry; returns whether there was one.
    pub(super) fn pop(&mut self) -> bool {
        self.rows.len() > self.hidden && self.rows.pop().is_some()
    }

    /// Hides all entries; returns how many were hidden before.
    pub(super) fn hide(&mut self) -> usize {
        core::mem::replace(&mut self.hidden, self.rows.len())
    }

    /// Reveals hidden entries; no others are left.
    pub(super) fn show(&mut self, hidden: usize) {
        self.hidden = hidden;
    }
}
