//! Constants, and what a program can know of its execution.

use miden_core::Opcode::{Caller, Clk, SDepth};

use super::{InstructionRow, fault, row};
use crate::instructions::{
    Form::{Operations, Values},
    io,
};

pub(super) const ROWS: &[InstructionRow] = &[
    row("push", "[] → [vn, …, v1]", &[Values(io::push)]).text(
        "up to 16 values, the last one on top; one long hexadecimal number holds a value in every 16 digits",
    ),
    row("sdepth", "[] → [d]", &[Operations(&[SDepth])]).text("depth of the stack before the push"),
    row("clk", "[] → [c]", &[Operations(&[Clk])]).text("cycles executed before this one"),
    row("caller", "[X] → [H]", &[Operations(&[Caller])])
        .text(
            "digest of the procedure that a call entered last before the system call, zeros if there is none; \
             in a kernel only",
        )
        .fails(&[(fault::CALLER, "not in a system call")]),
];
