//! Hashes of words: one permutation, with the number of elements in the capacity.

use miden_core::{
    Felt,
    Opcode::{Drop, HPerm, Pad, SwapW, SwapW2},
};

use super::{Operations, extend, io::push_felt, repeat};

/// Number of elements of a word.
const WORD: usize = 4;

/// `[B, A] → [hash(A, B)]`
pub(super) fn hmerge(operations: &mut Operations) {
    capacity(2 * WORD, operations);
    // [C, B, A] → [A, B, C] → [B, A, C]
    extend(operations, &[SwapW2, SwapW]);
    digest(operations);
}

/// `[A] → [hash(A)]`
pub(super) fn hash(operations: &mut Operations) {
    capacity(WORD, operations);
    // [C, A] → [A, C] → [0, A, C]
    extend(operations, &[SwapW]);
    repeat(operations, Pad, WORD);
    digest(operations);
}

/// `[] → [0, 0, 0, n]`: element 0 of the capacity is the number of elements.
fn capacity(num_elements: usize, operations: &mut Operations) {
    push_felt(Felt::new(num_elements as u64), operations);
    repeat(operations, Pad, WORD - 1);
}

/// `[B, A, C] → [D]`: permutes and keeps the first word of the rate.
fn digest(operations: &mut Operations) {
    extend(operations, &[HPerm]);
    repeat(operations, Drop, WORD);
    extend(operations, &[SwapW]);
    repeat(operations, Drop, WORD);
}
