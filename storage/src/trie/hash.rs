use alloc::{vec, vec::Vec};

use miden_core::{Digest, Felt, Word, field::FieldElement, storage};
use miden_vector::{Line, rescue};

pub(crate) use storage::{EMPTY, inner_digest as inner};

/// Number of bits of a key.
pub(crate) const MAX_DEPTH: u32 = storage::MAX_DEPTH as u32;

/// The digest of a leaf.
pub(crate) fn leaf(key: &Digest, value: &Digest) -> Digest {
    storage::leaf_digest(key.elements(), value.elements())
}

/// The digests of many leaves, given their keys and values; several at a time, with vector instructions.
pub(crate) fn leaves(entries: impl Iterator<Item = [Digest; 2]>) -> Vec<Digest> {
    pairs(storage::LEAF, entries)
}

/// The digests of many inner nodes, given their children; several at a time, with vector instructions.
pub(crate) fn inners(children: impl Iterator<Item = [Digest; 2]>) -> Vec<Digest> {
    pairs(Felt::ZERO, children)
}

fn pairs(kind: Felt, pairs: impl Iterator<Item = [Digest; 2]>) -> Vec<Digest> {
    let line = |[first, second]: [Digest; 2]| {
        let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (*first.elements(), *second.elements());
        Line([a0, a1, a2, a3, b0, b1, b2, b3])
    };
    let lines: Vec<Line> = pairs.map(line).collect();
    let mut digests = vec![Word::default(); lines.len()];
    rescue::hash_pairs(kind, &lines, &mut digests);
    digests.into_iter().map(Digest::new).collect()
}

/// The bit of a key that its path follows at `level`.
pub(crate) fn bit(key: &Digest, level: u32) -> bool {
    storage::path_bit(key.elements(), level as usize)
}
