//! Operations on the halves of field elements.
//!
//! The results are the canonical halves of a field element; for operands below 2^32 this is integer arithmetic.

use miden_core::{Felt, field::FieldElement};

use crate::{Fault, state::Stack};

/// `2^32`
const TWO_32: u64 = 1 << 32;

/// High and low half of the canonical integer.
#[inline(always)]
pub(crate) fn split(value: Felt) -> (Felt, Felt) {
    let value = value.as_int();
    (Felt::new(value >> 32), Felt::new(value & (TWO_32 - 1)))
}

/// `a − b + 2^32`: its high half is 1 if there is no borrow.
#[inline(always)]
pub(crate) fn difference(b: Felt, a: Felt) -> Felt {
    a - b + Felt::new(TWO_32)
}

/// `[a] → [hi, lo]`
pub(super) fn split_top(stack: &mut Stack) {
    let (hi, lo) = split(stack.item(0));
    stack.set(0, lo);
    stack.push(hi);
}

/// `[b, a] → [hi, lo]` of `f(b, a)`.
#[inline(always)]
pub(super) fn two_halves(stack: &mut Stack, f: impl Fn(Felt, Felt) -> Felt) {
    let (hi, lo) = split(f(stack.item(0), stack.item(1)));
    stack.set(0, hi);
    stack.set(1, lo);
}

/// `[x, y, z] → [hi, lo]` of `f(x, y, z)`.
#[inline(always)]
pub(super) fn three_to_halves(stack: &mut Stack, f: impl Fn(Felt, Felt, Felt) -> Felt) {
    let (hi, lo) = split(f(stack.item(0), stack.item(1), stack.item(2)));
    stack.drop_top();
    stack.set(0, hi);
    stack.set(1, lo);
}

/// `[b, a] → [borrow, a − b mod 2^32]`
pub(super) fn sub(stack: &mut Stack) {
    let (hi, lo) = split(difference(stack.item(0), stack.item(1)));
    stack.set(0, Felt::ONE - hi);
    stack.set(1, lo);
}

/// `[b, a] → [b, a]`; both must be below 2^32; the top item is checked first.
pub(super) fn assert2(stack: &Stack) -> Result<(), Fault> {
    check(stack.item(0))?;
    check(stack.item(1))?;
    Ok(())
}

/// `[x, base, acc, b] → [b mod 2, base², acc·(base if b is odd, else 1), b / 2]`
pub(super) fn expacc(stack: &mut Stack) -> Result<(), Fault> {
    let exponent = u64::from(check(stack.item(3))?);
    let base = stack.item(1);
    let bit = exponent & 1;
    if bit == 1 {
        stack.set(2, stack.item(2) * base);
    }
    stack.set(0, Felt::new(bit));
    stack.set(1, base.square());
    stack.set(3, Felt::new(exponent >> 1));
    Ok(())
}

/// `[b, a] → [a mod b, a / b]`; divisor and quotient must be below 2^32, the dividend need not be.
pub(super) fn div(stack: &mut Stack) -> Result<(), Fault> {
    let (b, dividend) = (stack.item(0), stack.item(1));
    let divisor = match check(b)? {
        0 => return Err(Fault::DivideByZero),
        divisor => u64::from(divisor),
    };
    let a = dividend.as_int();
    let quotient = a / divisor;
    if quotient >= TWO_32 {
        return Err(Fault::NotU32Value { value: dividend });
    }
    stack.set(0, Felt::new(a % divisor));
    stack.set(1, Felt::new(quotient));
    Ok(())
}

/// The value, if it is below 2^32.
#[inline(always)]
pub(super) fn check(value: Felt) -> Result<u32, Fault> {
    u32::try_from(value.as_int()).map_err(|_| Fault::NotU32Value { value })
}
