//! The log and the versions.

use std::path::Path;

use clap::Args;
use miden_core::{Digest, Kernel};
use miden_storage::{Cause, LogEntry, RedbStorage, Run, StorageBackend, StorageError, StorageReader};
use miden_verifier::{BrokenLink, Policy, Transition, verify_transition};
use serde_json::{Map, Value, json};

use super::{file::FileArgs, lines::bar};
use crate::{
    args::{AssemblerArgs, JsonArgs, KernelArgs, PolicyArgs},
    commands::{execute::Execute, rejection},
    error::CliError,
    files::Files,
    messages, program,
    report::Report,
};

/// Lists the commits: roots, causes and proofs.
#[derive(Args, Debug)]
pub(crate) struct Log {
    #[command(flatten)]
    file: FileArgs,
    /// List only the last N commits.
    #[arg(short, long, value_name = "N")]
    last: Option<u64>,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Log {
    fn complete(&mut self) -> Result<(), CliError> {
        self.file.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let storage = RedbStorage::open(self.file.path())?;
        let reader = storage.reader()?;
        let head = reader.head()?;
        let first = self.last.map_or(1, |last| (head.number + 1).saturating_sub(last).max(1));
        let (mut report, mut list) = (Report::new(), Vec::new());
        for number in first..=head.number {
            let entry = reader.log_entry(number)?;
            let LogEntry { root_before, root_after, .. } = &entry;
            let cause = match &entry.cause {
                Cause::Edit { entries } => format!("{entries} entries set, no proof"),
                Cause::Run(Run { program, proof, .. }) => match proof {
                    None => format!("program {program}, no proof"),
                    Some(proof) => format!("program {program}, proof of {} bytes", proof.len()),
                },
            };
            report = report.line(format!("{number}: {root_before} → {root_after}: {cause}"));
            list.push(object(number, &entry));
        }
        Ok(report.key("outcome", "success").key("root", head.root.to_hex()).key("log", list))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

fn object(number: u64, entry: &LogEntry) -> Value {
    let mut object = Map::new();
    object.insert("version".into(), number.into());
    object.insert("root_before".into(), entry.root_before.to_hex().into());
    object.insert("root_after".into(), entry.root_after.to_hex().into());
    match &entry.cause {
        Cause::Edit { entries } => {
            object.insert("entries".into(), (*entries).into());
        }
        Cause::Run(run) => {
            let numbers =
                |list: &[miden_core::Felt]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
            object.insert("program_hash".into(), run.program.to_hex().into());
            object.insert("inputs".into(), numbers(&run.inputs).into());
            object.insert("outputs".into(), numbers(&run.outputs).into());
            if let Some(limit) = run.cycle_limit {
                object.insert("cycle_limit".into(), limit.into());
            }
        }
    }
    let proof = entry.run().and_then(|run| run.proof.as_ref());
    object.insert("proof_bytes".into(), proof.map_or(Value::Null, |proof| proof.len().into()));
    json!(object)
}

/// Verifies the proofs of all commits, from the empty state to the current root.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    file: FileArgs,
    /// Begin with the state of this version, which is then trusted; by default the empty state.
    #[arg(long, value_name = "VERSION", default_value_t = 0)]
    from: u64,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Verify {
    fn complete(&mut self) -> Result<(), CliError> {
        if let Some(project) = self.file.complete()? {
            self.kernel.complete(&project);
            self.assembler.complete(&project);
            self.policy.complete(&project);
        }
        Ok(())
    }

    fn run(&self) -> Result<Report, CliError> {
        let Self { file, from, kernel, assembler, policy, .. } = self;
        History { file: file.path(), from: *from, kernel, assembler, policy: &policy.policy() }.verify()
    }

    fn json(&self) -> bool {
        self.json.json
    }

    fn failure(&self, error: &CliError) -> Report {
        rejection(error)
    }
}

/// The commits of a storage, and what they are compared with.
pub(crate) struct History<'a> {
    pub(crate) file: &'a Path,
    /// The version to begin with, which is trusted unless it is the empty state.
    pub(crate) from: u64,
    pub(crate) kernel: &'a KernelArgs,
    pub(crate) assembler: &'a AssemblerArgs,
    pub(crate) policy: &'a Policy,
}

impl History<'_> {
    /// Verifies the proofs of all commits.
    pub(crate) fn verify(&self) -> Result<Report, CliError> {
        let kernel =
            program::storage_kernel(self.kernel.kernel.as_deref(), self.assembler, &Files::default())?;
        let storage = RedbStorage::open(self.file)?;
        let reader = storage.reader()?;
        let head = reader.head()?;
        if self.from > head.number {
            return Err(StorageError::UnknownVersion { version: self.from, head: head.number }.into());
        }
        let bar = bar("transitions", Some(head.number - self.from));
        let mut root = None;
        for number in self.from + 1..=head.number {
            let entry = reader.log_entry(number)?;
            let before = root.unwrap_or(if self.from == 0 { Digest::default() } else { entry.root_before });
            verify_entry(&kernel, before, &entry, self.policy)
                .map_err(|reason| CliError::BrokenHistory { version: number, reason })?;
            root = Some(entry.root_after);
            bar.inc(1);
        }
        bar.finish_and_clear();
        let last = root.unwrap_or(if self.from == 0 { Digest::default() } else { head.root });
        if last != head.root {
            let reason = HistoryError::Link(BrokenLink::Root { expected: last, found: head.root });
            return Err(CliError::BrokenHistory { version: head.number, reason });
        }
        let count = head.number - self.from;
        messages::done(format!("verified {count} transitions"));
        Ok(Report::new()
            .line(format!("History is valid: {count} transitions from version {}", self.from))
            .line(format!("Root: {}", head.root))
            .key("valid", true)
            .key("from", self.from)
            .key("transitions", count)
            .key("root", head.root.to_hex()))
    }
}

/// Why a commit is not proven.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HistoryError {
    /// Entries were set from outside.
    #[error("entries were set by `storage set` or `load`; verify from this version on with --from")]
    Edit,
    /// The run was committed without a proof.
    #[error("the run was committed without a proof; verify from this version on with --from")]
    NoProof,
    /// The run was on another kernel.
    #[error("the program ran on another kernel; name it with --kernel if you trust it")]
    Kernel,
    /// The proof does not show the transition.
    #[error(transparent)]
    Link(BrokenLink),
}

/// Verifies one commit.
fn verify_entry(
    kernel: &Kernel,
    before: Digest,
    entry: &LogEntry,
    policy: &Policy,
) -> Result<(), HistoryError> {
    if entry.root_before != before {
        let (expected, found) = (before, entry.root_before);
        return Err(HistoryError::Link(BrokenLink::Root { expected, found }));
    }
    let run = entry.run().ok_or(HistoryError::Edit)?;
    let proof = run.proof.as_deref().ok_or(HistoryError::NoProof)?;
    if run.kernel != *kernel {
        return Err(HistoryError::Kernel);
    }
    let transition = Transition {
        program: run.program,
        root_before: entry.root_before,
        inputs: &run.inputs,
        root_after: entry.root_after,
        outputs: &run.outputs,
        cycle_limit: run.cycle_limit,
    };
    let verified = verify_transition(kernel, &transition, proof, policy);
    verified.map(drop).map_err(|error| HistoryError::Link(error.into()))
}

/// Removes old versions, and the nodes that only they need; the log remains.
#[derive(Args, Debug)]
pub(crate) struct Gc {
    #[command(flatten)]
    file: FileArgs,
    /// Number of versions to keep, the current one included.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    keep: u64,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Gc {
    fn complete(&mut self) -> Result<(), CliError> {
        self.file.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let mut storage = RedbStorage::open(self.file.path())?;
        let removed = storage.gc(self.keep)?;
        let reader = storage.reader()?;
        let versions = reader.num_versions()?;
        messages::done(format!("removed {removed} nodes"));
        Ok(Report::new()
            .line(format!("Versions: {versions} kept"))
            .key("outcome", "success")
            .key("root", reader.head()?.root.to_hex())
            .key("versions", versions)
            .key("removed_nodes", removed))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}
