//! Hashing.

use miden_core::{RescueState, STATE_WIDTH, params::STACK_TOP, permute};

use crate::stack::Stack;

/// The state of the permutation: element `j` is item `11 − j`.
pub(crate) fn hasher_state(stack: &Stack) -> RescueState {
    let mut state = RescueState::default();
    state.copy_from_slice(&stack.window()[STACK_TOP - STATE_WIDTH..]);
    state
}

/// Permutes the 12 items on top.
#[inline(never)]
pub(super) fn hperm(stack: &mut Stack) {
    let mut state = hasher_state(stack);
    permute(&mut state);
    stack.window_mut()[STACK_TOP - STATE_WIDTH..].copy_from_slice(&state);
}
