//! Merkle trees of words, for the Merkle operations.
//!
//! Trees are binary; a parent is `merge(8, left, right)`. The root has depth 0, and index 0 is the leftmost node of its
//! depth. Bit 0 of an index is 0 for a left child and 1 for a right child.

mod build;
mod errors;
mod format;
#[cfg(feature = "serde")]
mod serialize;
mod store;
#[cfg(test)]
mod tests;

pub use build::{MergePairs, merge_pairs};
pub use errors::MerkleError;
pub use store::{MerkleStore, merkle_root};

/// Largest depth of a node: an index below 2^63 has only one representation modulo the field order.
pub const MAX_MERKLE_DEPTH: u8 = 63;
