//! Sums and products with constants.

use miden_core::{
    Felt,
    Opcode::{Add, Dup0, Incr, Mul, Neg, Sub},
    Operation::{self, Plain},
    field::FieldElement,
};

use super::{Rewrite, constants::value};
use crate::instructions::{Operations, add_immediate, mul_immediate};

/// Combines successive additions of constants: `a + b + c` is `a + (b + c)`.
pub(super) fn add_up(code: &[Operation]) -> Option<Rewrite> {
    let step = |code: &[Operation]| match code {
        [.., c, Plain(Add)] => Some((2, value(*c)?)),
        [.., c, Plain(Sub)] => Some((2, -value(*c)?)),
        [.., Plain(Incr)] => Some((1, Felt::ONE)),
        _ => None,
    };
    combine(code, Felt::ZERO, step, |sum, addend| sum + addend, add_immediate)
}

/// Combines successive products with constants: `(a·b)·c` is `a·(b·c)`.
pub(super) fn multiply_out(code: &[Operation]) -> Option<Rewrite> {
    let step = |code: &[Operation]| match code {
        [.., Plain(Dup0), Plain(Add)] => Some((2, Felt::ONE.double())),
        [.., c, Plain(Mul)] => Some((2, value(*c)?)),
        [.., Plain(Neg)] => Some((1, -Felt::ONE)),
        _ => None,
    };
    combine(code, Felt::ONE, step, |product, factor| product * factor, mul_immediate)
}

/// Merges steps that each combine the top of the stack with a constant. `step` returns the number of operations and
/// the constant of the last step, `best` the shortest code for a step.
fn combine(
    code: &[Operation],
    neutral: Felt,
    step: impl Fn(&[Operation]) -> Option<(usize, Felt)>,
    combine: impl Fn(Felt, Felt) -> Felt,
    best: impl Fn(Felt, &mut Operations),
) -> Option<Rewrite> {
    let (mut rest, mut total) = (code, neutral);
    while let Some((len, constant)) = step(rest) {
        rest = rest.get(..rest.len().checked_sub(len)?)?;
        total = combine(total, constant);
    }
    let (_, from) = code.split_at_checked(rest.len())?;
    if from.is_empty() {
        return None;
    }
    let mut to = Operations::new();
    best(total, &mut to);
    let to = to.as_slice();
    let cost = |operations: &[Operation]| (operations.len(), num_constants(operations));
    let indexed = || to.iter().enumerate().map(|(index, &operation)| (operation, index)).collect();
    (cost(to) < cost(from)).then(|| Rewrite { len: from.len(), to: indexed() })
}

/// Number of operations with an immediate.
fn num_constants(operations: &[Operation]) -> usize {
    operations.iter().filter(|operation| operation.immediate().is_some()).count()
}
