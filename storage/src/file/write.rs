//! Commits and garbage collection: one transaction each.

use core::fmt;

use redb::{ReadableTable, Table, WriteTransaction};

use super::{
    RedbReader, RedbStorage,
    failure::{Failure, contain},
    reader::{closed, head, read_node},
    records::{LOG, META, META_HEAD, NODES, ROOTS, STALE, VERSIONS, VersionRecord, seal},
};
use crate::{
    LogEntry, Node, NodeReader, NodeRef, StorageBackend, StorageError, Trie, Version, Writes, trie::Changes,
};

/// The nodes of a transaction.
struct OpenNodes<'a, 'txn>(&'a Table<'txn, u64, &'static [u8]>);

impl fmt::Debug for OpenNodes<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenNodes").finish_non_exhaustive()
    }
}

impl NodeReader for OpenNodes<'_, '_> {
    fn node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        read_node(self.0, at).map_err(|failure| match failure {
            Failure::Storage(error) => error,
            Failure::Problem(problem) => StorageError::damaged(std::format!("{problem}")),
            Failure::Redb(error) => StorageError::damaged(std::format!("{error}")),
        })
    }
}

/// The current version, in a transaction that excludes all others.
pub(super) fn current(transaction: &WriteTransaction) -> Result<VersionRecord, Failure> {
    let number = transaction.open_table(META)?.get(META_HEAD)?.map(|number| number.value());
    head(&transaction.open_table(VERSIONS)?, number)
}

/// Adds a version and its entry of the log.
pub(super) fn add_version(
    transaction: &WriteTransaction,
    record: VersionRecord,
    entry: &LogEntry,
) -> Result<(), Failure> {
    let number = record.version.number;
    transaction.open_table(META)?.insert(META_HEAD, number)?;
    transaction.open_table(VERSIONS)?.insert(number, &*record.to_bytes())?;
    transaction.open_table(ROOTS)?.insert(&record.root.digest.to_bytes(), number)?;
    transaction.open_table(LOG)?.insert(number, &*seal(number, entry.to_bytes()))?;
    Ok(())
}

impl StorageBackend for RedbStorage {
    type Reader<'a> = RedbReader;

    fn reader(&self) -> Result<RedbReader, StorageError> {
        RedbReader::new(self)
    }

    fn commit(&mut self, writes: &Writes, entry: &LogEntry) -> Result<Version, StorageError> {
        contain(&self.path, || {
            let mut transaction = self.begin_write()?;
            let record = apply(&transaction, writes, entry)?;
            add_version(&transaction, record, entry)?;
            // After a crash the file is ready at once, however large it is.
            transaction.set_quick_repair(true);
            transaction.commit()?;
            Ok(record.version)
        })
    }

    fn gc(&mut self, keep: u64) -> Result<u64, StorageError> {
        contain(&self.path, || {
            let mut transaction = self.begin_write()?;
            let current = current(&transaction)?;
            let first = (current.version.number + 1).saturating_sub(keep.max(1));
            let mut count = 0;
            {
                let mut versions = transaction.open_table(VERSIONS)?;
                let mut roots = transaction.open_table(ROOTS)?;
                let removed = versions.extract_from_if(..first, |_, _| true)?;
                for version in removed {
                    let (number, record) = version?;
                    let number = number.value();
                    let root = VersionRecord::from_bytes(number, record.value())?.root.digest.to_bytes();
                    let latest = roots.get(&root)?.map(|latest| latest.value());
                    if latest == Some(number) {
                        roots.remove(&root)?;
                    }
                }
                let mut nodes = transaction.open_table(NODES)?;
                let mut stale = transaction.open_table(STALE)?;
                // A node that is not in the first kept version or later ones.
                for node in stale.extract_from_if(..(first + 1, 0), |_, ()| true)? {
                    let (_, id) = node?.0.value();
                    count += u64::from(nodes.remove(id)?.is_some());
                }
            }
            transaction.set_quick_repair(true);
            transaction.commit()?;
            Ok(count)
        })
    }
}

/// Applies the writes to the current version.
fn apply(
    transaction: &WriteTransaction,
    writes: &Writes,
    entry: &LogEntry,
) -> Result<VersionRecord, Failure> {
    let before = current(transaction)?;
    let found = before.version.root;
    if found != entry.root_before {
        return Err(StorageError::Conflict { expected: entry.root_before, found }.into());
    }
    let mut nodes = transaction.open_table(NODES)?;
    let mut trie = Trie::new(OpenNodes(&nodes), before.root);
    for (key, value) in writes {
        trie.set(key, value)?;
    }
    let found = trie.root();
    if found != entry.root_after {
        return Err(StorageError::RootMismatch { expected: entry.root_after, found }.into());
    }
    let Changes { root, growth, added, removed } = trie.into_changes(before.next_id);
    let number = before.version.number + 1;
    for (id, node) in &added {
        nodes.insert(id, &*node.to_bytes())?;
    }
    let mut stale = transaction.open_table(STALE)?;
    for id in removed {
        stale.insert((number, id), ())?;
    }
    let keys = before.version.keys.saturating_add_signed(growth);
    let version = Version { number, root: root.digest, keys };
    Ok(VersionRecord { version, root, next_id: before.next_id + added.len() as u64 })
}

impl RedbStorage {
    pub(super) fn begin_write(&self) -> Result<WriteTransaction, Failure> {
        self.database.as_ref().ok_or_else(closed)?.begin_write(&self.options)
    }
}
