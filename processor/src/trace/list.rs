//! Lists whose entries are found by the number of the row that pushed them.

use alloc::vec::Vec;

use miden_core::{Felt, field::FieldElement};

/// The addresses of a list; what an entry holds stands in the row of its push.
#[derive(Default)]
pub(super) struct List(Vec<Felt>);

impl List {
    /// Address of the uppermost entry; 0 if there is none, since row 0 pushes nothing.
    pub(super) fn pointer(&self) -> Felt {
        self.0.last().copied().unwrap_or(Felt::ZERO)
    }

    pub(super) fn push(&mut self, row: Felt) {
        self.0.push(row);
    }

    /// Removes the uppermost entry; returns whether there was one.
    pub(super) fn pop(&mut self) -> bool {
        self.0.pop().is_some()
    }
}
