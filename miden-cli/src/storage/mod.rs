//! Programs on persistent storage: the wrapper, the kernel, the state before and after.

use std::path::PathBuf;

use clap::Args;
use miden_core::{
    Digest, Felt, Program, ProgramInputs, StackInputs, StackOutputs,
    program::BuildError,
    storage::{wrap, wrapped_digest, wrapped_inputs},
};
use miden_processor::{Execution, ExecutionError, ExecutionOptions, Executor};
use miden_prover::Prover;
use miden_storage::{
    Cause, HostStartError, LogEntry, RedbReader, RedbStorage, Run, StorageBackend, StorageError, StorageHost,
    Version,
};

use crate::{
    args::{DebugArgs, ProgramArgs},
    debug_output::Shown,
    digest,
    error::CliError,
    files::Files,
    program::{self, Loaded},
    project::{MANIFEST, Project},
    report::Report,
};

/// The storage that a program runs on.
#[derive(Args, Debug)]
pub(crate) struct StorageArgs {
    /// Run the program on the state in this file, which `storage init` creates, and on the storage kernel unless `--kernel`
    /// names another one. Defaults to the storage of the project.
    #[arg(long, value_name = "FILE")]
    storage: Option<PathBuf>,
    /// Run on the past state with this root; the storage is not changed.
    #[arg(long, value_name = "ROOT", value_parser = digest::parse)]
    storage_root: Option<Digest>,
}

/// Why a program cannot run on a storage, or its changes cannot be committed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The host cannot start.
    #[error(transparent)]
    Host(#[from] HostStartError),
    /// The program cannot be wrapped.
    #[error("the program cannot be called by the wrapper: {0}")]
    Wrap(#[from] BuildError),
    /// The root does not fit onto the stack.
    #[error("there is no room for the root on the initial stack: {0}")]
    Inputs(#[from] miden_core::InputError),
    /// The final stack has no root, which the wrapper leaves.
    #[error("the final stack has no root")]
    NoRoot,
}

/// A program on a storage, before it runs.
pub(crate) struct Session {
    file: RedbStorage,
    /// Hash of the user's program.
    body: Digest,
    /// The user's initial stack.
    inputs: StackInputs,
    /// The wrapped program.
    program: Program,
    /// The initial stack with the root.
    stack: StackInputs,
    host: StorageHost<RedbReader>,
    /// Whether the state may be changed.
    is_current: bool,
}

impl StorageArgs {
    /// Takes the storage from the project unless one is named.
    pub(crate) fn complete(&mut self, project: &Project) {
        self.storage = self.storage.take().or_else(|| project.storage.clone());
    }

    /// Checks that arguments that need a storage have one.
    pub(crate) fn check(&self, commit: bool) -> Result<(), CliError> {
        let argument = match (&self.storage, self.storage_root) {
            (None, _) if commit => "--commit",
            (None, Some(_)) => "--storage-root",
            _ => return Ok(()),
        };
        let message = format!("{argument} needs a storage: name it with --storage FILE, or in a {MANIFEST}");
        Err(CliError::Usage(message))
    }

    /// Loads the program, on the storage kernel if a storage is named.
    pub(crate) fn load(
        &self,
        program: &ProgramArgs,
        debug: DebugArgs,
        files: &Files,
    ) -> Result<Loaded, CliError> {
        let Some(path) = &self.storage else { return Ok(program::load_for(program, debug, files)?) };
        files.check_kept_at(path)?;
        Ok(program::load_on_storage(program, debug, files)?)
    }

    /// Prepares a program to run on the storage, if one is named.
    pub(crate) fn session(
        &self,
        body: &Program,
        inputs: &ProgramInputs,
        options: &ExecutionOptions,
    ) -> Result<Option<Session>, SessionError> {
        let Some(path) = &self.storage else { return Ok(None) };
        let file = RedbStorage::open(path)?;
        let (reader, advice) = (file.reader()?, inputs.advice.clone());
        let host = match &self.storage_root {
            None => StorageHost::new(reader, advice, options.max_advice)?,
            Some(root) => StorageHost::at_root(reader, root, advice, options.max_advice)?,
        };
        let root = host.version().root;
        let stack = wrapped_inputs(&inputs.stack, &root)?;
        Ok(Some(Session {
            file,
            body: body.digest(),
            inputs: inputs.stack.clone(),
            program: wrap(body)?,
            stack,
            host,
            is_current: self.storage_root.is_none(),
        }))
    }
}

/// The start of a run, which its statement has too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// Hash of the wrapped program.
    wrapped: Digest,
    root: Digest,
}

impl Start {
    /// Adds the wrapped program and the root before to the report of a run that has no root after.
    pub(crate) fn report(self, report: Report) -> Report {
        self.lines(report).key("committed", false)
    }

    fn lines(self, report: Report) -> Report {
        let Self { wrapped, root } = self;
        report
            .line(format!("Wrapped program hash: {wrapped}"))
            .line(format!("Root before: {root}"))
            .key("wrapped_hash", wrapped.to_hex())
            .key("root_before", root.to_hex())
    }
}

/// A run that has ended.
pub(crate) struct Ended {
    file: RedbStorage,
    host: StorageHost<RedbReader>,
    is_current: bool,
    start: Start,
    root_after: Digest,
    run: Run,
}

impl Session {
    /// The start of the run.
    pub(crate) fn start(&self) -> Start {
        Start { wrapped: wrapped_digest(&self.body), root: self.host.version().root }
    }

    /// Executes the wrapped program, and shows what its debug commands ask for.
    pub(crate) fn execute(
        &mut self,
        loaded: &Loaded,
        options: ExecutionOptions,
    ) -> Result<Execution, ExecutionError> {
        let host = Shown::new(&mut self.host, loaded.debug.as_ref());
        let executor = Executor::new(&self.program).with_stack(self.stack.clone());
        executor.with_host(host).with_options(options).execute()
    }

    /// A proof of the wrapped program.
    pub(crate) fn prover(&mut self) -> Prover<'_, &mut StorageHost<RedbReader>> {
        Prover::new(&self.program).with_stack(self.stack.clone()).with_host(&mut self.host)
    }

    /// Takes the final stack of the wrapped program apart.
    pub(crate) fn end(self, outputs: &StackOutputs, cycle_limit: Option<u64>) -> Result<Ended, SessionError> {
        let start = self.start();
        let Self { file, body, inputs, program, host, is_current, .. } = self;
        let (root, outputs) = outputs.items().split_first_chunk::<4>().ok_or(SessionError::NoRoot)?;
        let mut root = *root;
        root.reverse();
        let run = Run {
            program: body,
            kernel: program.kernel().clone(),
            inputs: inputs.items().to_vec(),
            outputs: outputs.to_vec(),
            cycle_limit,
            proof: None,
        };
        Ok(Ended { file, host, is_current, start, root_after: root.into(), run })
    }
}

impl Ended {
    /// The final stack without the root.
    pub(crate) fn outputs(&self) -> &[Felt] {
        &self.run.outputs
    }

    /// Whether the run may change the storage.
    pub(crate) const fn is_current(&self) -> bool {
        self.is_current
    }

    /// Adds the roots to a report.
    pub(crate) fn report(&self, report: Report, committed: Option<Version>) -> Report {
        let Self { start, root_after, .. } = self;
        let state = match committed {
            Some(version) => format!("committed as version {}", version.number),
            None if start.root == *root_after => "not changed".into(),
            None => "not committed".into(),
        };
        start
            .lines(report)
            .line(format!("Root after:  {root_after} ({state})"))
            .key("root_after", root_after.to_hex())
            .key("committed", committed.is_some())
    }

    /// Commits the changes, with the proof of the run if there is one.
    pub(crate) fn commit(&mut self, proof: Option<Vec<u8>>) -> Result<Version, StorageError> {
        let writes = self.host.writes(&self.root_after)?;
        let run = Run { proof, ..self.run.clone() };
        let (root_before, root_after) = (self.start.root, self.root_after);
        self.file.commit(&writes, &LogEntry { root_before, root_after, cause: Cause::Run(run) })
    }
}
