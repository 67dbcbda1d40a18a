//! The shift register for the groups of a block.

use miden_core::{
    Felt, Operation,
    field::FieldElement,
    params::{GROUPS_PER_BLOCK, OPCODE_BITS, OPS_PER_GROUP},
};

/// The remaining groups of a block.
#[derive(Default)]
pub(super) struct ShiftRegister {
    /// The remaining digits of the current group, lowest first. Digits are not zero, so a group ends when this is zero.
    group: u64,
    /// The slots after the group, the front one first.
    rest: [Felt; GROUPS_PER_BLOCK - 1],
    /// Position of the next operation in its group.
    position: u8,
}

impl ShiftRegister {
    pub(super) fn new([group, rest @ ..]: [Felt; GROUPS_PER_BLOCK]) -> Self {
        Self { group: group.as_int(), rest, position: 0 }
    }

    /// The remaining digits of the group, then the slots after it.
    pub(super) fn cells(&self) -> [Felt; GROUPS_PER_BLOCK] {
        let mut cells = [Felt::new(self.group); GROUPS_PER_BLOCK];
        cells[1..].copy_from_slice(&self.rest);
        cells
    }

    /// Position of the next operation in its group.
    pub(super) const fn position(&self) -> u8 {
        self.position
    }

    /// Shifts out an operation; if it ends its group, loads the next group and returns `true`.
    pub(super) fn take(&mut self, operation: Operation) -> bool {
        if operation.immediate().is_some() {
            self.shift();
        }
        self.group >>= OPCODE_BITS;
        self.position += 1;
        let ends = self.group == 0;
        if ends {
            self.group = self.shift().as_int();
            self.position = 0;
        }
        ends
    }

    /// Shifts out a digit without executing it: the failing operation, those after it, then zeros up to the last
    /// position.
    pub(super) fn take_digit(&mut self) -> u8 {
        let digit = self.group & ((1 << OPCODE_BITS) - 1);
        self.group >>= OPCODE_BITS;
        self.position += 1;
        digit as u8
    }

    /// Whether all positions of the group have been shifted out.
    pub(super) const fn is_used_up(&self) -> bool {
        self.position as usize == OPS_PER_GROUP
    }

    /// Removes the front slot.
    fn shift(&mut self) -> Felt {
        let front = self.rest[0];
        self.rest.copy_within(1.., 0);
        self.rest[GROUPS_PER_BLOCK - 2] = Felt::ZERO;
        front
    }
}
