//! The file as a whole.

use clap::Args;
use miden_storage::{RedbStorage, StorageBackend, StorageReader};

use super::file::FileArgs;
use crate::{args::JsonArgs, commands::execute::Execute, error::CliError, messages, report::Report};

/// Creates a file with the empty state; it must not exist.
#[derive(Args, Debug)]
pub(crate) struct Init {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Init {
    fn complete(&mut self) -> Result<(), CliError> {
        self.file.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let storage = RedbStorage::create(self.file.path())?;
        messages::done(format!("created {}", self.file.path().display()));
        describe(&storage)
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

/// Shows the root, the versions and the size of a storage.
#[derive(Args, Debug)]
pub(crate) struct Info {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Info {
    fn complete(&mut self) -> Result<(), CliError> {
        self.file.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        describe(&RedbStorage::open(self.file.path())?)
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

fn describe(storage: &RedbStorage) -> Result<Report, CliError> {
    let reader = storage.reader()?;
    let (head, versions, bytes) = (reader.head()?, reader.num_versions()?, storage.file_bytes()?);
    let access = if storage.is_read_only() { ", read-only" } else { "" };
    Ok(Report::new()
        .line(format!("Root: {}", head.root))
        .line(format!("Version: {} ({versions} kept)", head.number))
        .line(format!("Keys: {}", head.keys))
        .line(format!("File: {bytes} bytes{access}"))
        .key("outcome", "success")
        .key("root", head.root.to_hex())
        .key("version", head.number)
        .key("versions", versions)
        .key("keys", head.keys)
        .key("file_bytes", bytes)
        .key("read_only", storage.is_read_only()))
}
