//! The memory: one row per access, sorted by context, address and row of the access.

use alloc::vec::Vec;

use miden_core::{
    Felt, Word,
    field::FieldElement,
    trace::chiplets::memory::{
        ADDRESS, CONTEXT, ELEMENT, FIRST, FIRST_OF_CONTEXT, HIGH_LIMB, LOW_LIMB, MESSAGE, NUMERATORS, REST,
        ROW, WRITE,
    },
};

use super::Section;

/// An access to a memory word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Access {
    pub(in super::super) context: u32,
    pub(in super::super) address: u32,
    /// Row of the operation.
    pub(in super::super) row: u32,
    pub(in super::super) write: bool,
    /// Whether the operation reads or writes only element 0.
    pub(in super::super) element: bool,
    /// The whole memory word after the access.
    pub(in super::super) word: Word,
}

impl Access {
    const fn key(&self) -> (u32, u32, u32) {
        (self.context, self.address, self.row)
    }
}

/// The accesses in execution order.
#[derive(Default)]
pub(super) struct Memory(Vec<Access>);

impl Memory {
    pub(super) fn access(&mut self, access: Access) {
        self.0.push(access);
    }

    /// Number of accesses, each of which has a row.
    pub(super) const fn num_rows(&self) -> usize {
        self.0.len()
    }

    pub(super) fn sort(mut self) -> SortedMemory {
        self.0.sort_unstable_by_key(Access::key);
        SortedMemory(self.0)
    }
}

/// The accesses in the order of the section.
pub(super) struct SortedMemory(Vec<Access>);

impl SortedMemory {
    pub(super) const fn num_rows(&self) -> usize {
        self.0.len()
    }

    /// Each access with the one before.
    fn pairs(&self) -> impl Iterator<Item = (Option<&Access>, &Access)> {
        core::iter::once(None).chain(self.0.iter().map(Some)).zip(&self.0)
    }

    /// The limbs of each access, low and high.
    pub(super) fn limbs(&self) -> impl Iterator<Item = [u16; 2]> {
        self.pairs().map(|(before, access)| limbs(before, access))
    }

    pub(super) fn write(&self, section: &mut Section<'_>) {
        let flag = |condition: bool| if condition { Felt::ONE } else { Felt::ZERO };
        for (row, (before, access)) in self.pairs().enumerate() {
            let Access { context, address, row: clk, write, element, word } = *access;
            let first_of_context = before.is_none_or(|before| before.context != context);
            let first = first_of_context || before.is_none_or(|before| before.address != address);
            section.set(row, CONTEXT, Felt::from(context));
            section.set(row, ADDRESS, Felt::from(address));
            section.set(row, ROW, Felt::from(clk));
            section.set_all(row, MESSAGE, &word[..if element { 1 } else { word.len() }]);
            section.set_all(row, REST, &word[1..]);
            let flags =
                [(WRITE, write), (ELEMENT, element), (FIRST, first), (FIRST_OF_CONTEXT, first_of_context)];
            for (column, condition) in flags {
                section.set(row, column, flag(condition));
            }
            let [low, high] = limbs(before, access);
            section.set(row, LOW_LIMB, Felt::from(low));
            section.set(row, HIGH_LIMB, Felt::from(high));
            section.set_all(row, NUMERATORS, &[Felt::ONE, -Felt::ONE]);
        }
    }
}

/// The distance to the previous access in the first part of the key that differs, minus 1; 0 for the first access.
fn limbs(before: Option<&Access>, access: &Access) -> [u16; 2] {
    let distance = before.map_or(1, |before| {
        if access.context != before.context {
            access.context - before.context
        } else if access.address != before.address {
            access.address - before.address
        } else {
            access.row - before.row
        }
    });
    let rest = distance.checked_sub(1).expect("no row accesses an address twice");
    [rest as u16, (rest >> 16) as u16]
}
