use alloc::{boxed::Box, vec::Vec};

use winter_math::FieldElement;

use super::Decorator;
use crate::{
    Felt, Operation,
    params::{GROUPS_PER_BLOCK, OPCODE_BITS, OPS_PER_GROUP},
};

/// An operation run that fits into one permutation.
///
/// A block has [`GROUPS_PER_BLOCK`] slots. A group takes one slot and contains up to [`OPS_PER_GROUP`] opcodes, the
/// first in the lowest bits; the immediates of its `push` operations take the following slots, in order. Unused slots
/// are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    operations: Box<[Operation]>,
    group_starts: Box<[u8]>,
    decorators: Box<[(u8, Decorator)]>,
}

impl Block {
    /// Splits operations into blocks, each of which takes as many as fit. Without operations there are no blocks.
    pub fn pack(operations: &[Operation]) -> Vec<Self> {
        let mut blocks = Vec::new();
        let mut rest = operations;
        while !rest.is_empty() {
            let (block, len) = Self::take_prefix(rest);
            blocks.push(block);
            (_, rest) = rest.split_at(len);
        }
        blocks
    }

    /// Like [`Self::pack`], with decorators before the operations with these indexes, in ascending order. A decorator
    /// after the last operation comes at the end of the last block.
    ///
    /// # Panics
    /// If the indexes do not ascend, or one exceeds the number of operations.
    pub fn pack_decorated(operations: &[Operation], decorators: &[(usize, Decorator)]) -> Vec<Self> {
        let mut blocks = Self::pack(operations);
        let mut rest = decorators;
        let (mut start, last) = (0, blocks.len().saturating_sub(1));
        for (number, block) in blocks.iter_mut().enumerate() {
            let end = start + block.operations.len();
            let own = rest.iter().take_while(|(index, _)| *index < end || number == last).count();
            let (now, later) = rest.split_at(own);
            let position = |index: usize| {
                let position = index.checked_sub(start).and_then(|position| u8::try_from(position).ok());
                position.expect("decorators are in order and come at most after the last operation")
            };
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
                group_starts.push(u8::try_from(len).expect("a block has at most 8·9 operations"));
                ops_in_group = 0;
            }
            ops_in_group += 1;
            len += 1;
        }
        let (operations, _) = operations.split_at(len);
        let (operations, group_starts) = (operations.into(), group_starts.into());
        (Self { operations, group_starts, decorators: Box::default() }, len)
    }

    /// The operations.
    pub const fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The decorators in ascending order, each with the index of the operation that follows it; at the end of the block
    /// that is the number of operations.
    pub const fn decorators(&self) -> &[(u8, Decorator)] {
        &self.decorators
    }

    /// The operations of each group.
    pub fn groups(&self) -> impl Iterator<Item = &[Operation]> {
        let starts = self.group_starts.iter().map(|&start| usize::from(start));
        let ends = starts.clone().skip(1).chain([self.operations.len()]);
        starts
            .zip(ends)
            .map(|(start, end)| self.operations.get(start..end).expect("groups are ranges of operations"))
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

/// The opcodes of a group as one element: at most 63 bits, hence below the modulus.
fn encode_group(operations: &[Operation]) -> Felt {
    let digits = operations.iter().rev();
    let value = digits.fold(0u64, |value, op| value << OPCODE_BITS | u64::from(op.opcode().code()));
    Felt::new(value)
}
