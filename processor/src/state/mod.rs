//! The state of the machine.

use alloc::vec::Vec;

use miden_core::{Felt, Word, field::FieldElement};

use crate::{ExecutionOptions, host::ProcessState, stepper::Chunks};

mod memory;
mod registers;
mod stack;

pub use memory::Memory;
pub(crate) use memory::MemoryFull;
use memory::SavedMemory;
pub(crate) use registers::Registers;
pub use stack::Stack;
use stack::{SavedStack, StackFrame};

/// Everything that operations read and change.
pub(crate) struct MachineState {
    pub(crate) stack: Stack,
    pub(crate) memory: Memory,
    pub(crate) registers: Registers,
    /// Number of cycles so far.
    pub(crate) clk: u64,
    /// Whether an advice value has been read.
    pub(crate) advice_read: bool,
    /// Number of rows of the trace before the first cycle.
    input_rows: u64,
    frames: Vec<Frame>,
}

/// A saved state; states that were saved one after the other share the parts in which they agree.
#[derive(Clone, Debug)]
pub(crate) struct SavedState {
    stack: SavedStack,
    memory: SavedMemory,
    registers: Registers,
    clk: u64,
    advice_read: bool,
    frames: Chunks<Frame>,
}

impl SavedState {
    pub(crate) const fn clk(&self) -> u64 {
        self.clk
    }

    /// Number of bytes that are not shared with the other state.
    pub(crate) fn bytes_beyond(&self, other: Option<&Self>) -> usize {
        self.stack.bytes_beyond(other.map(|other| &other.stack))
            + self.memory.bytes_beyond(other.map(|other| &other.memory))
            + self.frames.bytes_beyond(other.map(|other| &other.frames))
    }
}

/// The part of the state that a return restores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) registers: Registers,
    stack: StackFrame,
}

impl Frame {
    /// Number of stack items of the caller.
    pub(crate) const fn depth(&self) -> usize {
        self.stack.depth()
    }
}

impl MachineState {
    /// The state before the first cycle, after `input_rows` rows have pushed the inputs.
    pub(crate) fn new(stack: Stack, input_rows: u64, options: &ExecutionOptions) -> Self {
        Self {
            stack,
            memory: Memory::new(options.max_memory_words),
            registers: Registers::root(),
            clk: 0,
            advice_read: false,
            input_rows,
            frames: Vec::new(),
        }
    }

    /// Saves the state; parts in which it agrees with the state saved before are shared.
    pub(crate) fn save(&self, before: Option<&SavedState>) -> SavedState {
        SavedState {
            stack: self.stack.save(before.map(|before| &before.stack)),
            memory: self.memory.save(before.map(|before| &before.memory)),
            registers: self.registers,
            clk: self.clk,
            advice_read: self.advice_read,
            frames: Chunks::save(&self.frames, before.map(|before| &before.frames)),
        }
    }

    /// Restores a saved state of the same execution.
    pub(crate) fn restore(&mut self, saved: &SavedState) {
        self.stack.restore(&saved.stack);
        self.memory.restore(&saved.memory);
        self.frames = saved.frames.to_vec();
        (self.registers, self.clk, self.advice_read) = (saved.registers, saved.clk, saved.advice_read);
    }

    /// Row of this cycle in the trace.
    pub(crate) const fn row(&self) -> u64 {
        self.input_rows + self.clk
    }

    /// Enters a procedure, which starts with these registers.
    pub(crate) fn enter(&mut self, registers: Registers) {
        self.frames.push(Frame { registers: self.registers, stack: self.stack.enter() });
        self.registers = registers;
    }

    /// The frame of the current procedure.
    ///
    /// # Panics
    /// If no procedure has been entered.
    pub(crate) fn frame(&self) -> &Frame {
        self.frames.last().expect("every return has a call before it")
    }

    /// Returns from a procedure, which has left 16 items on the stack.
    ///
    /// # Panics
    /// If no procedure has been entered.
    pub(crate) fn leave(&mut self) {
        let frame = self.frames.pop().expect("every return has a call before it");
        self.stack.leave(frame.stack);
        // A system call runs in the root context, which remains.
        if self.registers.ctx > 0 {
            self.memory.release(self.registers.ctx);
        }
        self.registers = frame.registers;
    }
}

impl ProcessState for MachineState {
    fn clk(&self) -> u64 {
        self.clk
    }

    fn ctx(&self) -> u64 {
        self.registers.ctx
    }

    fn fmp(&self) -> Felt {
        self.registers.fmp
    }

    fn depth(&self) -> usize {
        self.stack.depth()
    }

    fn item(&self, position: usize) -> Felt {
        self.stack.get(position).unwrap_or(Felt::ZERO)
    }

    fn memory(&self, ctx: u64, address: u32) -> Word {
        self.memory.word(ctx, address)
    }

    fn written_memory(&self, ctx: u64) -> Vec<(u32, Word)> {
        self.memory.words(ctx).collect()
    }
}
