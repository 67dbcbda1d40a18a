//! Advice, the injectors that prepare it, and events.

use miden_core::{
    FailureKind, FaultCode,
    Opcode::{HPerm, Pipe, ReadW},
    program::AdviceInjector::{
        HasMapKey, InsertDoubleWord, InsertDoubleWordInDomain, InsertMemory, InsertMemoryRange,
        InsertPermutation, InsertQuadWord, MapValue, MapValueLength, MapValueWithLength, MerkleNode, U64Div,
    },
};

use super::{InstructionRow, row};
use crate::instructions::{
    Form::{Index, Number, Operations, Plain, Words},
    advice::{emit, inject, push},
    failure::{FailureRow, failure, fault, when},
};

const TAPE: FailureRow = failure(FailureKind::AdviceTapeReadFailed, &[when("the tape holds fewer values")]);
const KEY: &[FailureRow] = &[failure(FailureKind::AdviceKeyNotFound, &[when("the map has no such key")])];
const DUPLICATE: FailureRow =
    failure(FailureKind::DuplicateAdviceKey, &[when("the map has a different list under the key")]);

pub(super) const ROWS: &[InstructionRow] = &[
    row("adv_push", "[] → [vn, …, v1]", &[Index(1..=16, push)])
        .text("the next `n` values of the tape, the first deepest")
        .fails(&[TAPE]),
    row("adv_pushw", "[] → [v4, v3, v2, v1]", &[Plain(|operations| push(4, operations))])
        .text("the next four values of the tape")
        .fails(&[TAPE]),
    row("adv_loadw", "[X] → [v4, v3, v2, v1]", &[Operations(&[ReadW])])
        .text("replaces `X` with the next four values of the tape")
        .fails(&[TAPE]),
    row("adv_pipe", "[C, B, A, a] → [F, E, D, a + 2]", &[Operations(&[Pipe, HPerm])])
        .text(
                        "stores the next eight values of the tape as the words at `a` and `a + 1`, and adds and permutes them \
                         like `mem_stream`",
        )
        .fails(&[TAPE, super::memory::NEXT_OUT_OF_RANGE]),
    row(
        "adv.push_u64div",
        "[bh, bl, ah, al] → [bh, bl, ah, al]",
        &[Plain(|operations| inject(U64Div, operations))],
    )
    .or(&["adv.u64div"])
    .text("pushes quotient and remainder of `a / b` to the tape: `ql`, `qh`, `rl`, `rh`, halves of 32 bits")
    .fails(&[fault(FaultCode::DivideByZero, &[when("`b = 0`")]), fault(FaultCode::NotU32Value, &[when("a half is not below 2^32")])]),
    row("adv.push_mapval", "[K] → [K]", &[Plain(|operations| inject(MapValue, operations))])
        .or(&["adv.keyval"])
        .text("pushes the list under key `K` to the tape")
        .fails(KEY),
    row("adv.push_mapvaln", "[K] → [K]", &[Plain(|operations| inject(MapValueWithLength, operations))])
        .text("pushes the length of the list under key `K`, then the list, to the tape")
        .fails(KEY),
    row("adv.push_mapval_count", "[K] → [K]", &[Plain(|operations| inject(MapValueLength, operations))])
        .text("pushes the length of the list under key `K` to the tape")
        .fails(KEY),
    row("adv.has_mapkey", "[K] → [K]", &[Plain(|operations| inject(HasMapKey, operations))])
        .text("pushes 1 to the tape if the map has key `K`, else 0"),
    row("adv.push_mtnode", "[d, i, R] → [d, i, R]", &[Plain(|operations| inject(MerkleNode, operations))])
        .text("pushes the node at depth `d`, index `i` of the tree with root `R` to the tape")
        .fails(super::hash::LOOKUP),
    row(
        "adv.mem",
        "[K] → [K]",
        &[Words(|address, count, operations| inject(InsertMemory { address, count }, operations))],
    )
    .text("inserts the `n` words of memory from address `a` on into the map under key `K`")
    .fails(&[DUPLICATE]),
    row(
        "adv.insert_mem",
        "[K, a, b] → [K, a, b]",
        &[Plain(|operations| inject(InsertMemoryRange, operations))],
    )
    .text("inserts the words of memory from address `a` up to but not including `b` into the map under key `K`")
    .fails(&[
        DUPLICATE,
        failure(FailureKind::InvalidMemoryRange, &[when("not `a ≤ b ≤ 2^32`")]),
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
                "inserts `A`, `B` into the map under the digest that `hmerge` computes; `n` replaces the number of elements \
                 in the capacity",
    )
    .fails(&[DUPLICATE]),
    row(
        "adv.insert_hdword_d",
        "[B, A, d] → [B, A, d]",
        &[Plain(|operations| inject(InsertDoubleWordInDomain, operations))],
    )
    .text("like `adv.insert_hdword.d`, with `d` from the stack")
    .fails(&[DUPLICATE]),
    row(
        "adv.insert_hqword",
        "[D, C, B, A] → [D, C, B, A]",
        &[Plain(|operations| inject(InsertQuadWord, operations))],
    )
    .text("inserts the four words into the map under their hash")
    .fails(&[DUPLICATE]),
    row(
        "adv.insert_hperm",
        "[B, A, C] → [B, A, C]",
        &[Plain(|operations| inject(InsertPermutation, operations))],
    )
    .text("inserts `A`, `B` into the map under the digest that `hperm` computes from the 12 items")
    .fails(&[DUPLICATE]),
    row("emit", "[] → []", &[Number(0..=u32::MAX, emit)])
        .text("signals event `n` to the host")
        .fails(&[failure(FailureKind::EventHandlerNotFound, &[when("the host has no handler for the event")])]),
];
