//! Bulk loading: entries are sorted, and the trie is built from left to right in one pass.

use std::{
    ops::Bound,
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    vec::Vec,
};

use miden_core::Digest;

use super::{
    RedbStorage,
    failure::{Failure, contain},
    records::{NODES, VersionRecord},
    sort::{Sorted, Sorter},
    write::{add_version, current},
};
use crate::{
    Cause, LogEntry, StorageBackend, StorageError, StorageReader, Version, Writes,
    trie::{Builder, hash},
};

/// Entries that are sorted in memory: 64 MiB.
const SORTED: usize = 1 << 20;
/// Entries of a commit to storage that has entries.
const CHUNK: usize = 100_000;
/// Entries that a thread hands over at a time.
const BATCH: usize = 4096;
/// Batches that wait.
const WAITING: usize = 8;

/// The progress of a load: the number of entries that a stage has completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadProgress {
    /// Entries read and sorted.
    Read(u64),
    /// Entries in the trie.
    Built(u64),
}

/// An entry with the digest of its leaf.
type HashedEntry = ((Digest, Digest), Digest);

impl RedbStorage {
    /// Sets many entries; of equal keys the last one counts, and the zero word removes a key.
    ///
    /// Empty storage gets all of them in one version, in a transaction that sorts them in temporary files next to the
    /// storage and takes memory for about 1,000,000 entries. Storage with entries gets a version for each 100,000.
    ///
    /// # Errors
    /// The first error of `entries`, or if the storage cannot be written. Empty storage is then still empty.
    pub fn load<E: From<StorageError>>(
        &mut self,
        entries: impl IntoIterator<Item = Result<(Digest, Digest), E>>,
        mut progress: impl FnMut(LoadProgress),
    ) -> Result<Version, E> {
        let head = self.reader()?.head()?;
        if head.keys != 0 {
            return self.load_in_chunks(entries, progress);
        }
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut sorter = Sorter::new(folder, SORTED);
        let mut count = 0;
        for entry in entries {
            let (key, value) = entry?;
            contain(&self.path, || Ok(sorter.push(&key, &value)?))?;
            count += 1;
            if count % BATCH as u64 == 0 {
                progress(LoadProgress::Read(count));
            }
        }
        progress(LoadProgress::Read(count));
        let sorted = contain(&self.path, || Ok(sorter.finish()?))?;
        Ok(self.build(head, sorted, count, progress)?)
    }

    fn load_in_chunks<E: From<StorageError>>(
        &mut self,
        entries: impl IntoIterator<Item = Result<(Digest, Digest), E>>,
        mut progress: impl FnMut(LoadProgress),
    ) -> Result<Version, E> {
        let mut writes = Writes::new();
        let mut count = 0;
        for entry in entries {
            let (key, value) = entry?;
            writes.insert(key, value);
            count += 1;
            if writes.len() == CHUNK {
                self.edit(&writes)?;
                progress(LoadProgress::Built(count));
                writes.clear();
            }
        }
        let version = self.edit(&writes)?;
        progress(LoadProgress::Built(count));
        Ok(version)
    }

    /// Builds the trie of sorted entries.
    fn build(
        &mut self,
        head: Version,
        sorted: Sorted,
        entries: u64,
        mut progress: impl FnMut(LoadProgress),
    ) -> Result<Version, StorageError> {
        contain(&self.path, || {
            let mut transaction = self.begin_write()?;
            let before = current(&transaction)?;
            if before.version.root != head.root {
                return Err(StorageError::Conflict { expected: head.root, found: before.version.root }.into());
            }
            let (root, keys, next_id) = {
                let mut nodes = transaction.open_table(NODES)?;
                // Numbers ascend, so every node is inserted after all others.
                let mut end = nodes.upper_bound_mut(Bound::<u64>::Unbounded)?;
                let mut failure = None;
                let mut store = |id: u64, node: crate::Node| {
                    end.insert_before(id, &*node.to_bytes()).map_err(|error| {
                        failure = Some(error);
                        StorageError::damaged("a node could not be inserted")
                    })
                };
                let built = thread::scope(|scope| {
                    let (sender, receiver) = sync_channel(WAITING);
                    scope.spawn(move || hash_leaves(sorted, &sender));
                    build_from(&receiver, before.next_id, &mut store, &mut progress)
                });
                if let Some(error) = failure {
                    return Err(error.into());
                }
                built?
            };
            let version = Version { number: before.version.number + 1, root: root.digest, keys };
            let (root_before, root_after) = (before.version.root, root.digest);
            let entry = LogEntry { root_before, root_after, cause: Cause::Edit { entries } };
            add_version(&transaction, VersionRecord { version, root, next_id }, &entry)?;
            transaction.set_quick_repair(true);
            transaction.commit()?;
            Ok(version)
        })
    }
}

/// Hashes the leaves of sorted entries, until the receiver has gone.
fn hash_leaves(mut sorted: Sorted, sender: &SyncSender<Result<Vec<HashedEntry>, Failure>>) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let next = match sorted.next() {
            Ok(next) => next.transpose().map_err(Failure::from),
            Err(error) => Err(error.into()),
        };
        match next {
            Ok(Some((_, value))) if value == hash::EMPTY => {}
            Ok(Some((key, value))) => batch.push(((key, value), hash::leaf(&key, &value))),
            Ok(None) => {
                let _ = sender.send(Ok(batch));
                return;
            }
            Err(error) => {
                let _ = sender.send(Err(error));
                return;
            }
        }
        if batch.len() == BATCH
            && sender.send(Ok(core::mem::replace(&mut batch, Vec::with_capacity(BATCH)))).is_err()
        {
            return;
        }
    }
}

fn build_from(
    batches: &Receiver<Result<Vec<HashedEntry>, Failure>>,
    next_id: u64,
    store: &mut impl FnMut(u64, crate::Node) -> Result<(), StorageError>,
    progress: &mut impl FnMut(LoadProgress),
) -> Result<(crate::NodeRef, u64, u64), Failure> {
    let mut builder = Builder::new(next_id);
    let mut count = 0;
    for batch in batches {
        for (entry, leaf) in batch? {
            builder.add(entry, leaf, store)?;
            count += 1;
        }
        progress(LoadProgress::Built(count));
    }
    Ok(builder.finish(store)?)
}
