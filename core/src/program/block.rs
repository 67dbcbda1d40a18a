use alloc::{boxed::Box, vec::Vec};

use winter_math::FieldElement;

use super::Decorator;
use crate::{
    Felt, Operation,
    params::{GROUPS_PER_BLOCK, OPCODE_BITS, OPS_PER_GROUP},
};

/// Straight-line operations that fit one permutation.
///
/// A block has [`GROUPS_PER_BLOCK`] slots. A group takes one slot and holds up to [`OPS_PER_GROUP`] opcodes,
/// the first in the lowest bits; the immediates of its `push` operations take the slots that follow it, in
/// order. Slots that are left are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    operations: Box<[Operation]>,
    group_starts: Box<[u8]>,
    decorators: Box<[(u8, Decorator)]>,
}

impl Block {
    /// Splits operations into blocks; each block takes as many as fit. No operations give no block.
    pub fn pack(operations: &[Operation]) -> Vec<Self> {
        let mut blocks = Vec::new();
        let mut rest = operations;
        while !rest.is_empty() {
            let (block, len) = Self::take_prefix(rest);
            blocks.push(block);
            rest = rest.get(len..).unwrap_or_default();
        }
        blocks
    }

    /// Like [`Self::pack`], with decorators that stand before the operations with these indexes, in ascending order.
    /// One that stands behind the last operation comes at the end of the last block.
    pub fn pack_decorated(operations: &[Operation], decorators: &[(usize, Decorator)]) -> Vec<Self> {
        let mut blocks = Self::pack(operations);
        let mut rest = decorators;
        let (mut start, last) = (0, blocks.len().saturating_sub(1));
        for (number, block) in blocks.iter_mut().enumerate() {
            let end = start + block.operations.len();
            let own = rest.iter().take_while(|(index, _)| *index < end || number == last).count();
            let (now, later) = rest.split_at_checked(own).unwrap_or((rest, &[]));
            // A block holds at most 8·9 operations, so positions fit a byte.
            let position = |index: usize| u8::try_from(index.saturating_sub(start)).unwrap_or(u8::MAX);
            block.decorators =
                now.iter().map(|(index, decorator)| (position(*index), decorator.clone())).collect();
            (rest, start) = (later, end);
        }
        blocks
    }

    /// The block of the longest prefix of `operations` that fits, and its length, which is at least 1.
    fn take_prefix(operations: &[Operation]) -> (Self, usize) {
        let mut group_starts = Vec::with_capacity(GROUPS_PER_BLOCK);
        let (mut slots, mut ops_in_group, mut len) = (0, OPS_PER_GROUP, 0);
        for operation in operations {
            let opens_group = ops_in_group == OPS_PER_GROUP;
            let needed = usize::from(opens_group) + usize::from(operation.immediate().is_some());
            if slots + needed > GROUPS_PER_BLOCK {
                break;
            }
            slots += needed;
            if opens_group {
                // A block holds at most 8·9 operations, so positions fit a byte.
                group_starts.push(u8::try_from(len).unwrap_or(u8::MAX));
                ops_in_group = 0;
            }
            ops_in_group += 1;
            len += 1;
        }
        let operations = operations.get(..len).unwrap_or_default().into();
        (Self { operations, group_starts: group_starts.into(), decorators: Box::default() }, len)
    }

    /// The operations.
    pub const fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The decorators, each with the index of the operation that it stands before, in ascending order; the index is the
    /// number of operations for those that stand behind the last one.
    pub const fn decorators(&self) -> &[(u8, Decorator)] {
        &self.decorators
    }

    /// The operations of each group.
    pub fn groups(&self) -> impl Iterator<Item = &[Operation]> {
        let starts = self.group_starts.iter().map(|&start| usize::from(start));
        let ends = starts.clone().skip(1).chain([self.operations.len()]);
        starts.zip(ends).map(|(start, end)| self.operations.get(start..end).unwrap_or_default())
    }

    /// The eight slots.
    pub fn slots(&self) -> [Felt; GROUPS_PER_BLOCK] {
        let mut slots = [Felt::ZERO; GROUPS_PER_BLOCK];
        let values = self.groups().flat_map(|group| {
            let immediates = group.iter().filter_map(Operation::immediate);
            core::iter::once(encode_group(group)).chain(immediates)
        });
        for (slot, value) in slots.iter_mut().zip(values) {
            *slot = value;
        }
        slots
    }
}

/// The opcodes of a group as one element; at most 63 bits, hence below the modulus.
fn encode_group(operations: &[Operation]) -> Felt {
    let digits = operations.iter().rev();
    let value = digits.fold(0u64, |value, op| value << OPCODE_BITS | u64::from(op.opcode().code()));
    Felt::new(value)
}
