#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod backend;
mod errors;
#[cfg(feature = "std")]
mod file;
mod host;
mod log;
mod memory;
mod trie;

pub use backend::{StorageBackend, StorageReader, Writes};
pub use errors::{FileProblem, StorageError};
#[cfg(feature = "std")]
pub use file::{LoadProgress, RedbOptions, RedbReader, RedbStorage, is_panic_contained};
pub use host::{HostStartError, StorageHost};
pub use log::{Cause, LogEntry, Run, Version};
pub use memory::MemoryStorage;
pub use trie::{Entries, Node, NodeReader, NodeRef, Trie, lookup, prove_entry};
