//! Words and their native hash.

use miden_core::{Digest, field::StarkField, hash_elements};

use super::run::felts;

/// A word, element 0 first.
pub(crate) type Word4 = [u64; 4];

/// The native hash of elements.
pub(crate) fn hash(elements: &[u64]) -> Word4 {
    hash_elements(&felts(elements)).elements().map(|element| element.as_int())
}

/// A word as a digest.
pub(crate) fn digest(word: Word4) -> Digest {
    Digest::new(word.map(super::felt))
}

/// Converts a word to stack order, or back.
pub(crate) fn reversed(mut word: Word4) -> Word4 {
    word.reverse();
    word
}
