//! Single entries.

use std::path::PathBuf;

use clap::Args;
use miden_core::{Digest, storage::EMPTY};
use miden_storage::{RedbStorage, StorageBackend, lookup, prove_entry};

use super::{
    file::FileArgs,
    key::{self, KeyArgs, RootArgs},
};
use crate::{
    args::JsonArgs, commands::execute::Execute, error::CliError, files::Files, messages, report::Report,
};

/// Prints the value of a key; an absent key has the zero word.
#[derive(Args, Debug)]
pub(crate) struct Get {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    root: RootArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Get {
    fn complete(&mut self) -> Result<(), CliError> {
        self.file.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let key = self.key.key()?;
        let storage = RedbStorage::open(self.file.path())?;
        let reader = storage.reader()?;
        let (version, root) = self.root.find(&reader)?;
        let value = lookup(&reader, &root, &key)?;
        if value.is_none() {
            messages::note("the key is absent");
        }
        let value = value.unwrap_or(EMPTY);
        Ok(entry(Report::new().line(value.to_hex()), &version.root, &key, &value))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

/// Adds an entry to the object of a report.
fn entry(report: Report, root: &Digest, key: &Digest, value: &Digest) -> Report {
    let elements = |digest: &Digest| digest.elements().map(|element| element.to_string()).to_vec();
    report
        .key("outcome", "success")
        .key("root", root.to_hex())
        .key("key", key.to_hex())
        .key("value", value.to_hex())
        .key("elements", elements(value))
        .key("absent", *value == EMPTY)
}

/// Sets the value of a key, without a proof; the zero word removes it.
#[derive(Args, Debug)]
pub(crate) struct Set {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    key: KeyArgs,
    /// The value: 64 hex digits, or four numbers separated by commas.
    #[arg(long, value_name = "WORD", value_parser = key::word)]
    value: Digest,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Set {
    fn complete(&mut self) -> Result<(), CliError> {
        self.file.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let key = self.key.key()?;
        let mut storage = RedbStorage::open(self.file.path())?;
        let version = storage.edit(&[(key, self.value)].into())?;
        messages::done(format!(
            "committed as version {}, which `storage verify` cannot prove",
            version.number
        ));
        let report = Report::new().line(format!("Root: {}", version.root)).key("version", version.number);
        Ok(entry(report, &version.root, &key, &self.value))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

/// Writes a proof that a key has its value under the root, for a client that does not have the storage.
#[derive(Args, Debug)]
pub(crate) struct ExportProof {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    root: RootArgs,
    /// Write the proof to this file.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for ExportProof {
    fn complete(&mut self) -> Result<(), CliError> {
        self.file.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let key = self.key.key()?;
        let mut files = Files::default();
        let target = files.target(self.output.clone())?;
        files.check_kept_at(self.file.path())?;
        let storage = RedbStorage::open(self.file.path())?;
        let reader = storage.reader()?;
        let (version, root) = self.root.find(&reader)?;
        let proof = prove_entry(&reader, &root, &key)?;
        let value = match proof.claim(key.elements()) {
            Some((value, shown)) if shown == version.root => Digest::from(value),
            _ => return Err(CliError::Usage("the storage does not prove its own entry".into())),
        };
        let bytes = proof.to_bytes();
        target.write(&bytes)?;
        let report = Report::new()
            .line(format!("Root:  {}", version.root))
            .line(format!("Key:   {key}"))
            .line(format!("Value: {value}"))
            .line(format!("Proof: {} bytes", bytes.len()))
            .key("proof_bytes", bytes.len());
        Ok(entry(report, &version.root, &key, &value))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}
