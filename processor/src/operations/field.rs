//! Field arithmetic, comparison and logic.

use miden_core::{Felt, field::FieldElement};

use crate::{Fault, state::Stack};

/// The truth value of an element.
#[inline(always)]
pub(crate) fn binary(value: Felt) -> Result<bool, Fault> {
    if value == Felt::ONE {
        Ok(true)
    } else if value == Felt::ZERO {
        Ok(false)
    } else {
        Err(Fault::NotBinaryValue { value })
    }
}

pub(super) fn flag(condition: bool) -> Felt {
    if condition { Felt::ONE } else { Felt::ZERO }
}

/// `[a] → [f(a)]`
#[inline(always)]
pub(super) fn map(stack: &mut Stack, f: impl Fn(Felt) -> Felt) {
    stack.set(0, f(stack.item(0)));
}

/// `[b, a] → [f(b, a)]`
#[inline(always)]
pub(super) fn combine(stack: &mut Stack, f: impl Fn(Felt, Felt) -> Felt) {
    let result = f(stack.item(0), stack.item(1));
    stack.drop_top();
    stack.set(0, result);
}

/// `[b, a] → [f(b, a)]` on truth values.
pub(super) fn logic(stack: &mut Stack, f: impl Fn(bool, bool) -> bool) -> Result<(), Fault> {
    let (b, a) = (binary(stack.item(0))?, binary(stack.item(1))?);
    combine(stack, |_, _| flag(f(b, a)));
    Ok(())
}

/// `[a] → [1/a]`
pub(super) fn inv(stack: &mut Stack) -> Result<(), Fault> {
    if stack.item(0) == Felt::ZERO {
        return Err(Fault::DivideByZero);
    }
    map(stack, Felt::inv);
    Ok(())
}

/// `[a] → [1 − a]`
pub(super) fn not(stack: &mut Stack) -> Result<(), Fault> {
    let value = binary(stack.item(0))?;
    map(stack, |_| flag(!value));
    Ok(())
}

/// `[a] → []`
pub(super) fn assert(stack: &mut Stack, expected: Felt) -> Result<(), Fault> {
    let got = stack.item(0);
    if got != expected {
        return Err(Fault::FailedAssertion { expected, got });
    }
    stack.drop_top();
    Ok(())
}
