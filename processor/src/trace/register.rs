//! The shift register of groups.

use miden_core::{
    Felt, Operation,
    field::FieldElement,
    params::{GROUPS_PER_BLOCK, OPCODE_BITS},
    program::Block,
};

use alloc::{vec, vec::Vec};

/// What is left of a block.
#[derive(Default)]
pub(super) struct Register {
    slots: [Felt; GROUPS_PER_BLOCK],
    /// Index of the first slot behind the current group that has not been used.
    next_slot: usize,
    /// What is left of the current group.
    group: u64,
    /// Position of the next operation in its group.
    position: u8,
    /// Numbers of operations that are left: in the current group (last) and in the groups behind it.
    left: Vec<usize>,
}

/// The decoder cells of an operation.
pub(super) struct RegisterStep {
    pub(super) groups: [Felt; GROUPS_PER_BLOCK],
    pub(super) position: u8,
    pub(super) ends_group: bool,
    pub(super) ends_block: bool,
}

impl Register {
    pub(super) fn new(block: &Block, slots: [Felt; GROUPS_PER_BLOCK]) -> Self {
        let mut left = vec![];
        left.extend(block.groups().map(<[Operation]>::len));
        left.reverse();
        Self { slots, next_slot: 1, group: slots[0].as_int(), position: 0, left }
    }

    /// Takes an operation off the register.
    pub(super) fn step(&mut self, operation: Operation) -> RegisterStep {
        let mut groups = [Felt::ZERO; GROUPS_PER_BLOCK];
        groups[0] = Felt::new(self.group);
        let behind = self.slots.get(self.next_slot..).unwrap_or_default();
        groups[1..=behind.len()].copy_from_slice(behind);
        let position = self.position;

        if operation.immediate().is_some() {
            self.next_slot += 1;
        }
        self.group >>= OPCODE_BITS;
        self.position += 1;
        let ends_group = match self.left.last_mut() {
            Some(left) => {
                *left -= 1;
                *left == 0
            }
            None => true,
        };
        if ends_group {
            self.left.pop();
            self.group = self.slots.get(self.next_slot).map_or(0, Felt::as_int);
            self.next_slot += 1;
            self.position = 0;
        }
        RegisterStep { groups, position, ends_group, ends_block: self.left.is_empty() }
    }
}
