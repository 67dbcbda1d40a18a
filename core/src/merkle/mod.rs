//! Merkle trees of words, as Merkle operations use them.
//!
//! Trees are binary; a parent is `merge(8, left, right)`. The root has depth 0, and index 0 is the leftmost node of its
//! depth. Bit 0 of an index tells whether the node is a left child (0) or a right child (1).

mod build;
mod errors;
mod format;
mod store;
#[cfg(test)]
mod tests;

pub use errors::MerkleError;
pub use store::{MerkleStore, merkle_root};

/// Largest depth of a node: below 2^63 every index is one field element in exactly one way.
pub const MAX_MERKLE_DEPTH: u8 = 63;
