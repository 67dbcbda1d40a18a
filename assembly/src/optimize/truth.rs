//! Operations on truth values, which are 0 or 1.

use alloc::vec;

use miden_core::{
    Felt,
    Opcode::{self, And, Assert, AssertZ, Eq, Eqz, Not, Or},
    Operation::{self, Plain, Push},
    field::FieldElement,
};

use super::Rewrite;

/// Shortens code after a truth value: double negation, comparison with 1, negation before an assertion.
pub(super) fn shorten(code: &[Operation]) -> Option<Rewrite> {
    let [value, first, second] = code.last_chunk()?;
    if !is_truth_value(value.opcode()) {
        return None;
    }
    let value = (*value, 0);
    let to = match (*first, *second) {
        (Plain(Not | Eqz), Plain(Not | Eqz)) => vec![value],
        (Push(one), Plain(Eq)) if one == Felt::ONE => vec![value],
        (Plain(Not | Eqz), Plain(Assert)) => vec![value, (Plain(AssertZ), 2)],
        (Plain(Not | Eqz), Plain(AssertZ)) => vec![value, (Plain(Assert), 2)],
        _ => return None,
    };
    Some(Rewrite { len: 3, to })
}

/// Whether the result of an operation is 0 or 1.
const fn is_truth_value(opcode: Opcode) -> bool {
    matches!(opcode, Eq | Eqz | Not | And | Or)
}
