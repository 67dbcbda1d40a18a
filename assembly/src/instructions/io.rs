use miden_core::{Felt, Opcode, Operation, field::FieldElement};

use super::{Operations, extend};

/// `[] → [v]`. Zero needs no immediate.
pub(super) fn push_felt(value: Felt, operations: &mut Operations) {
    operations.push(if value == Felt::ZERO { Opcode::Pad.into() } else { Operation::Push(value) });
}

/// `[] → [vn, …, v1]`
pub(crate) fn push(values: &[Felt], operations: &mut Operations) {
    values.iter().for_each(|&value| push_felt(value, operations));
}

/// `[a] → [value]`. A drop before the push would deepen a stack of 16 items.
pub(super) fn replace_by(value: Felt, operations: &mut Operations) {
    push_felt(value, operations);
    extend(operations, &[Opcode::Swap, Opcode::Drop]);
}
