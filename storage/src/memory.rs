use alloc::{collections::BTreeMap, format, vec::Vec};

use miden_core::Digest;

use crate::{
    LogEntry, Node, NodeReader, NodeRef, StorageBackend, StorageError, StorageReader, Trie, Version, Writes,
    trie::Changes,
};

/// Storage in memory, for tests and for hosts without files.
#[derive(Clone, Debug)]
pub struct MemoryStorage {
    nodes: BTreeMap<u64, Node>,
    next_id: u64,
    versions: BTreeMap<u64, (Version, NodeRef)>,
    head: (Version, NodeRef),
    log: Vec<LogEntry>,
    /// Nodes that are not in a version or later ones.
    stale: BTreeMap<u64, Vec<u64>>,
}

impl Default for MemoryStorage {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStorage {
    /// Empty storage.
    pub fn new() -> Self {
        let head = (Version { number: 0, root: NodeRef::EMPTY.digest, keys: 0 }, NodeRef::EMPTY);
        Self {
            nodes: BTreeMap::new(),
            next_id: 1,
            versions: [(0, head)].into(),
            head,
            log: Vec::new(),
            stale: BTreeMap::new(),
        }
    }

    /// Number of nodes held.
    pub fn num_nodes(&self) -> usize {
        self.nodes.len()
    }
}

impl NodeReader for MemoryStorage {
    fn node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        match self.nodes.get(&at.id) {
            Some(node) if node.digest() == at.digest => Ok(*node),
            _ => Err(StorageError::damaged(format!("node {} is missing", at.digest))),
        }
    }
}

impl StorageReader for MemoryStorage {
    fn head(&self) -> Result<Version, StorageError> {
        Ok(self.head.0)
    }

    fn version(&self, number: u64) -> Result<(Version, NodeRef), StorageError> {
        let unknown = StorageError::UnknownVersion { version: number, head: self.head.0.number };
        self.versions.get(&number).copied().ok_or(unknown)
    }

    fn find_root(&self, root: &Digest) -> Result<(Version, NodeRef), StorageError> {
        let found = self.versions.values().rev().find(|(version, _)| version.root == *root);
        found.copied().ok_or(StorageError::UnknownRoot { root: *root })
    }

    fn log_entry(&self, number: u64) -> Result<LogEntry, StorageError> {
        let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let unknown = StorageError::UnknownVersion { version: number, head: self.head.0.number };
        index.and_then(|index| self.log.get(index)).cloned().ok_or(unknown)
    }

    fn num_versions(&self) -> Result<u64, StorageError> {
        Ok(self.versions.len() as u64)
    }
}

impl StorageBackend for MemoryStorage {
    type Reader<'a> = &'a Self;

    fn reader(&self) -> Result<&Self, StorageError> {
        Ok(self)
    }

    fn commit(&mut self, writes: &Writes, entry: &LogEntry) -> Result<Version, StorageError> {
        let (head, root) = self.head;
        if head.root != entry.root_before {
            return Err(StorageError::Conflict { expected: entry.root_before, found: head.root });
        }
        let mut trie = Trie::new(&*self, root);
        for (key, value) in writes {
            trie.set(key, value)?;
        }
        if trie.root() != entry.root_after {
            return Err(StorageError::RootMismatch { expected: entry.root_after, found: trie.root() });
        }
        let Changes { root, growth, added, removed } = trie.into_changes(self.next_id);
        let keys = head.keys.saturating_add_signed(growth);
        let version = Version { number: head.number + 1, root: root.digest, keys };
        self.next_id += added.len() as u64;
        self.nodes.extend(added);
        self.stale.insert(version.number, removed);
        self.head = (version, root);
        self.versions.insert(version.number, self.head);
        self.log.push(entry.clone());
        Ok(version)
    }

    fn gc(&mut self, keep: u64) -> Result<u64, StorageError> {
        let first = (self.head.0.number + 1).saturating_sub(keep.max(1));
        self.versions = self.versions.split_off(&first);
        let later = self.stale.split_off(&(first + 1));
        let stale = core::mem::replace(&mut self.stale, later);
        let mut count = 0;
        for id in stale.into_values().flatten() {
            count += u64::from(self.nodes.remove(&id).is_some());
        }
        Ok(count)
    }
}
