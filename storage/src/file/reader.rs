use std::{
    format,
    path::{Path, PathBuf},
};

use miden_core::Digest;
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable, ReadableTableMetadata};

use super::{
    RedbStorage,
    failure::{Failure, contain},
    open::Handle,
    records::{LOG, META, META_HEAD, NODES, ROOTS, VERSIONS, VersionRecord, unseal},
};
use crate::{LogEntry, Node, NodeReader, NodeRef, StorageError, StorageReader, Version};

/// A view of a file at one moment.
///
/// Later commits and garbage collections, in any process, leave it as it is; the file keeps the pages that it needs.
pub struct RedbReader {
    path: PathBuf,
    transaction: ReadTransaction,
    nodes: ReadOnlyTable<u64, &'static [u8]>,
    head: VersionRecord,
}

impl core::fmt::Debug for RedbReader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RedbReader")
            .field("path", &self.path)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl RedbReader {
    pub(super) fn new(storage: &RedbStorage) -> Result<Self, StorageError> {
        contain(&storage.path, || {
            let handle = storage.database.as_ref().ok_or_else(closed)?;
            Self::begin(&storage.path, handle)
        })
    }

    fn begin(path: &Path, handle: &Handle) -> Result<Self, Failure> {
        let transaction = handle.begin_read()?;
        let nodes = transaction.open_table(NODES)?;
        let number = transaction.open_table(META)?.get(META_HEAD)?.map(|number| number.value());
        let head = head(&transaction.open_table(VERSIONS)?, number)?;
        Ok(Self { path: path.into(), transaction, nodes, head })
    }

    fn run<T>(&self, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, StorageError> {
        contain(&self.path, work)
    }

    fn unknown(&self, version: u64) -> Failure {
        StorageError::UnknownVersion { version, head: self.head.version.number }.into()
    }

    fn read_version(&self, number: u64) -> Result<(Version, NodeRef), Failure> {
        let versions = self.transaction.open_table(VERSIONS)?;
        let record = versions.get(number)?.ok_or_else(|| self.unknown(number))?;
        let record = VersionRecord::from_bytes(number, record.value())?;
        Ok((record.version, record.root))
    }
}

/// The record of the current version; the last one must be the one that the file names.
pub(super) fn head(
    versions: &impl ReadableTable<u64, &'static [u8]>,
    number: Option<u64>,
) -> Result<VersionRecord, Failure> {
    match versions.last()? {
        Some((last, record)) if Some(last.value()) == number => {
            Ok(VersionRecord::from_bytes(last.value(), record.value())?)
        }
        _ => Err(StorageError::damaged("the last version is missing").into()),
    }
}

pub(super) fn closed() -> Failure {
    StorageError::damaged("the file was closed").into()
}

/// Reads a node and checks its digest.
pub(super) fn read_node(
    nodes: &impl ReadableTable<u64, &'static [u8]>,
    at: &NodeRef,
) -> Result<Node, Failure> {
    let node = read_unchecked(nodes, at)?;
    if node.digest() == at.digest { Ok(node) } else { Err(altered(at)) }
}

fn read_unchecked(nodes: &impl ReadableTable<u64, &'static [u8]>, at: &NodeRef) -> Result<Node, Failure> {
    let bytes = nodes.get(at.id)?;
    let bytes = bytes.ok_or_else(|| StorageError::damaged(format!("node {} is missing", at.digest)))?;
    Node::from_bytes(bytes.value()).map_err(|_| altered(at))
}

fn altered(at: &NodeRef) -> Failure {
    StorageError::damaged(format!("node {} was altered", at.digest)).into()
}

impl NodeReader for RedbReader {
    fn node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        self.run(|| read_node(&self.nodes, at))
    }

    fn unchecked_node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        self.run(|| read_unchecked(&self.nodes, at))
    }
}

impl StorageReader for RedbReader {
    fn head(&self) -> Result<Version, StorageError> {
        Ok(self.head.version)
    }

    fn version(&self, number: u64) -> Result<(Version, NodeRef), StorageError> {
        self.run(|| self.read_version(number))
    }

    fn find_root(&self, root: &Digest) -> Result<(Version, NodeRef), StorageError> {
        self.run(|| {
            let roots = self.transaction.open_table(ROOTS)?;
            let unknown = || StorageError::UnknownRoot { root: *root };
            let number = roots.get(&root.to_bytes())?.ok_or_else(unknown)?.value();
            let (version, at) = self.read_version(number)?;
            if version.root != *root {
                return Err(
                    StorageError::damaged(format!("version {number} does not have root {root}")).into()
                );
            }
            Ok((version, at))
        })
    }

    fn log_entry(&self, number: u64) -> Result<LogEntry, StorageError> {
        self.run(|| {
            let log = self.transaction.open_table(LOG)?;
            let record = log.get(number)?.ok_or_else(|| self.unknown(number))?;
            let bytes = unseal(number, record.value(), "log entry")?;
            Ok(LogEntry::from_bytes(bytes).map_err(|error| StorageError::damaged(format!("{error}")))?)
        })
    }

    fn num_versions(&self) -> Result<u64, StorageError> {
        self.run(|| Ok(self.transaction.open_table(VERSIONS)?.len()?))
    }
}
