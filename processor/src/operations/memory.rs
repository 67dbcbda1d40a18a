//! Loads and stores.

use miden_core::{Felt, Word, params::STREAM_ADDRESS};

use super::failure::Failure;
use crate::{
    Fault,
    host::Oracle,
    state::MachineState,
    tracer::{Access, Tracer},
};

/// `[a] → [v]`
#[inline(always)]
pub(super) fn load(state: &mut MachineState, tracer: &mut impl Tracer) -> Result<(), Fault> {
    let address = address(state.stack.item(0))?;
    let word = state.memory.read(state.registers.ctx, address);
    tracer.access(Access { address, write: false, element: true, word });
    state.stack.set(0, word[0]);
    Ok(())
}

/// `[a, X] → [mem[a]]`
#[inline(always)]
pub(super) fn load_word(state: &mut MachineState, tracer: &mut impl Tracer) -> Result<(), Fault> {
    let address = address(state.stack.item(0))?;
    let word = read(state, tracer, address);
    state.stack.drop_top();
    state.stack.set_word(0, word);
    Ok(())
}

/// `[a, v] → [v]`
#[inline(always)]
pub(super) fn store(state: &mut MachineState, tracer: &mut impl Tracer) -> Result<(), Failure> {
    let address = address(state.stack.item(0))?;
    let ctx = state.registers.ctx;
    let [_, rest @ ..] = state.memory.read(ctx, address);
    let [e1, e2, e3] = rest;
    let word = [state.stack.item(1), e1, e2, e3];
    state.memory.write(ctx, address, word)?;
    tracer.access(Access { address, write: true, element: true, word });
    state.stack.drop_top();
    Ok(())
}

/// `[a, W] → [W]`
#[inline(always)]
pub(super) fn store_word(state: &mut MachineState, tracer: &mut impl Tracer) -> Result<(), Failure> {
    let address = address(state.stack.item(0))?;
    let word = state.stack.word(1);
    write(state, tracer, address, word)?;
    state.stack.drop_top();
    Ok(())
}

/// `[S2, S1, S0, a] → [S2 + mem[a + 1], S1 + mem[a], S0, a + 2]`
pub(super) fn stream(state: &mut MachineState, tracer: &mut impl Tracer) -> Result<(), Fault> {
    let (first, second) = two_addresses(state)?;
    let words = [first, second].map(|address| read(state, tracer, address));
    absorb(state, words);
    Ok(())
}

/// `[S2, S1, S0, a] → [S2 + W1, S1 + W0, S0, a + 2]` of the next two words of advice, which are written to memory
pub(super) fn pipe(
    state: &mut MachineState,
    oracle: &mut impl Oracle,
    tracer: &mut impl Tracer,
) -> Result<(), Failure> {
    let (first, second) = two_addresses(state)?;
    for address in [first, second] {
        state.memory.reserve(state.registers.ctx, address)?;
    }
    let words = oracle.read_two_words()?;
    state.advice_read = true;
    for (address, word) in [first, second].into_iter().zip(words) {
        write(state, tracer, address, word)?;
    }
    absorb(state, words);
    Ok(())
}

fn read(state: &mut MachineState, tracer: &mut impl Tracer, address: u32) -> Word {
    let word = state.memory.read(state.registers.ctx, address);
    tracer.access(Access { address, write: false, element: false, word });
    word
}

fn write(
    state: &mut MachineState,
    tracer: &mut impl Tracer,
    address: u32,
    word: Word,
) -> Result<(), Failure> {
    state.memory.write(state.registers.ctx, address, word)?;
    tracer.access(Access { address, write: true, element: false, word });
    Ok(())
}

/// Adds the words to the second and the top word of the stack, and advances the address.
fn absorb(state: &mut MachineState, [first, second]: [Word; 2]) {
    let stack = &mut state.stack;
    for (position, word) in [(4, first), (0, second)] {
        let [a, b, c, d] = stack.word(position);
        let [e, f, g, h] = word;
        stack.set_word(position, [a + e, b + f, c + g, d + h]);
    }
    stack.set(STREAM_ADDRESS, stack.item(STREAM_ADDRESS) + Felt::from(2u32));
}

/// The value as an address.
#[inline(always)]
fn address(value: Felt) -> Result<u32, Fault> {
    u32::try_from(value.as_int()).map_err(|_| Fault::MemoryAddressOutOfRange { address: value })
}

/// The address of a stream and the next one.
fn two_addresses(state: &MachineState) -> Result<(u32, u32), Fault> {
    let first = state.stack.item(STREAM_ADDRESS);
    Ok((address(first)?, address(first + Felt::from(1u32))?))
}
