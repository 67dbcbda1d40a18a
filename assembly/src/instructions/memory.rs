//! Access to memory, with the address on top of the stack, and to locals.

use miden_core::{
    Felt,
    Opcode::{self, Drop, FmpAdd, MLoad, MLoadW, MStore, MStoreW, MovDn4, MovUp2, MovUp3, MovUp4, Swap},
};

use super::{Operations, extend, io::push_felt};

/// `[a] → [v]`
pub(super) const LOAD: &[Opcode] = &[MLoad];

/// `[a, X] → [W]`
pub(super) const LOAD_WORD: &[Opcode] = &[MLoadW];

/// `[a, X] → [w0, w1, w2, w3]`
pub(super) const LOAD_WORD_LE: &[Opcode] = &[MLoadW, Swap, MovUp2, MovUp3];

/// `[a, v] → []`
pub(super) const STORE: &[Opcode] = &[MStore, Drop];

/// `[a, W] → [W]`
pub(super) const STORE_WORD: &[Opcode] = &[MStoreW];

/// `[a, w0, w1, w2, w3] → [w0, w1, w2, w3]`: reverses the word, stores it, and reverses it back.
pub(super) const STORE_WORD_LE: &[Opcode] =
    &[MovDn4, Swap, MovUp2, MovUp3, MovUp4, MStoreW, Swap, MovUp2, MovUp3];

/// Accesses the local at this offset from the free memory pointer.
pub(super) fn local(offset: Felt, access: &[Opcode], operations: &mut Operations) {
    push_felt(offset, operations);
    extend(operations, &[FmpAdd]);
    extend(operations, access);
}
