//! Commands for the time of development.

use super::{InstructionRow, row};
use crate::instructions::{
    DebugKind::{AdviceStack, Breakpoint, Locals, Memory, Print, Stack},
    Form::{Debug, DebugWith},
};

pub(super) const ROWS: &[InstructionRow] = &[
    row("debug.stack", "[] → []", &[Debug(Stack), DebugWith(Stack)])
        .text("shows the stack, or its `n` topmost items"),
    row("debug.mem", "[] → []", &[Debug(Memory), DebugWith(Memory)])
        .text("shows the memory of the context: all words that have been written, the word at `a`, or those from `a` to `b`"),
    row("debug.local", "[] → []", &[Debug(Locals), DebugWith(Locals)])
        .text("shows the locals of the procedure: all of them, local `i`, or those from `i` to `j`"),
    row("debug.adv_stack", "[] → []", &[Debug(AdviceStack), DebugWith(AdviceStack)])
        .text("shows the advice tape, or the next `n` values"),
    row("debug.print", "[] → []", &[DebugWith(Print)]).text("shows a text"),
    row("breakpoint", "[] → []", &[Debug(Breakpoint)]).text("stops the debugger"),
];
