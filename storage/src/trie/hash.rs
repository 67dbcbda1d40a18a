use miden_core::{Digest, storage};

pub(crate) use storage::{EMPTY, inner_digest as inner};

/// Number of bits of a key.
pub(crate) const MAX_DEPTH: u32 = storage::MAX_DEPTH as u32;

/// The digest of a leaf.
pub(crate) fn leaf(key: &Digest, value: &Digest) -> Digest {
    storage::leaf_digest(key.elements(), value.elements())
}

/// The bit of a key that its path follows at `level`.
pub(crate) fn bit(key: &Digest, level: u32) -> bool {
    storage::path_bit(key.elements(), level as usize)
}
