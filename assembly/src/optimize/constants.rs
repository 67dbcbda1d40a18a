//! Constant folding: code that takes no operands from the stack.

use alloc::vec::Vec;

use miden_core::{
    Felt,
    Opcode::{self, *},
    Operation::{self, Plain, Push},
    field::FieldElement,
};

use super::{Rewrite, WINDOW, moves};

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
    let mut stack = Vec::with_capacity(len);
    closed.iter().try_for_each(|&operation| execute(operation, &mut stack))?;
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

/// Executes an operation on constants, the last one on top. `None` if it fails, needs more of them, or is none that
/// depends on the stack alone.
fn execute(operation: Operation, stack: &mut Vec<Felt>) -> Option<()> {
    let opcode = operation.opcode();
    if let Some(value) = value(operation) {
        stack.push(value);
        return Some(());
    }
    if let Some(depth) = moves::copied(opcode) {
        stack.push(*stack.get(stack.len().checked_sub(depth + 1)?)?);
        return Some(());
    }
    let operands = stack.split_off(stack.len().checked_sub(opcode.info().inputs)?);
    match (opcode, operands.as_slice()) {
        (Drop, _) => {}
        (Assert, [a]) => (*a == Felt::ONE).then_some(())?,
        (AssertZ, [a]) => (*a == Felt::ZERO).then_some(())?,
        (CSwap, [a, b, c]) => stack.extend(if truth(*c)? { [*b, *a] } else { [*a, *b] }),
        (U32Assert2, [a, b]) => stack.extend([u32_of(*a)?, u32_of(*b)?].map(Felt::from)),
        (U32Split, [a]) => stack.extend(halves(*a)),
        (U32Add, [a, b]) => stack.extend(halves(*a + *b)),
        (U32Mul, [a, b]) => stack.extend(halves(*a * *b)),
        (U32Add3, [a, b, c]) => stack.extend(halves(*a + *b + *c)),
        (U32MAdd, [c, a, b]) => stack.extend(halves(*a * *b + *c)),
        (U32Sub, [a, b]) => {
            let [low, high] = halves(difference(*a, *b));
            stack.extend([low, Felt::ONE - high]);
        }
        (U32Div, [a, b]) => {
            let divisor = u64::from(u32_of(*b)?);
            let quotient = Felt::new(a.as_int().checked_div(divisor)?);
            u32_of(quotient)?;
            stack.extend([quotient, Felt::new(a.as_int().checked_rem(divisor)?)]);
        }
        (ExpAcc, [b, power, base, _]) => {
            let exponent = u32_of(*b)?;
            let power = if exponent % 2 == 1 { *power * *base } else { *power };
            stack.extend([(exponent / 2).into(), power, base.square(), (exponent % 2).into()]);
        }
        (_, [a]) => stack.push(unary(opcode, *a)?),
        (_, [a, b]) if opcode.info().outputs == 1 => stack.push(binary(opcode, *a, *b)?),
        _ => stack.extend(moves::permute(opcode, &operands)?),
    }
    Some(())
}

/// `[a] → [c]`
fn unary(opcode: Opcode, a: Felt) -> Option<Felt> {
    match opcode {
        Neg => Some(-a),
        Incr => Some(a + Felt::ONE),
        Inv => (a != Felt::ZERO).then(|| a.inv()),
        Eqz => Some(flag(a == Felt::ZERO)),
        Not => truth(a).map(|a| flag(!a)),
        _ => None,
    }
}

/// `[b, a] → [c]`
fn binary(opcode: Opcode, a: Felt, b: Felt) -> Option<Felt> {
    let bits = |f: fn(u32, u32) -> u32| Some(f(u32_of(a)?, u32_of(b)?).into());
    match opcode {
        Add => Some(a + b),
        Sub => Some(a - b),
        Mul => Some(a * b),
        Eq => Some(flag(a == b)),
        And => Some(flag(truth(a)? & truth(b)?)),
        Or => Some(flag(truth(a)? | truth(b)?)),
        U32And => bits(|a, b| a & b),
        U32Or => bits(|a, b| a | b),
        U32Xor => bits(|a, b| a ^ b),
        U32AndN => bits(|a, b| a & !b),
        U32Xr16 => bits(|a, b| (a ^ b).rotate_right(16)),
        U32Xr12 => bits(|a, b| (a ^ b).rotate_right(12)),
        U32Xr8 => bits(|a, b| (a ^ b).rotate_right(8)),
        U32Xr7 => bits(|a, b| (a ^ b).rotate_right(7)),
        U32WAdd => Some(low_half(a + b)),
        U32Lt => Some(Felt::ONE - high_half(difference(a, b))),
        U32Rot => Some(low_half(a * b) + high_half(a * b)),
        _ => None,
    }
}

fn flag(condition: bool) -> Felt {
    if condition { Felt::ONE } else { Felt::ZERO }
}

/// A truth value, if it is one.
fn truth(value: Felt) -> Option<bool> {
    (value == Felt::ZERO || value == Felt::ONE).then_some(value == Felt::ONE)
}

fn u32_of(value: Felt) -> Option<u32> {
    u32::try_from(value.as_int()).ok()
}

/// `a − b + 2^32`: its high half is 1 if nothing had to be borrowed.
fn difference(a: Felt, b: Felt) -> Felt {
    a - b + Felt::new(1 << u32::BITS)
}

fn low_half(value: Felt) -> Felt {
    Felt::new(value.as_int() & u64::from(u32::MAX))
}

fn high_half(value: Felt) -> Felt {
    Felt::new(value.as_int() >> u32::BITS)
}

/// The halves of the canonical integer, the low one first, since the high one ends on top.
fn halves(value: Felt) -> [Felt; 2] {
    [low_half(value), high_half(value)]
}
