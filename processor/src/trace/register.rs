//! The shift register of groups.

use miden_core::{
    Felt, Operation,
    field::FieldElement,
    params::{GROUPS_PER_BLOCK, OPCODE_BITS, OPS_PER_GROUP},
};

/// What is left of a block.
#[derive(Default)]
pub(super) struct Register {
    /// What is left of the group, lowest digit first. Digits are not zero, so a group has ended when nothing is left.
    group: u64,
    /// The slots behind the group, the front one first.
    behind: [Felt; GROUPS_PER_BLOCK - 1],
    /// Position of the next operation in its group.
    position: u8,
}

impl Register {
    pub(super) fn new([group, behind @ ..]: [Felt; GROUPS_PER_BLOCK]) -> Self {
        Self { group: group.as_int(), behind, position: 0 }
    }

    /// What is left of the group, then the slots behind it.
    pub(super) fn cells(&self) -> [Felt; GROUPS_PER_BLOCK] {
        let mut cells = [Felt::new(self.group); GROUPS_PER_BLOCK];
        cells[1..].copy_from_slice(&self.behind);
        cells
    }

    /// Position of the next operation in its group.
    pub(super) const fn position(&self) -> u8 {
        self.position
    }

    /// Takes an operation off; returns whether its group ends with it, in which case the next one is loaded.
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

    /// Takes a digit off the group without executing it: the operation that fails, what stands behind it, then zeros up
    /// to the last position.
    pub(super) fn take_digit(&mut self) -> u8 {
        let digit = self.group & ((1 << OPCODE_BITS) - 1);
        self.group >>= OPCODE_BITS;
        self.position += 1;
        digit as u8
    }

    /// Whether all positions of the group have been taken.
    pub(super) const fn is_used_up(&self) -> bool {
        self.position as usize == OPS_PER_GROUP
    }

    /// Removes the front slot.
    fn shift(&mut self) -> Felt {
        let front = self.behind[0];
        self.behind.copy_within(1.., 0);
        self.behind[GROUPS_PER_BLOCK - 2] = Felt::ZERO;
        front
    }
}
