//! Advice.

use crate::{
    host::{AdviceError, Oracle},
    state::State,
};

/// `[] → [v]`
#[inline(always)]
pub(super) fn read(state: &mut State, oracle: &mut impl Oracle) -> Result<(), AdviceError> {
    state.stack.push(oracle.read()?);
    state.advice_read = true;
    Ok(())
}

/// `[X] → [v4, v3, v2, v1]`
#[inline(always)]
pub(super) fn read_word(state: &mut State, oracle: &mut impl Oracle) -> Result<(), AdviceError> {
    state.stack.set_word(0, oracle.read_word()?);
    state.advice_read = true;
    Ok(())
}
