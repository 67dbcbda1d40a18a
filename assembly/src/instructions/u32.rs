//! Tests of numbers below 2^32.

use miden_core::{
    Felt,
    Opcode::{Add, Drop, Dup0, Dup2, Dup3, Dup4, Eq, Pad, U32Assert2, U32Lt},
    Operation,
};

use super::{Operations, extend};

/// `[A] → [t, A]`: whether all four items are below 2^32.
pub(super) fn testw(operations: &mut Operations) {
    // `u32lt` against 2^32 gives 1 less the high half. Four high halves have the sum 0 only if all are 0.
    let limit = Operation::Push(Felt::new(1 << 32));
    for (index, dup) in [Dup0, Dup2, Dup3, Dup4].into_iter().enumerate() {
        operations.extend([dup.into(), limit, U32Lt.into()]);
        if index > 0 {
            extend(operations, &[Add]);
        }
    }
    operations.push(Operation::Push(Felt::new(4)));
    extend(operations, &[Eq]);
}

/// Fails unless the `count` topmost items, one or two, are below 2^32.
pub(super) fn assert(count: u32, operations: &mut Operations) {
    extend(operations, if count == 1 { &[Pad, U32Assert2, Drop] } else { &[U32Assert2] });
}
