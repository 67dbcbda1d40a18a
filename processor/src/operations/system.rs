//! Operations on the registers.

use miden_core::{
    Felt,
    params::{FMP_INIT, FMP_MAX},
};

use crate::{Fault, state::MachineState};

/// `[a] → [a + fmp]`
pub(super) fn fmp_add(state: &mut MachineState) {
    state.stack.set(0, state.stack.item(0) + state.registers.fmp);
}

/// `[a] → []`, with `fmp + a` as the new `fmp`
pub(super) fn fmp_update(state: &mut MachineState) -> Result<(), Fault> {
    let old = state.registers.fmp;
    let new = old + state.stack.item(0);
    if !(FMP_INIT..=FMP_MAX).contains(&new.as_int()) {
        return Err(Fault::InvalidFmpValue { old, new });
    }
    state.registers.fmp = new;
    state.stack.drop_top();
    Ok(())
}

/// `[X] → [H]`
pub(super) fn caller(state: &mut MachineState) -> Result<(), Fault> {
    if !state.registers.in_syscall {
        return Err(Fault::CallerNotInSyscall);
    }
    state.stack.set_word(0, *state.registers.procedure.elements());
    Ok(())
}

/// `[] → [clk]`
pub(super) fn clk(state: &mut MachineState) {
    state.stack.push(Felt::new(state.clk));
}
