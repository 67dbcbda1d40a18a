//! Constant folding: code that takes no operands from the stack.

use alloc::vec::Vec;

use miden_core::{
    Felt,
    Opcode::{self, CSwapW, Noop, Pad, U32Ch, U32Chi, U32Maj},
    Operation::{self, Plain, Push},
    field::FieldElement,
    operations::{OperandStack, apply},
};

use super::{Rewrite, WINDOW};

/// The operation that pushes a constant. Zero needs no immediate.
pub(super) fn constant(value: Felt) -> Operation {
    if value == Felt::ZERO { Plain(Pad) } else { Push(value) }
}

/// The value that an operation pushes, if it is a constant.
pub(super) const fn value(operation: Operation) -> Option<Felt> {
    match operation {
        Push(value) => Some(value),
        Plain(Pad) => Some(Felt::ZERO),
        Plain(_) => None,
    }
}

/// Replaces the shortest suffix of the code that takes no operands from the stack with the constants it leaves, if
/// these are fewer. Code that fails is kept.
pub(super) fn fold(code: &[Operation]) -> Option<Rewrite> {
    let len = closed_len(code)?;
    let (_, closed) = code.split_at_checked(code.len().checked_sub(len)?)?;
    let mut stack = Constants(Vec::with_capacity(len));
    closed.iter().try_for_each(|&operation| execute(operation, &mut stack))?;
    let Constants(stack) = stack;
    let to = || stack.iter().enumerate().map(|(index, &value)| (constant(value), index)).collect();
    (stack.len() < len).then(|| Rewrite { len, to: to() })
}

/// The length of the shortest suffix of the code that takes no operands from the stack.
fn closed_len(code: &[Operation]) -> Option<usize> {
    let mut needed = 0;
    for (len, operation) in (1..=WINDOW).zip(code.iter().rev()) {
        let info = operation.opcode().info();
        needed = info.inputs.max((needed + info.inputs).saturating_sub(info.outputs));
        if needed == 0 {
            return Some(len);
        }
    }
    None
}

/// Executes an operation on constants, the last one on top. `None` if it fails, needs more of them, needs more than the
/// stack, or is kept as it is.
fn execute(operation: Operation, stack: &mut Constants) -> Option<()> {
    let opcode = operation.opcode();
    if stack.0.len() < opcode.info().inputs || is_kept(opcode) {
        return None;
    }
    match apply(operation, stack) {
        Ok(None) => Some(()),
        Ok(Some(_)) | Err(_) => None,
    }
}

/// Operations that are not evaluated: to do so would change the hash of programs that contain them.
const fn is_kept(opcode: Opcode) -> bool {
    matches!(opcode, Noop | CSwapW | U32Maj | U32Ch | U32Chi)
}

/// A stack of constants, the last one on top.
struct Constants(Vec<Felt>);

impl OperandStack for Constants {
    fn item(&self, position: usize) -> Felt {
        *self.0.iter().rev().nth(position).expect(ENOUGH)
    }

    fn set(&mut self, position: usize, value: Felt) {
        *self.0.iter_mut().rev().nth(position).expect(ENOUGH) = value;
    }

    fn top_mut(&mut self, count: usize) -> &mut [Felt] {
        let below = self.0.len().checked_sub(count).expect(ENOUGH);
        self.0.split_at_mut(below).1
    }

    fn push(&mut self, value: Felt) {
        self.0.push(value);
    }

    fn drop_top(&mut self) {
        self.0.pop();
    }
}

const ENOUGH: &str = "the number of constants is compared with the number of operands";
