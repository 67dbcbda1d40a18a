//! Errors of redb, and its panics on damaged files, as errors of the storage.

use std::{
    any::Any,
    borrow::Cow,
    cell::Cell,
    io::{self, ErrorKind},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    string::{String, ToString},
};

use crate::{FileProblem, StorageError};

/// An error inside of this module: of redb, or of the storage.
pub(super) enum Failure {
    Redb(redb::Error),
    Problem(FileProblem),
    Storage(StorageError),
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<FileProblem> for Failure {
    fn from(problem: FileProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Redb(redb::Error::Io(error))
    }
}

macro_rules! from_redb {
    ($($Error:ident),+) => {
        $(impl From<redb::$Error> for Failure {
            fn from(error: redb::$Error) -> Self {
                Self::Redb(error.into())
            }
        })+
    };
}

from_redb!(
    CommitError,
    CursorError,
    DatabaseError,
    SetDurabilityError,
    StorageError,
    TableError,
    TransactionError
);

std::thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is reading a file, so that a panic is a sign of damage and becomes an error.
///
/// redb trusts its files and panics on some damaged ones. A panic hook that stays silent then shows the error alone.
pub fn is_panic_contained() -> bool {
    CONTAINED.get()
}

/// Runs `work` on the file at `path`; errors name it, and a panic becomes an error of a damaged file.
pub(super) fn contain<T>(path: &Path, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, StorageError> {
    let outer = CONTAINED.replace(true);
    // After a panic nothing of the transaction is used again, and redb poisons the database itself.
    let result = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(outer);
    let problem = match result {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(Failure::Redb(error))) => problem(error),
        Ok(Err(Failure::Problem(problem))) => problem,
        Ok(Err(Failure::Storage(StorageError::Damaged { detail }))) => FileProblem::Damaged(detail),
        Ok(Err(Failure::Storage(error))) => return Err(error),
        Err(panic) => FileProblem::Damaged(message(&*panic)),
    };
    Err(StorageError::File { path: path.display().to_string(), problem })
}

fn message(panic: &(dyn Any + Send)) -> Cow<'static, str> {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_string());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    // The first line says what was not as expected.
    let text = text.as_deref().and_then(|text| text.lines().next());
    Cow::Owned(std::format!("redb cannot read it ({})", text.unwrap_or("no message")))
}

fn problem(error: redb::Error) -> FileProblem {
    match error {
        redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch | redb::Error::WouldBlock => {
            FileProblem::Locked
        }
        // Only a read-only open is never repaired.
        redb::Error::RepairAborted => FileProblem::ReadOnly,
        redb::Error::UpgradeRequired(found) => {
            FileProblem::OtherVersion { expected: super::FORMAT, found: found.into() }
        }
        redb::Error::Io(error) => io_problem(&error),
        redb::Error::TableDoesNotExist(_) => FileProblem::NotStorage,
        error => FileProblem::Damaged(Cow::Owned(error.to_string())),
    }
}

fn io_problem(error: &io::Error) -> FileProblem {
    match error.kind() {
        ErrorKind::NotFound => FileProblem::Missing,
        ErrorKind::AlreadyExists => FileProblem::Exists,
        ErrorKind::InvalidData => FileProblem::NotStorage,
        ErrorKind::UnexpectedEof => FileProblem::Damaged(Cow::Borrowed("the file is cut off")),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => FileProblem::ReadOnly,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => FileProblem::Full,
        _ => FileProblem::Io(error.to_string()),
    }
}
