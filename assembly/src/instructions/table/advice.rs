//! Advice, the injectors that prepare it, and events.

use miden_core::{
    Opcode::{HPerm, Pipe, ReadW},
    program::AdviceInjector::{
        HasMapKey, InsertDoubleWord, InsertDoubleWordInDomain, InsertMemory, InsertMemoryRange,
        InsertPermutation, InsertQuadWord, MapValue, MapValueLength, MapValueWithLength, MerkleNode, U64Div,
    },
};

use super::{InstructionRow, fault, row};
use crate::instructions::{
    Form::{Index, Number, Operations, Plain, Words},
    advice::{emit, inject, push},
};

const TAPE: &[(&str, &str)] = &[(fault::ADVICE_TAPE, "the tape holds fewer values")];
const KEY: &[(&str, &str)] = &[(fault::ADVICE_KEY, "the map has no such key")];
const DUPLICATE: &[(&str, &str)] = &[(fault::DUPLICATE_KEY, "the map holds another list under the key")];

pub(super) const ROWS: &[InstructionRow] = &[
    row("adv_push", "[] → [vn, …, v1]", &[Index(1..=16, push)])
        .text("the next `n` values of the tape, the first one deepest")
        .fails(TAPE),
    row("adv_pushw", "[] → [v4, v3, v2, v1]", &[Plain(|operations| push(4, operations))])
        .text("the next four values of the tape")
        .fails(TAPE),
    row("adv_loadw", "[X] → [v4, v3, v2, v1]", &[Operations(&[ReadW])])
        .text("the next four values of the tape in the place of `X`")
        .fails(TAPE),
    row("adv_pipe", "[C, B, A, a] → [F, E, D, a + 2]", &[Operations(&[Pipe, HPerm])])
        .text(
            "the next eight values of the tape become the words at `a` and `a + 1`, and are used as \
             `mem_stream` uses these",
        )
        .fails(&[(fault::ADVICE_TAPE, "the tape holds fewer values"), (fault::ADDRESS, "`a + 1 ≥ 2^32`")]),
    row(
        "adv.push_u64div",
        "[bh, bl, ah, al] → [bh, bl, ah, al]",
        &[Plain(|operations| inject(U64Div, operations))],
    )
    .or(&["adv.u64div"])
    .text("quotient and remainder of `a / b` to the tape, as `ql`, `qh`, `rl`, `rh`; halves of 32 bits")
    .fails(&[(fault::DIVISION, "`b = 0`"), (fault::U32, "a half is not below 2^32")]),
    row("adv.push_mapval", "[K] → [K]", &[Plain(|operations| inject(MapValue, operations))])
        .or(&["adv.keyval"])
        .text("the list under key `K` to the tape")
        .fails(KEY),
    row("adv.push_mapvaln", "[K] → [K]", &[Plain(|operations| inject(MapValueWithLength, operations))])
        .text("length of the list under key `K`, then the list, to the tape")
        .fails(KEY),
    row("adv.push_mapval_count", "[K] → [K]", &[Plain(|operations| inject(MapValueLength, operations))])
        .text("length of the list under key `K` to the tape")
        .fails(KEY),
    row("adv.has_mapkey", "[K] → [K]", &[Plain(|operations| inject(HasMapKey, operations))])
        .text("1 to the tape if the map has key `K`, else 0"),
    row("adv.push_mtnode", "[d, i, R] → [d, i, R]", &[Plain(|operations| inject(MerkleNode, operations))])
        .text("the node at depth `d`, index `i` of the tree with root `R` to the tape")
        .fails(super::hash::LOOKUP),
    row(
        "adv.mem",
        "[K] → [K]",
        &[Words(|address, count, operations| inject(InsertMemory { address, count }, operations))],
    )
    .text("the `n` words of memory from `a` on to the map under key `K`")
    .fails(DUPLICATE),
    row(
        "adv.insert_mem",
        "[K, a, b] → [K, a, b]",
        &[Plain(|operations| inject(InsertMemoryRange, operations))],
    )
    .text("the words of memory from `a` up to but not including `b` to the map under key `K`")
    .fails(&[
        (fault::DUPLICATE_KEY, "the map holds another list under the key"),
        (fault::MEMORY_RANGE, "not `a ≤ b ≤ 2^32`"),
    ]),
    row(
        "adv.insert_hdword",
        "[B, A] → [B, A]",
        &[
            Plain(|operations| inject(InsertDoubleWord { domain: 0 }, operations)),
            Number(0..=u32::MAX, |domain, operations| inject(InsertDoubleWord { domain }, operations)),
        ],
    )
    .text(
        "`A`, `B` to the map under the key that `hmerge` makes of them; with `n` in the place of the length",
    )
    .fails(DUPLICATE),
    row(
        "adv.insert_hdword_d",
        "[B, A, d] → [B, A, d]",
        &[Plain(|operations| inject(InsertDoubleWordInDomain, operations))],
    )
    .text("as `adv.insert_hdword.d`, with `d` from the stack")
    .fails(DUPLICATE),
    row(
        "adv.insert_hqword",
        "[D, C, B, A] → [D, C, B, A]",
        &[Plain(|operations| inject(InsertQuadWord, operations))],
    )
    .text("the four words to the map under their hash")
    .fails(DUPLICATE),
    row(
        "adv.insert_hperm",
        "[B, A, C] → [B, A, C]",
        &[Plain(|operations| inject(InsertPermutation, operations))],
    )
    .text("`A`, `B` to the map under the digest that `hperm` makes of the 12 items")
    .fails(DUPLICATE),
    row("emit", "[] → []", &[Number(0..=u32::MAX, emit)])
        .text("signals event `n` to the host")
        .fails(&[(fault::EVENT, "the host has no handler for the event")]),
];
