//! The state of the machine.

use alloc::vec::Vec;

use miden_core::{Felt, Word, field::FieldElement};

use crate::{ExecutionOptions, host::ProcessState};

mod memory;
mod registers;
mod stack;

pub use memory::Memory;
pub(crate) use memory::MemoryFull;
pub(crate) use registers::Registers;
pub use stack::Stack;
use stack::StackFrame;

/// Everything that operations work on.
pub(crate) struct State {
    pub(crate) stack: Stack,
    pub(crate) memory: Memory,
    pub(crate) registers: Registers,
    /// Number of cycles so far.
    pub(crate) clk: u64,
    /// Whether an advice value was read.
    pub(crate) advice_read: bool,
    /// Number of rows of the trace before the first cycle.
    input_rows: u64,
    frames: Vec<Frame>,
}

/// What a return restores.
#[derive(Clone, Copy, Debug)]
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

impl State {
    /// The state before the first cycle, when `input_rows` rows have brought in the inputs.
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

    /// Number of the row of this cycle in the trace.
    pub(crate) const fn row(&self) -> u64 {
        self.input_rows + self.clk
    }

    /// Enters a procedure that starts with these registers.
    pub(crate) fn enter(&mut self, registers: Registers) {
        self.frames.push(Frame { registers: self.registers, stack: self.stack.enter() });
        self.registers = registers;
    }

    /// The frame that a return would leave.
    pub(crate) fn frame(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// Returns from a procedure, which has left 16 items on the stack.
    pub(crate) fn leave(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.stack.leave(frame.stack);
            self.registers = frame.registers;
        }
    }
}

impl ProcessState for State {
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
}
