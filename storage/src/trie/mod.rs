//! The compact trie: a binary tree in which a subtree with a single entry is that entry.
//!
//! Book: design/storage.md

#[cfg(any(feature = "std", test))]
mod build;
#[cfg(any(feature = "std", test))]
mod encoding;
pub(crate) mod hash;
mod node;
mod read;
#[cfg(test)]
mod tests;
mod write;

#[cfg(any(feature = "std", test))]
pub(crate) use build::Builder;
pub use node::{Node, NodeRef};
pub use read::{Entries, NodeReader, lookup, prove_entry};
pub(crate) use write::Changes;
pub use write::Trie;
