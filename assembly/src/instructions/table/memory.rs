//! Memory and locals.

use core::ops::RangeInclusive;

use miden_core::{
    FaultCode,
    Opcode::{HPerm, MStream},
};

use super::{InstructionRow, row};
use crate::instructions::{
    Form::{Local, Operations, Pushed},
    failure::{FailureRow, fault, when, when_top},
    memory::{LOAD, LOAD_WORD, LOAD_WORD_LE, STORE, STORE_WORD, STORE_WORD_LE, local},
};

const ADDRESSES: RangeInclusive<u32> = 0..=u32::MAX;

const OUT_OF_RANGE: &[FailureRow] = &[fault(FaultCode::MemoryAddressOutOfRange, &[when_top("`a ≥ 2^32`")])];
pub(super) const NEXT_OUT_OF_RANGE: FailureRow =
    fault(FaultCode::MemoryAddressOutOfRange, &[when("`a + 1 ≥ 2^32`")]);

pub(super) const ROWS: &[InstructionRow] = &[
    row("mem_load", "[a] → [v]", &[Operations(LOAD), Pushed(ADDRESSES, LOAD)])
        .text("element 0 of the word at `a`")
        .fails(OUT_OF_RANGE),
    row("mem_loadw", "[a, X] → [W]", &[Operations(LOAD_WORD), Pushed(ADDRESSES, LOAD_WORD)])
        .or(&["mem_loadw_be"])
        .text("replaces `X` with the word at `a`, element 3 on top")
        .fails(OUT_OF_RANGE),
    row(
        "mem_loadw_le",
        "[a, X] → [w0, w1, w2, w3]",
        &[Operations(LOAD_WORD_LE), Pushed(ADDRESSES, LOAD_WORD_LE)],
    )
    .text("like `mem_loadw`, element 0 on top")
    .fails(OUT_OF_RANGE),
    row("mem_store", "[a, v] → []", &[Operations(STORE), Pushed(ADDRESSES, STORE)])
        .text("stores `v` in element 0 of the word at `a`")
        .fails(OUT_OF_RANGE),
    row("mem_storew", "[a, W] → [W]", &[Operations(STORE_WORD), Pushed(ADDRESSES, STORE_WORD)])
        .or(&["mem_storew_be"])
        .text("stores `W` at `a`, element 3 on top")
        .fails(OUT_OF_RANGE),
    row(
        "mem_storew_le",
        "[a, w0, w1, w2, w3] → [w0, w1, w2, w3]",
        &[Operations(STORE_WORD_LE), Pushed(ADDRESSES, STORE_WORD_LE)],
    )
    .text("like `mem_storew`, element 0 on top")
    .fails(OUT_OF_RANGE),
    row("mem_stream", "[C, B, A, a] → [F, E, D, a + 2]", &[Operations(&[MStream, HPerm])])
        .text("adds the words at `a` and `a + 1` to `B` and `C`, and permutes the 12 items like `hperm`")
        .fails(&[NEXT_OUT_OF_RANGE]),
    row("locaddr", "[] → [a]", &[Local(|offset, operations| local(offset, &[], operations))])
        .text("address of local `i`"),
    row("loc_load", "[] → [v]", &[Local(|offset, operations| local(offset, LOAD, operations))])
        .text("element 0 of local `i`"),
    row("loc_loadw", "[X] → [W]", &[Local(|offset, operations| local(offset, LOAD_WORD, operations))])
        .or(&["loc_loadw_be"])
        .text("replaces `X` with local `i`, element 3 on top"),
    row(
        "loc_loadw_le",
        "[X] → [w0, w1, w2, w3]",
        &[Local(|offset, operations| local(offset, LOAD_WORD_LE, operations))],
    )
    .text("like `loc_loadw`, element 0 on top"),
    row("loc_store", "[v] → []", &[Local(|offset, operations| local(offset, STORE, operations))])
        .text("stores `v` in element 0 of local `i`"),
    row("loc_storew", "[W] → [W]", &[Local(|offset, operations| local(offset, STORE_WORD, operations))])
        .or(&["loc_storew_be"])
        .text("stores `W` in local `i`, element 3 on top"),
    row(
        "loc_storew_le",
        "[w0, w1, w2, w3] → [w0, w1, w2, w3]",
        &[Local(|offset, operations| local(offset, STORE_WORD_LE, operations))],
    )
    .text("like `loc_storew`, element 0 on top"),
];
