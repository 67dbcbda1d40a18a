//! Persistent storage: the hashes of its trie, the keys of its entries, and the program around a program that uses it.
//!
//! Book: design/storage.md

mod entry;
mod proof;
mod trie;
mod wrapper;

pub use entry::{Mode, entry_key};
pub use proof::{EMPTY, EntryProof, PathEnd, inner_digest};
pub use trie::{FIND_EVENT, MAX_DEPTH, REMOVE_EVENT, SEGMENT, leaf_digest, path_bit};
pub use wrapper::{wrap, wrapped_digest, wrapped_inputs};

use crate::{Digest, Felt, Word, rescue::hash_state};

/// Element 1 of the capacity of a leaf. Lists and inner nodes have 0 there, so no leaf is the hash of anything else.
pub const LEAF: Felt = Felt::new(1);

/// Element 1 of the capacity of the key of an entry.
const ENTRY: Felt = Felt::new(2);

/// The digest of one permutation of capacity `(8, kind, x, y)` and two words.
fn hash_pair(kind: Felt, x: Felt, y: Felt, first: &Word, second: &Word) -> Digest {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (*first, *second);
    hash_state([Felt::new(8), kind, x, y, a0, a1, a2, a3, b0, b1, b2, b3])
}
