//! Commitments to tables: a digest of each row of the domain, and a Merkle tree of these digests.

mod hash;
mod tree;

#[cfg(test)]
mod tests;

pub(crate) use hash::RowHash;
pub(crate) use tree::{Commitment, Leaves};
