//! Tables of the file, and records that show damage.

use std::vec::Vec;

use miden_core::{Digest, Reader, Writer};
use redb::TableDefinition;

use crate::{NodeRef, StorageError, Version};

/// Numbers that describe the file.
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
/// Key of the format version in [`META`].
pub(super) const META_FORMAT: &str = "format";
/// Key of the number of the current version in [`META`].
pub(super) const META_HEAD: &str = "head";

/// Nodes by number.
pub(super) const NODES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("nodes");
/// Versions by number: [`VersionRecord`].
pub(super) const VERSIONS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("versions");
/// The latest version with a root.
pub(super) const ROOTS: TableDefinition<'_, &[u8; Digest::NUM_BYTES], u64> = TableDefinition::new("roots");
/// Nodes that are no longer in a version, nor in later ones: version, number.
pub(super) const STALE: TableDefinition<'_, (u64, u64), ()> = TableDefinition::new("stale");
/// The log by version.
pub(super) const LOG: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("log");

/// Bytes of a checksum.
const CHECK: usize = 16;

/// Appends a checksum of a record and its key.
pub(super) fn seal(key: u64, mut record: Vec<u8>) -> Vec<u8> {
    let check = check(key, &record);
    record.extend(check);
    record
}

/// Removes the checksum of a record.
pub(super) fn unseal<'a>(key: u64, bytes: &'a [u8], what: &'static str) -> Result<&'a [u8], StorageError> {
    match bytes.split_last_chunk::<CHECK>() {
        Some((record, sum)) if *sum == check(key, record) => Ok(record),
        _ => Err(StorageError::damaged(std::format!("{what} {key} was altered"))),
    }
}

fn check(key: u64, record: &[u8]) -> [u8; CHECK] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&key.to_le_bytes()).update(record);
    let mut sum = [0; CHECK];
    hasher.finalize_xof().fill(&mut sum);
    sum
}

/// A version, with the facts that only the file needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct VersionRecord {
    pub(super) version: Version,
    pub(super) root: NodeRef,
    /// The next unused number of a node.
    pub(super) next_id: u64,
}

impl VersionRecord {
    /// The empty state.
    pub(super) const GENESIS: Self = Self {
        version: Version { number: 0, root: NodeRef::EMPTY.digest, keys: 0 },
        root: NodeRef::EMPTY,
        next_id: 1,
    };

    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.digest(&self.root.digest);
        for number in [self.root.id, self.version.keys, self.next_id] {
            writer.u64(number);
        }
        seal(self.version.number, writer.finish())
    }

    pub(super) fn from_bytes(number: u64, bytes: &[u8]) -> Result<Self, StorageError> {
        const WHAT: &str = "version";
        let mut reader = Reader::new(unseal(number, bytes, WHAT)?);
        let mut read = || {
            let root = NodeRef { digest: reader.digest(WHAT)?, id: reader.u64(WHAT)? };
            let version = Version { number, root: root.digest, keys: reader.u64(WHAT)? };
            Ok(Self { version, root, next_id: reader.u64(WHAT)? })
        };
        read().map_err(|error: miden_core::DecodeError| StorageError::damaged(std::format!("{error}")))
    }
}
