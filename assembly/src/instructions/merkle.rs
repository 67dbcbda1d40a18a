//! Merkle trees: the node that an operation verifies or replaces comes from advice.

use miden_core::{
    Opcode::{Drop, MovUp4, MpVerify, MrUpdate, Read, SwapW, SwapW2},
    program::AdviceInjector,
};

use super::{Operations, advice::inject, extend, hash, repeat};

/// `[d, i, R] → [V, R]`
pub(super) fn get(operations: &mut Operations) {
    read_node(operations);
    extend(operations, &[MpVerify]);
    drop_position(operations);
}

/// `[d, i, R, N] → [R', N]`
pub(super) fn set(operations: &mut Operations) {
    update(operations);
    // [R', R, N] → [R, R', N] → [R', N]
    extend(operations, &[SwapW]);
    repeat(operations, Drop, 4);
}

/// `[d, i, R, N] → [R', N, R]`
pub(super) fn copy_with_modification(operations: &mut Operations) {
    update(operations);
    // [R', R, N] → [R, R', N] → [N, R', R] → [R', N, R]
    extend(operations, &[SwapW, SwapW2, SwapW]);
}

/// `[R, L] → [M]`; adds the new tree to the advice.
pub(super) fn merge(operations: &mut Operations) {
    inject(AdviceInjector::MerkleMerge, operations);
    hash::hmerge(operations);
}

/// `[d, i, R, N] → [R', R, N]`
fn update(operations: &mut Operations) {
    read_node(operations);
    extend(operations, &[MrUpdate]);
    drop_position(operations);
}

/// `[d, i, R] → [V, d, i, R]`, with `V` from advice.
fn read_node(operations: &mut Operations) {
    inject(AdviceInjector::MerkleNode, operations);
    repeat(operations, Read, 4);
}

/// `[X, d, i] → [X]`
fn drop_position(operations: &mut Operations) {
    extend(operations, &[MovUp4, Drop, MovUp4, Drop]);
}
