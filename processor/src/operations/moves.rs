//! Moves of stack items.

use miden_core::params::STACK_TOP;

use super::field::binary;
use crate::{Fault, state::Stack};

/// Exchanges `count` items at position `a` with those at position `b` below.
#[inline(always)]
pub(super) fn swap(stack: &mut Stack, a: usize, b: usize, count: usize) {
    let window = stack.window_mut();
    for i in 0..count {
        window.swap(STACK_TOP - 1 - a - i, STACK_TOP - 1 - b - i);
    }
}

/// Moves item `n` to the top.
#[inline(always)]
pub(super) fn up(stack: &mut Stack, n: usize) {
    stack.window_mut()[STACK_TOP - 1 - n..].rotate_left(1);
}

/// Moves the top item to position `n`.
#[inline(always)]
pub(super) fn down(stack: &mut Stack, n: usize) {
    stack.window_mut()[STACK_TOP - 1 - n..].rotate_right(1);
}

/// `[c, B, A] → [B, A]` if `c = 0`, `[A, B]` if `c = 1`, with `A` and `B` of `count` items.
pub(super) fn conditional_swap(stack: &mut Stack, count: usize) -> Result<(), Fault> {
    if binary(stack.item(0))? {
        swap(stack, 1, 1 + count, count);
    }
    stack.drop_top();
    Ok(())
}
