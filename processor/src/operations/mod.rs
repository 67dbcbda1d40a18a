//! Operations of blocks. An operation that fails leaves the state unchanged.
//!
//! [`miden_core::operations`] defines the operations that depend on the stack alone.

use miden_core::{
    Felt, Operation,
    operations::{MachineOperation, apply},
};

use crate::{host::Oracle, state::MachineState, tracer::Tracer};

mod advice;
mod crypto;
mod failure;
mod memory;
mod system;
#[cfg(test)]
mod tests;

pub(crate) use crypto::hasher_state;
pub(crate) use failure::Failure;

/// Executes an operation of a block; reports its memory accesses and Merkle paths to the tracer.
#[inline(always)]
pub(crate) fn execute(
    operation: Operation,
    state: &mut MachineState,
    oracle: &mut impl Oracle,
    tracer: &mut impl Tracer,
) -> Result<(), Failure> {
    use MachineOperation::*;
    let Some(operation) = apply(operation, &mut state.stack)? else { return Ok(()) };
    match operation {
        SDepth => state.stack.push(Felt::new(state.stack.depth() as u64)),
        Clk => system::clk(state),
        FmpAdd => system::fmp_add(state),
        FmpUpdate => system::fmp_update(state)?,
        Caller => system::caller(state)?,

        MLoad => memory::load(state, tracer)?,
        MLoadW => memory::load_word(state, tracer)?,
        MStore => memory::store(state, tracer)?,
        MStoreW => memory::store_word(state, tracer)?,
        MStream => memory::stream(state, tracer)?,
        Pipe => memory::pipe(state, oracle, tracer)?,
        Read => advice::read(state, oracle)?,
        ReadW => advice::read_word(state, oracle)?,

        HPerm => crypto::hperm(&mut state.stack, oracle),
        MpVerify => crypto::mpverify(state, oracle, tracer)?,
        MrUpdate => crypto::mrupdate(state, oracle, tracer)?,
    }
    Ok(())
}
