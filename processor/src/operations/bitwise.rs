//! Bitwise operations on u32 values. Other operands fail, the top one first.

use miden_core::Felt;

use super::{field::combine, u32::check};
use crate::{Fault, state::Stack};

/// `[b, a] → [f(b, a)]`
#[inline(always)]
pub(super) fn two(stack: &mut Stack, f: impl Fn(u32, u32) -> u32) -> Result<(), Fault> {
    let (b, a) = (check(stack.item(0))?, check(stack.item(1))?);
    combine(stack, |_, _| Felt::from(f(b, a)));
    Ok(())
}

/// `[c, b, a] → [f(c, b, a), c, b, a]`
#[inline(always)]
pub(super) fn three(stack: &mut Stack, f: impl Fn(u32, u32, u32) -> u32) -> Result<(), Fault> {
    let (c, b, a) = (check(stack.item(0))?, check(stack.item(1))?, check(stack.item(2))?);
    stack.push(Felt::from(f(c, b, a)));
    Ok(())
}

/// The majority of each bit.
pub(super) const fn majority(c: u32, b: u32, a: u32) -> u32 {
    a & b | a & c | b & c
}

/// The bits of `f` where `e` is one, those of `g` where it is zero.
pub(super) const fn choice(g: u32, f: u32, e: u32) -> u32 {
    e & f | !e & g
}

/// The χ step of Keccak.
pub(super) const fn chi(c: u32, b: u32, a: u32) -> u32 {
    a ^ (!b & c)
}
