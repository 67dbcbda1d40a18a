//! Reads of advice.

use crate::{
    host::{AdviceError, Oracle},
    state::MachineState,
};

/// `[] → [v]`
#[inline(always)]
pub(super) fn read(state: &mut MachineState, oracle: &mut impl Oracle) -> Result<(), AdviceError> {
    state.stack.push(oracle.read()?);
    state.advice_read = true;
    Ok(())
}

/// `[X] → [v4, v3, v2, v1]`
#[inline(always)]
pub(super) fn read_word(state: &mut MachineState, oracle: &mut impl Oracle) -> Result<(), AdviceError> {
    state.stack.set_word(0, oracle.read_word()?);
    state.advice_read = true;
    Ok(())
}
