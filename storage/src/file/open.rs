//! Creating and opening the file.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use redb::{
    Builder, ConcurrencyMode, Database, DatabaseError, ReadOnlyDatabase, ReadTransaction, ReadableDatabase,
    TransactionError, WriteTransaction,
};

use super::{
    FORMAT, RedbOptions,
    failure::{Failure, contain},
    records::{LOG, META, META_FORMAT, META_HEAD, NODES, ROOTS, STALE, VERSIONS, VersionRecord},
};
use crate::{FileProblem, StorageError};

/// Time between two attempts to lock the file.
const RETRY: Duration = Duration::from_millis(2);

/// An open file.
pub(super) enum Handle {
    Writable(Database),
    ReadOnly(ReadOnlyDatabase),
}

impl core::fmt::Debug for Handle {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Writable(_) => "Writable",
            Self::ReadOnly(_) => "ReadOnly",
        })
    }
}

impl Handle {
    pub(super) fn begin_read(&self) -> Result<ReadTransaction, Failure> {
        Ok(match self {
            Self::Writable(database) => database.begin_read()?,
            Self::ReadOnly(database) => database.begin_read()?,
        })
    }

    /// Begins a transaction, after any that runs in this or another process.
    pub(super) fn begin_write(&self, options: &RedbOptions) -> Result<WriteTransaction, Failure> {
        let Self::Writable(database) = self else { return Err(FileProblem::ReadOnly.into()) };
        retry(
            options.wait,
            || database.try_begin_write(),
            |error| matches!(error, TransactionError::WouldBlock),
        )
        .map_err(Failure::from)
    }
}

/// Repeats `attempt` while it fails because of other processes.
fn retry<T, E>(
    wait: Duration,
    mut attempt: impl FnMut() -> Result<T, E>,
    is_busy: impl Fn(&E) -> bool,
) -> Result<T, E> {
    let start = Instant::now();
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && start.elapsed() < wait => thread::sleep(RETRY),
            result => return result,
        }
    }
}

/// Processes share the file where the operating system can lock parts of it.
const fn mode() -> ConcurrencyMode {
    if cfg!(any(target_os = "linux", target_vendor = "apple", windows)) {
        ConcurrencyMode::MultiWriter
    } else {
        ConcurrencyMode::ExclusiveWriter
    }
}

/// Creates the file under another name, and renames it when it is complete.
pub(super) fn create(path: &Path) -> Result<(), StorageError> {
    contain(path, || {
        if path.try_exists()? {
            return Err(FileProblem::Exists.into());
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".miden-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        let database = Builder::new().create(file.path())?;
        let mut transaction = database.begin_write()?;
        transaction.set_quick_repair(true);
        {
            let mut meta = transaction.open_table(META)?;
            meta.insert(META_FORMAT, FORMAT)?;
            meta.insert(META_HEAD, 0)?;
            let genesis = VersionRecord::GENESIS;
            transaction.open_table(VERSIONS)?.insert(0, &*genesis.to_bytes())?;
            transaction.open_table(ROOTS)?.insert(&genesis.root.digest.to_bytes(), 0)?;
            transaction.open_table(NODES)?;
            transaction.open_table(STALE)?;
            transaction.open_table(LOG)?;
        }
        transaction.commit()?;
        database.close()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    })
}

/// Opens the file, for reading only if it cannot be written.
pub(super) fn open(path: &Path, options: &RedbOptions) -> Result<Handle, StorageError> {
    contain(path, || {
        let mut builder = Builder::new();
        builder.set_cache_size(options.cache).set_concurrency_mode(mode());
        let is_locked = |error: &DatabaseError| matches!(error, DatabaseError::DatabaseAlreadyOpen);
        let handle = match retry(options.wait, || builder.open(path), is_locked) {
            Ok(database) => Handle::Writable(database),
            Err(DatabaseError::Storage(redb::StorageError::Io(error))) if is_protected(&error) => {
                Handle::ReadOnly(retry(options.wait, || builder.open_read_only(path), is_locked)?)
            }
            Err(error) => return Err(error.into()),
        };
        let meta = handle.begin_read()?.open_table(META)?;
        let found = meta.get(META_FORMAT)?.ok_or(FileProblem::NotStorage)?.value();
        if found != FORMAT {
            return Err(FileProblem::OtherVersion { expected: FORMAT, found }.into());
        }
        Ok(handle)
    })
}

fn is_protected(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
}
