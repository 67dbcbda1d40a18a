//! Storage in a file, as a redb database.
//!
//! redb gives atomic, durable transactions and lets processes share the file: any number read, one at a time writes, and
//! a reader keeps its moment. What it does not give is trust in the file: every node is checked against its digest, and
//! every other record against a checksum.

mod failure;
mod load;
mod open;
mod reader;
mod records;
mod sort;
#[cfg(test)]
mod tests;
mod write;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub use failure::is_panic_contained;
pub use load::LoadProgress;
pub use reader::RedbReader;

use crate::StorageError;

/// Version of the file format.
const FORMAT: u64 = 1;

/// Default of [`RedbOptions::cache`].
const CACHE: usize = 256 << 20;
/// Default of [`RedbOptions::wait`].
const WAIT: Duration = Duration::from_secs(30);

/// How a file is used.
#[derive(Clone, Copy, Debug)]
pub struct RedbOptions {
    /// Memory for cached pages, in bytes.
    pub cache: usize,
    /// How long to wait for another process that changes the storage.
    pub wait: Duration,
}

impl Default for RedbOptions {
    fn default() -> Self {
        Self { cache: CACHE, wait: WAIT }
    }
}

/// Storage in a file.
///
/// Processes can share the file: each change waits for the one before, and readers are not disturbed. A file that cannot
/// be written is opened for reading only.
#[derive(Debug)]
pub struct RedbStorage {
    path: PathBuf,
    /// `None` only while it is dropped.
    database: Option<open::Handle>,
    options: RedbOptions,
}

impl RedbStorage {
    /// Creates a file with the empty state, which appears complete or not at all.
    ///
    /// # Errors
    /// If the file exists or cannot be written.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        open::create(path.as_ref())?;
        Self::open(path)
    }

    /// Opens a file.
    ///
    /// # Errors
    /// If there is no such file, it is not storage of this version, it is damaged, or locked.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        Self::open_with(path, RedbOptions::default())
    }

    /// Like [`Self::open`], with other options than the default ones.
    ///
    /// # Errors
    /// Like [`Self::open`].
    pub fn open_with(path: impl AsRef<Path>, options: RedbOptions) -> Result<Self, StorageError> {
        let path = path.as_ref();
        let database = open::open(path, &options)?;
        Ok(Self { path: path.into(), database: Some(database), options })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file can only be read.
    pub const fn is_read_only(&self) -> bool {
        matches!(self.database, Some(open::Handle::ReadOnly(_)))
    }

    /// Number of bytes of the file.
    ///
    /// # Errors
    /// If the operating system does not say.
    pub fn file_bytes(&self) -> Result<u64, StorageError> {
        failure::contain(&self.path, || Ok(std::fs::metadata(&self.path)?.len()))
    }
}

impl Drop for RedbStorage {
    fn drop(&mut self) {
        let database = self.database.take();
        // An error on closing loses nothing: every commit is on disk.
        let _ = failure::contain(&self.path, || {
            drop(database);
            Ok(())
        });
    }
}
