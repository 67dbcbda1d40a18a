//! Hashes and Merkle trees.

use miden_core::Opcode::{HPerm, MpVerify};

use super::{InstructionRow, fault, row};
use crate::instructions::{
    Form::{ErrorCode, Operations, Plain},
    hash, merkle,
};

pub(super) const LOOKUP: &[(&str, &str)] = &[
    (fault::MERKLE_ROOT, "no tree with root `R` is known"),
    (fault::MERKLE_LOOKUP, "`d` is not from 1 to 63, `i ≥ 2^d`, or the node is not known"),
];

const VERIFY: &[(&str, &str)] = &[
    (fault::MERKLE_NODE, "the node is not `V`"),
    (fault::MERKLE_ROOT, "no tree with root `R` is known"),
    (fault::MERKLE_LOOKUP, "`d` is not from 1 to 63, `i ≥ 2^d`, or the node is not known"),
];

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
        .text("root after that node is replaced by `V`; the advice keeps both trees")
        .fails(LOOKUP),
    row("mtree_cwm", "[d, i, R, V] → [R', V, R]", &[Plain(merkle::copy_with_modification)])
        .text("as `mtree_set`, and keeps the old root")
        .fails(LOOKUP),
    row("mtree_merge", "[B, A] → [R]", &[Plain(merkle::merge)])
        .text("root over the trees with roots `A` and `B`, which becomes known to the advice"),
    row("mtree_verify", "[V, d, i, R] → [V, d, i, R]", &[Operations(&[MpVerify]), ErrorCode])
        .text("checks that the node is `V`")
        .fails(VERIFY),
];
