//! Constants, and a program's view of its execution.

use miden_core::{
    FaultCode,
    Opcode::{Caller, Clk, SDepth},
};

use super::{InstructionRow, row};
use crate::instructions::{
    Form::{Operations, Values},
    failure::{fault, when},
    io,
};

pub(super) const ROWS: &[InstructionRow] = &[
    row("push", "[] → [vn, …, v1]", &[Values(io::push)]).text(
        "up to 16 values, the last on top; a long hexadecimal literal has 16 digits per value",
    ),
    row("sdepth", "[] → [d]", &[Operations(&[SDepth])]).text("depth of the stack before the push"),
    row("clk", "[] → [c]", &[Operations(&[Clk])]).text("cycles executed before this one"),
    row("caller", "[X] → [H]", &[Operations(&[Caller])])
        .text(
                        "digest of the procedure entered by the last call before the system call, zeros if there is none; \
                         only in a kernel",
        )
        .fails(&[fault(FaultCode::CallerNotInSyscall, &[when("not in a system call")])]),
];
