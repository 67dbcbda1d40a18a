//! Stack movement.

use miden_core::{
    FaultCode,
    Opcode::{
        self, CSwap, CSwapW, Drop, MovUp2, MovUp3, MovUp4, MovUp5, MovUp6, MovUp7, Pad, Swap, SwapDW, SwapW,
    },
};

use super::{InstructionRow, row};
use crate::instructions::{
    Form::{Index, Operations, Plain},
    failure::{FailureRow, fault, when},
    stack,
};

const NOT_BINARY: &[FailureRow] = &[fault(FaultCode::NotBinaryValue, &[when("`c` is neither 0 nor 1")])];

pub(super) const ROWS: &[InstructionRow] = &[
    row("drop", "[a] → []", &[Operations(&[Drop])]),
    row("dropw", "[A] → []", &[Operations(&[Drop, Drop, Drop, Drop])]),
    row("padw", "[] → [0, 0, 0, 0]", &[Operations(&[Pad, Pad, Pad, Pad])]),
    row("dup", "[a] → [a, a]", &[Operations(&[Opcode::Dup0]), Index(0..=15, stack::dup)])
        .text("`dup.n` copies item `n` to the top"),
    row("dupw", "[A] → [A, A]", &[Plain(|operations| stack::dupw(0, operations)), Index(0..=3, stack::dupw)])
        .text("`dupw.n` copies word `n` to the top"),
    row("swap", "[b, a] → [a, b]", &[Operations(&[Swap]), Index(1..=15, stack::swap)])
        .text("`swap.n` exchanges the top with item `n`"),
    row("swapw", "[B, A] → [A, B]", &[Operations(&[SwapW]), Index(1..=3, stack::swapw)])
        .text("`swapw.n` exchanges the top word with word `n`"),
    row("swapdw", "[D, C, B, A] → [B, A, D, C]", &[Operations(&[SwapDW])]),
    row("movup", "[…, a] → [a, …]", &[Index(2..=15, stack::movup)]).text("moves item `n` to the top"),
    row("movdn", "[a, …] → […, a]", &[Index(2..=15, stack::movdn)])
        .text("moves the top item to position `n`"),
    row("movupw", "[…, A] → [A, …]", &[Index(2..=3, stack::movupw)]).text("moves word `n` to the top"),
    row("movdnw", "[A, …] → […, A]", &[Index(2..=3, stack::movdnw)])
        .text("moves the top word to word position `n`"),
    row("reversew", "[d, c, b, a] → [a, b, c, d]", &[Operations(&[Swap, MovUp2, MovUp3])]),
    row(
        "reversedw",
        "[h, g, f, e, d, c, b, a] → [a, b, c, d, e, f, g, h]",
        &[Operations(&[Swap, MovUp2, MovUp3, MovUp4, MovUp5, MovUp6, MovUp7])],
    ),
    row("cswap", "[c, b, a] → [b, a] or [a, b]", &[Operations(&[CSwap])])
        .text("`[b, a]` if `c = 0`, `[a, b]` if `c = 1`")
        .fails(NOT_BINARY),
    row("cswapw", "[c, B, A] → [B, A] or [A, B]", &[Operations(&[CSwapW])])
        .text("`[B, A]` if `c = 0`, `[A, B]` if `c = 1`")
        .fails(NOT_BINARY),
    row("cdrop", "[c, b, a] → [a] or [b]", &[Operations(&[CSwap, Drop])])
        .text("`a` if `c = 0`, `b` if `c = 1`")
        .fails(NOT_BINARY),
    row("cdropw", "[c, B, A] → [A] or [B]", &[Plain(stack::cdropw)])
        .text("`A` if `c = 0`, `B` if `c = 1`")
        .fails(NOT_BINARY),
    row("nop", "[] → []", &[Operations(&[Opcode::Noop])]).text("does nothing for one cycle"),
];
