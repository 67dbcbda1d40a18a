use alloc::collections::BTreeMap;

use miden_core::Digest;

use crate::{Cause, LogEntry, NodeReader, NodeRef, StorageError, Trie, Version};

/// Values to be set, by key; the zero word removes an entry.
pub type Writes = BTreeMap<Digest, Digest>;

/// A view of the storage at one moment, which later commits and [`StorageBackend::gc`] do not disturb.
///
/// Nothing in it is trusted: every node is checked against its digest, a run proves what it reads, and the log is
/// verified from the empty state.
pub trait StorageReader: NodeReader {
    /// The current version.
    ///
    /// # Errors
    /// If the storage cannot be read.
    fn head(&self) -> Result<Version, StorageError>;

    /// The version with this number, and the root of its trie.
    ///
    /// # Errors
    /// If it does not exist, or was removed.
    fn version(&self, number: u64) -> Result<(Version, NodeRef), StorageError>;

    /// The latest version with this root, and the root of its trie.
    ///
    /// # Errors
    /// If none has it, or all were removed.
    fn find_root(&self, root: &Digest) -> Result<(Version, NodeRef), StorageError>;

    /// The entry of the log that led to a version; the first one has number 1.
    ///
    /// # Errors
    /// If it does not exist.
    fn log_entry(&self, number: u64) -> Result<LogEntry, StorageError>;

    /// Number of versions that were not removed.
    ///
    /// # Errors
    /// If the storage cannot be read.
    fn num_versions(&self) -> Result<u64, StorageError>;

    /// The current version, and the root of its trie.
    ///
    /// # Errors
    /// If the storage cannot be read.
    fn current(&self) -> Result<(Version, NodeRef), StorageError> {
        self.version(self.head()?.number)
    }
}

impl<R: StorageReader + ?Sized> StorageReader for &R {
    fn head(&self) -> Result<Version, StorageError> {
        (**self).head()
    }

    fn version(&self, number: u64) -> Result<(Version, NodeRef), StorageError> {
        (**self).version(number)
    }

    fn find_root(&self, root: &Digest) -> Result<(Version, NodeRef), StorageError> {
        (**self).find_root(root)
    }

    fn log_entry(&self, number: u64) -> Result<LogEntry, StorageError> {
        (**self).log_entry(number)
    }

    fn num_versions(&self) -> Result<u64, StorageError> {
        (**self).num_versions()
    }
}

/// A place that keeps states of the storage, the nodes of their tries, and how each state came about.
pub trait StorageBackend {
    /// Reads the storage at one moment.
    type Reader<'a>: StorageReader
    where
        Self: 'a;

    /// A reader of the current moment.
    ///
    /// # Errors
    /// If the storage cannot be read.
    fn reader(&self) -> Result<Self::Reader<'_>, StorageError>;

    /// Adds a version, all of it or nothing: the state before must be the current one, and the writes must lead to the
    /// state after.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] if the current root is not `entry.root_before`, [`StorageError::RootMismatch`] if the
    /// writes do not lead to `entry.root_after`; or if the storage cannot be written.
    fn commit(&mut self, writes: &Writes, entry: &LogEntry) -> Result<Version, StorageError>;

    /// Removes all versions but the last `keep` ones, with the nodes that only they need, and returns the number of
    /// removed nodes. The current version always remains, and so does the log.
    ///
    /// # Errors
    /// If the storage cannot be written.
    fn gc(&mut self, keep: u64) -> Result<u64, StorageError>;

    /// Sets entries from outside, in a version of its own.
    ///
    /// # Errors
    /// Like [`Self::commit`].
    fn edit(&mut self, writes: &Writes) -> Result<Version, StorageError> {
        let (root_before, root_after) = {
            let reader = self.reader()?;
            let (version, root) = reader.current()?;
            let mut trie = Trie::new(&reader, root);
            for (key, value) in writes {
                trie.set(key, value)?;
            }
            (version.root, trie.root())
        };
        let cause = Cause::Edit { entries: writes.len() as u64 };
        self.commit(writes, &LogEntry { root_before, root_after, cause })
    }
}
