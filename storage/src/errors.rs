use alloc::{borrow::Cow, string::String};

use miden_core::Digest;

/// Why storage cannot be read or changed. It is then as it was before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The root has changed since the run began.
    #[error(
        "conflict: the run started on root {expected}, but the current root is {found}; nothing was changed; run the \
         program again on the current root"
    )]
    Conflict {
        /// The root that the changes belong to.
        expected: Digest,
        /// The current root.
        found: Digest,
    },
    /// The writes do not lead to the root that a run ended with.
    #[error("the writes of the run lead to root {found}, not to its final root {expected}")]
    RootMismatch {
        /// The final root of the run.
        expected: Digest,
        /// The root that the writes lead to.
        found: Digest,
    },
    /// No version has this root.
    #[error("storage has no version with root {root}, or it was removed by `gc`")]
    UnknownRoot {
        /// The root.
        root: Digest,
    },
    /// No version has this number.
    #[error("storage has no version {version}; the current one is {head}")]
    UnknownVersion {
        /// The number.
        version: u64,
        /// The number of the current version.
        head: u64,
    },
    /// Two keys have the same path.
    #[error("keys {key} and {other} have the same path")]
    KeyCollision {
        /// The key to be added.
        key: Digest,
        /// The key in the trie.
        other: Digest,
    },
    /// The host of a run does not hold all nodes of the final state.
    #[error("the run ended with root {root}, but node {node} of that state is neither stored nor new")]
    MissingNode {
        /// The final root.
        root: Digest,
        /// The node.
        node: Digest,
    },
    /// The final state of a run is not a trie.
    #[error(
        "the run ended with root {root}, which is not that of a state: node {node} cannot be part of one"
    )]
    InvalidState {
        /// The final root.
        root: Digest,
        /// The node.
        node: Digest,
    },
    /// The advice of a run cannot take a node.
    #[error("{message}")]
    Advice {
        /// The error of the advice.
        message: String,
    },
    /// The stored data is not what was written.
    #[error(
        "storage is damaged: {detail}; restore the file from a copy, or `miden storage dump` what can be read"
    )]
    Damaged {
        /// The place and the finding.
        detail: Cow<'static, str>,
    },
    /// The file cannot be used.
    #[error("{path}: {problem}")]
    File {
        /// The file.
        path: String,
        /// The reason, and the way out.
        problem: FileProblem,
    },
}

/// Why a file cannot be used as storage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// There is no such file.
    #[error("the file does not exist; create it with `miden storage init`")]
    Missing,
    /// A file with this name exists.
    #[error("the file already exists; remove it first, or name another one")]
    Exists,
    /// The file is something else.
    #[error("the file is not Miden storage; name another one, or create one with `miden storage init`")]
    NotStorage,
    /// The file has another version of the format.
    #[error(
        "the storage has format version {found}, this build reads version {expected}; `dump` it with the version of Miden \
         that wrote it, and `load` it into a new file"
    )]
    OtherVersion {
        /// The version that this build reads and writes.
        expected: u64,
        /// The version of the file.
        found: u64,
    },
    /// Another process has locked the file.
    #[error("the storage is locked by another process that changes it; try again when that has ended")]
    Locked,
    /// The file cannot be changed.
    #[error("the file is read-only; make it and its folder writable, or work on a copy")]
    ReadOnly,
    /// The disk is full.
    #[error("the disk is full; nothing was changed; make room and try again")]
    Full,
    /// The data in the file is not what was written.
    #[error(
        "the storage is damaged: {0}; restore the file from a copy, or `miden storage dump` what can be read into a new file"
    )]
    Damaged(Cow<'static, str>),
    /// The operating system reports another error.
    #[error("{0}")]
    Io(String),
}

impl StorageError {
    /// An error of data that is not what was written.
    pub(crate) fn damaged(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Damaged { detail: detail.into() }
    }
}
