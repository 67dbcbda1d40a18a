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
    Cause, LogEntry, Node, NodeRef, StorageBackend, StorageError, StorageReader, Version, Writes,
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

/// What the thread that builds the trie hands over.
enum Built {
    /// Nodes with their numbers, and how many entries are in the trie.
    Nodes { nodes: Vec<(u64, Node)>, entries: u64 },
    /// The root of all nodes, the number of keys and the next unused number.
    Trie { root: NodeRef, keys: u64, next_id: u64 },
}

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
                thread::scope(|scope| -> Result<_, Failure> {
                    let (leaves, hashed) = sync_channel(WAITING);
                    let (built, stored) = sync_channel(WAITING);
                    scope.spawn(move || hash_leaves(sorted, &leaves));
                    scope.spawn(move || build_nodes(hashed, before.next_id, &built));
                    for part in stored {
                        match part? {
                            Built::Nodes { nodes, entries } => {
                                for (id, node) in nodes {
                                    end.insert_before(id, &*node.to_bytes())?;
                                }
                                progress(LoadProgress::Built(entries));
                            }
                            Built::Trie { root, keys, next_id } => return Ok((root, keys, next_id)),
                        }
                    }
                    Err(StorageError::damaged("a thread that builds the trie has ended").into())
                })?
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
            Ok(Some(entry)) => batch.push(entry),
            Ok(None) => {
                let _ = sender.send(Ok(hashed(&batch)));
                return;
            }
            Err(error) => {
                let _ = sender.send(Err(error));
                return;
            }
        }
        if batch.len() == BATCH {
            if sender.send(Ok(hashed(&batch))).is_err() {
                return;
            }
            batch.clear();
        }
    }
}

fn hashed(batch: &[(Digest, Digest)]) -> Vec<HashedEntry> {
    let leaves = hash::leaves(batch.iter().map(|&(key, value)| [key, value]));
    batch.iter().copied().zip(leaves).collect()
}

/// Builds the trie of the entries, until the receiver has gone.
fn build_nodes(
    batches: Receiver<Result<Vec<HashedEntry>, Failure>>,
    next_id: u64,
    sender: &SyncSender<Result<Built, Failure>>,
) {
    if let Err(failure) = try_build_nodes(batches, next_id, sender) {
        let _ = sender.send(Err(failure));
    }
}

fn try_build_nodes(
    batches: Receiver<Result<Vec<HashedEntry>, Failure>>,
    next_id: u64,
    sender: &SyncSender<Result<Built, Failure>>,
) -> Result<(), Failure> {
    let mut builder = Builder::new(next_id);
    let mut nodes = Vec::new();
    let mut entries = 0;
    for batch in batches {
        for (entry, leaf) in batch? {
            builder.add(entry, leaf, &mut |id, node| {
                nodes.push((id, node));
                Ok(())
            })?;
            entries += 1;
        }
        if nodes.is_empty() {
            continue;
        }
        let nodes = core::mem::take(&mut nodes);
        if sender.send(Ok(Built::Nodes { nodes, entries })).is_err() {
            return Ok(());
        }
    }
    let (root, keys, next_id) = builder.finish(&mut |id, node| {
        nodes.push((id, node));
        Ok(())
    })?;
    for part in [Built::Nodes { nodes, entries }, Built::Trie { root, keys, next_id }] {
        if sender.send(Ok(part)).is_err() {
            break;
        }
    }
    Ok(())
}
