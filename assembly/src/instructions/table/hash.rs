//! Hashes and Merkle trees.

use miden_core::{
    FailureKind,
    Opcode::{HPerm, MpVerify},
};

use super::{InstructionRow, row};
use crate::instructions::{
    Form::{ErrorCode, Operations, Plain},
    failure::{FailureRow, failure, when},
    hash, merkle,
};

const ROOT: FailureRow =
    failure(FailureKind::AdviceSetNotFound, &[when("the advice has no tree with root `R`")]);
const NODE: FailureRow = failure(
    FailureKind::AdviceSetLookupFailed,
    &[when("`d` is not from 1 to 63"), when("`i ≥ 2^d`"), when("the advice does not have the node")],
);

pub(super) const LOOKUP: &[FailureRow] = &[ROOT, NODE];

const VERIFY: &[FailureRow] =
    &[failure(FailureKind::MerklePathVerificationFailed, &[when("the node is not `V`")]), ROOT, NODE];

pub(super) const ROWS: &[InstructionRow] = &[
    row("hperm", "[C, B, A] → [F, E, D]", &[Operations(&[HPerm])])
        .or(&["rpperm"])
        .text("Rescue Prime permutation of 12 items, element 0 of the state deepest; `E` is the digest"),
    row("hmerge", "[B, A] → [D]", &[Plain(hash::hmerge)]).or(&["rphash"]).text("hash of `A` and `B`"),
    row("hash", "[A] → [D]", &[Plain(hash::hash)]).text("hash of the word `A`"),
    row("mtree_get", "[d, i, R] → [V, R]", &[Plain(merkle::get)])
        .text("the node at depth `d`, index `i` of the tree with root `R`")
        .fails(LOOKUP),
    row("mtree_set", "[d, i, R, V] → [R', V]", &[Plain(merkle::set)])
        .text("root after replacing that node with `V`; the advice keeps both trees")
        .fails(LOOKUP),
    row("mtree_cwm", "[d, i, R, V] → [R', V, R]", &[Plain(merkle::copy_with_modification)])
        .text("like `mtree_set`, but keeps the old root")
        .fails(LOOKUP),
    row("mtree_merge", "[B, A] → [R]", &[Plain(merkle::merge)])
        .text("root of the tree over the roots `A` and `B`, added to the advice"),
    row("mtree_verify", "[V, d, i, R] → [V, d, i, R]", &[Operations(&[MpVerify]), ErrorCode])
        .text("checks that the node is `V`")
        .fails(VERIFY),
];
