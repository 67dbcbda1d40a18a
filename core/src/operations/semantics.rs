//! Semantics of the operations that depend on the operand stack alone: the processor executes them, and the assembler
//! evaluates them on constants.

use winter_math::FieldElement;

use super::{MachineOperation, Opcode, Operation};
use crate::Felt;

/// The stack that [`apply`] works on. An operation reaches no deeper than its row of the table says.
pub trait OperandStack {
    /// Item `position` from the top.
    fn item(&self, position: usize) -> Felt;

    /// Replaces item `position` from the top.
    fn set(&mut self, position: usize, value: Felt);

    /// The `count` topmost items, the topmost one last.
    fn top_mut(&mut self, count: usize) -> &mut [Felt];

    /// Adds an item on top.
    fn push(&mut self, value: Felt);

    /// Removes the item on top.
    fn drop_top(&mut self);
}

/// Operands for which an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandFault {
    /// The operand of an assertion is not the expected value.
    FailedAssertion {
        /// The expected value.
        expected: Felt,
        /// The operand.
        got: Felt,
    },
    /// The divisor is 0.
    DivideByZero,
    /// The operand is neither 0 nor 1.
    NotBinary {
        /// The operand.
        value: Felt,
    },
    /// The operand is 2^32 or more.
    NotU32 {
        /// The operand.
        value: Felt,
    },
}

/// Executes an operation that depends on the stack alone; returns any other one.
///
/// # Errors
/// If the operands do not suit the operation. The stack is unchanged.
///
/// # Panics
/// If the operation is one that [`ProgramBuilder`](crate::program::ProgramBuilder) does not accept in a block.
#[inline(always)]
pub fn apply<S: OperandStack>(
    operation: Operation,
    stack: &mut S,
) -> Result<Option<MachineOperation>, OperandFault> {
    use Opcode::*;
    let opcode = match operation {
        Operation::Push(value) => {
            stack.push(value);
            return Ok(None);
        }
        Operation::Plain(opcode) => opcode,
    };
    match opcode {
        Noop => {}
        Neg => map(stack, |a| -a),
        Incr => map(stack, |a| a + Felt::ONE),
        Eqz => map(stack, |a| flag(a == Felt::ZERO)),
        Inv => inv(stack)?,
        Not => not(stack)?,
        Add => combine(stack, |b, a| a + b),
        Sub => combine(stack, |b, a| a - b),
        Mul => combine(stack, |b, a| a * b),
        Eq => combine(stack, |b, a| flag(a == b)),
        And => logic(stack, |b, a| a & b)?,
        Or => logic(stack, |b, a| a | b)?,
        Assert => assert(stack, Felt::ONE)?,
        AssertZ => assert(stack, Felt::ZERO)?,

        Pad => stack.push(Felt::ZERO),
        Drop => stack.drop_top(),
        Dup0 => dup(stack, 0),
        Dup1 => dup(stack, 1),
        Dup2 => dup(stack, 2),
        Dup3 => dup(stack, 3),
        Dup4 => dup(stack, 4),
        Dup5 => dup(stack, 5),
        Dup6 => dup(stack, 6),
        Dup7 => dup(stack, 7),
        Dup9 => dup(stack, 9),
        Dup11 => dup(stack, 11),
        Dup13 => dup(stack, 13),
        Dup15 => dup(stack, 15),
        Swap => exchange(stack, 0, 1, 1),
        SwapW => exchange(stack, 0, 4, 4),
        SwapW2 => exchange(stack, 0, 8, 4),
        SwapW3 => exchange(stack, 0, 12, 4),
        SwapDW => exchange(stack, 0, 8, 8),
        MovUp2 => move_up(stack, 2),
        MovUp3 => move_up(stack, 3),
        MovUp4 => move_up(stack, 4),
        MovUp5 => move_up(stack, 5),
        MovUp6 => move_up(stack, 6),
        MovUp7 => move_up(stack, 7),
        MovUp8 => move_up(stack, 8),
        MovDn2 => move_down(stack, 2),
        MovDn3 => move_down(stack, 3),
        MovDn4 => move_down(stack, 4),
        MovDn5 => move_down(stack, 5),
        MovDn6 => move_down(stack, 6),
        MovDn7 => move_down(stack, 7),
        MovDn8 => move_down(stack, 8),
        CSwap => conditional_exchange(stack, 1)?,
        CSwapW => conditional_exchange(stack, 4)?,

        ExpAcc => expacc(stack)?,
        U32Assert2 => u32assert2(stack)?,
        U32Split => u32split(stack),
        U32Add => two_to_halves(stack, |b, a| a + b),
        U32Mul => two_to_halves(stack, |b, a| a * b),
        U32Sub => u32sub(stack),
        U32Add3 => three_to_halves(stack, |c, b, a| a + b + c),
        U32MAdd => three_to_halves(stack, |b, a, c| a * b + c),
        U32WAdd => combine(stack, |b, a| halves(a + b).1),
        U32Lt => combine(stack, |b, a| Felt::ONE - halves(difference(b, a)).0),
        U32Rot => combine(stack, |b, a| {
            let (hi, lo) = halves(a * b);
            hi + lo
        }),
        U32Div => u32div(stack)?,

        U32And => two_words(stack, |b, a| a & b)?,
        U32Xor => two_words(stack, |b, a| a ^ b)?,
        U32Or => two_words(stack, |b, a| a | b)?,
        U32AndN => two_words(stack, |b, a| a & !b)?,
        U32Xr16 => two_words(stack, |b, a| (a ^ b).rotate_right(16))?,
        U32Xr12 => two_words(stack, |b, a| (a ^ b).rotate_right(12))?,
        U32Xr8 => two_words(stack, |b, a| (a ^ b).rotate_right(8))?,
        U32Xr7 => two_words(stack, |b, a| (a ^ b).rotate_right(7))?,
        U32Maj => three_words(stack, |c, b, a| a & b | a & c | b & c)?,
        U32Ch => three_words(stack, |g, f, e| e & f | !e & g)?,
        U32Chi => three_words(stack, |c, b, a| a ^ (!b & c))?,

        SDepth | Clk | FmpAdd | FmpUpdate | Caller | MLoad | MLoadW | MStore | MStoreW | MStream | Pipe
        | Read | ReadW | HPerm | MpVerify | MrUpdate => match opcode.machine_operation() {
            None => unreachable!("{opcode} is not among the machine operations"),
            operation => return Ok(operation),
        },

        Push | Join | Call | SysCall | DynCall | Block | Dyn | NTrap | Loop | Split | Halt | Fail | Trap
        | Return | Input | Output => {
            unreachable!("the program builder does not accept {opcode} in a block")
        }
    }
    Ok(None)
}

/// High and low half of the canonical integer.
#[inline(always)]
pub fn halves(value: Felt) -> (Felt, Felt) {
    let value = value.as_int();
    (Felt::new(value >> u32::BITS), Felt::new(value & u64::from(u32::MAX)))
}

/// `a − b + 2^32`: its high half is 1 if nothing is borrowed.
#[inline(always)]
pub fn difference(b: Felt, a: Felt) -> Felt {
    a - b + Felt::new(1 << u32::BITS)
}

/// The value as a truth value.
///
/// # Errors
/// If it is neither 0 nor 1.
#[inline(always)]
pub fn binary(value: Felt) -> Result<bool, OperandFault> {
    if value == Felt::ONE {
        Ok(true)
    } else if value == Felt::ZERO {
        Ok(false)
    } else {
        Err(OperandFault::NotBinary { value })
    }
}

/// The value, if it is below 2^32.
#[inline(always)]
fn word(value: Felt) -> Result<u32, OperandFault> {
    u32::try_from(value.as_int()).map_err(|_| OperandFault::NotU32 { value })
}

const fn flag(condition: bool) -> Felt {
    if condition { Felt::ONE } else { Felt::ZERO }
}

/// `[a] → [f(a)]`
#[inline(always)]
fn map<S: OperandStack>(stack: &mut S, f: impl Fn(Felt) -> Felt) {
    stack.set(0, f(stack.item(0)));
}

/// `[b, a] → [f(b, a)]`
#[inline(always)]
fn combine<S: OperandStack>(stack: &mut S, f: impl Fn(Felt, Felt) -> Felt) {
    let result = f(stack.item(0), stack.item(1));
    stack.drop_top();
    stack.set(0, result);
}

/// `[b, a] → [f(b, a)]` of truth values.
fn logic<S: OperandStack>(stack: &mut S, f: impl Fn(bool, bool) -> bool) -> Result<(), OperandFault> {
    let (b, a) = (binary(stack.item(0))?, binary(stack.item(1))?);
    combine(stack, |_, _| flag(f(b, a)));
    Ok(())
}

/// `[a] → [1/a]`
fn inv<S: OperandStack>(stack: &mut S) -> Result<(), OperandFault> {
    if stack.item(0) == Felt::ZERO {
        return Err(OperandFault::DivideByZero);
    }
    map(stack, Felt::inv);
    Ok(())
}

/// `[a] → [1 − a]`
fn not<S: OperandStack>(stack: &mut S) -> Result<(), OperandFault> {
    let value = binary(stack.item(0))?;
    map(stack, |_| flag(!value));
    Ok(())
}

/// `[a] → []`
fn assert<S: OperandStack>(stack: &mut S, expected: Felt) -> Result<(), OperandFault> {
    let got = stack.item(0);
    if got != expected {
        return Err(OperandFault::FailedAssertion { expected, got });
    }
    stack.drop_top();
    Ok(())
}

/// Copies item `n` to the top.
#[inline(always)]
fn dup<S: OperandStack>(stack: &mut S, n: usize) {
    stack.push(stack.item(n));
}

/// Exchanges the `count` items from position `from` on with those `distance` further down.
#[inline(always)]
fn exchange<S: OperandStack>(stack: &mut S, from: usize, distance: usize, count: usize) {
    let len = from + distance + count;
    let items = stack.top_mut(len);
    for i in 0..count {
        items.swap(len - 1 - from - i, len - 1 - from - distance - i);
    }
}

/// Moves item `n` to the top.
#[inline(always)]
fn move_up<S: OperandStack>(stack: &mut S, n: usize) {
    stack.top_mut(n + 1).rotate_left(1);
}

/// Moves the top item to position `n`.
#[inline(always)]
fn move_down<S: OperandStack>(stack: &mut S, n: usize) {
    stack.top_mut(n + 1).rotate_right(1);
}

/// `[c, B, A] → [B, A]` if `c = 0`, `[A, B]` if `c = 1`, with `A` and `B` of `count` items.
fn conditional_exchange<S: OperandStack>(stack: &mut S, count: usize) -> Result<(), OperandFault> {
    if binary(stack.item(0))? {
        exchange(stack, 1, count, count);
    }
    stack.drop_top();
    Ok(())
}

/// `[b, a] → [f(b, a)]` of u32 values.
#[inline(always)]
fn two_words<S: OperandStack>(stack: &mut S, f: impl Fn(u32, u32) -> u32) -> Result<(), OperandFault> {
    let (b, a) = (word(stack.item(0))?, word(stack.item(1))?);
    combine(stack, |_, _| Felt::from(f(b, a)));
    Ok(())
}

/// `[c, b, a] → [f(c, b, a), c, b, a]` of u32 values.
#[inline(always)]
fn three_words<S: OperandStack>(stack: &mut S, f: impl Fn(u32, u32, u32) -> u32) -> Result<(), OperandFault> {
    let (c, b, a) = (word(stack.item(0))?, word(stack.item(1))?, word(stack.item(2))?);
    stack.push(Felt::from(f(c, b, a)));
    Ok(())
}

/// `[a] → [hi, lo]`
fn u32split<S: OperandStack>(stack: &mut S) {
    let (hi, lo) = halves(stack.item(0));
    stack.set(0, lo);
    stack.push(hi);
}

/// `[b, a] → [hi, lo]` of `f(b, a)`.
#[inline(always)]
fn two_to_halves<S: OperandStack>(stack: &mut S, f: impl Fn(Felt, Felt) -> Felt) {
    let (hi, lo) = halves(f(stack.item(0), stack.item(1)));
    stack.set(0, hi);
    stack.set(1, lo);
}

/// `[x, y, z] → [hi, lo]` of `f(x, y, z)`.
#[inline(always)]
fn three_to_halves<S: OperandStack>(stack: &mut S, f: impl Fn(Felt, Felt, Felt) -> Felt) {
    let (hi, lo) = halves(f(stack.item(0), stack.item(1), stack.item(2)));
    stack.drop_top();
    stack.set(0, hi);
    stack.set(1, lo);
}

/// `[b, a] → [borrow, a − b mod 2^32]`
fn u32sub<S: OperandStack>(stack: &mut S) {
    let (hi, lo) = halves(difference(stack.item(0), stack.item(1)));
    stack.set(0, Felt::ONE - hi);
    stack.set(1, lo);
}

/// `[b, a] → [b, a]`; both must be below 2^32, the top one is checked first.
fn u32assert2<S: OperandStack>(stack: &S) -> Result<(), OperandFault> {
    word(stack.item(0))?;
    word(stack.item(1))?;
    Ok(())
}

/// `[x, base, acc, b] → [b mod 2, base², acc·(base if b is odd, else 1), b / 2]`
fn expacc<S: OperandStack>(stack: &mut S) -> Result<(), OperandFault> {
    let exponent = word(stack.item(3))?;
    let base = stack.item(1);
    if exponent & 1 == 1 {
        stack.set(2, stack.item(2) * base);
    }
    stack.set(0, Felt::from(exponent & 1));
    stack.set(1, base.square());
    stack.set(3, Felt::from(exponent >> 1));
    Ok(())
}

/// `[b, a] → [a mod b, a / b]`; the divisor and the quotient must be below 2^32, the dividend need not be.
fn u32div<S: OperandStack>(stack: &mut S) -> Result<(), OperandFault> {
    let dividend = stack.item(1);
    let divisor = u64::from(word(stack.item(0))?);
    let a = dividend.as_int();
    let (Some(quotient), Some(remainder)) = (a.checked_div(divisor), a.checked_rem(divisor)) else {
        return Err(OperandFault::DivideByZero);
    };
    if quotient > u64::from(u32::MAX) {
        return Err(OperandFault::NotU32 { value: dividend });
    }
    stack.set(0, Felt::new(remainder));
    stack.set(1, Felt::new(quotient));
    Ok(())
}
