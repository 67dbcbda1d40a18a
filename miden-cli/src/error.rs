//! Why a command did not succeed: message, JSON object and exit status.

use std::path::PathBuf;

use miden_assembly::Diagnostics;
use miden_core::{Digest, Outcome};
use miden_prover::ProverError;
use miden_storage::StorageError;
use miden_verifier::ProofBundleError;
use serde_json::{Value, json};

use crate::{
    claim::ClaimFileError,
    commands::HistoryError,
    diagnostics,
    exit::ExitStatus,
    explanations::ErrorKind,
    failure::Failure,
    files::FileError,
    library::LibraryFileError,
    lsp::LspError,
    messages,
    outcome::{self, ExpectationArgs},
    program::LoadError,
    program_manifest::ProgramManifestError,
    project::ProjectError,
    report::Report,
    storage::SessionError,
    value_file::ValueFileError,
    watch::WatchError,
};

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CliError {
    /// The arguments make no sense.
    #[error("{0}")]
    Usage(String),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of inputs or outputs is malformed.
    #[error(transparent)]
    Values(#[from] ValueFileError),
    /// A file of a statement or a proof bundle is malformed.
    #[error(transparent)]
    Claim(ClaimFileError),
    /// A library could not be read or used.
    #[error(transparent)]
    Library(LibraryFileError),
    /// A project could not be used or created.
    #[error(transparent)]
    Project(ProjectError),
    /// A program or a kernel could not be loaded.
    #[error(transparent)]
    Load(LoadError),
    /// The editor server ended unexpectedly.
    #[error(transparent)]
    Lsp(#[from] LspError),
    /// The terminal, or a stream of the debugger, cannot be used.
    #[error("cannot use the terminal: {0}")]
    Terminal(std::io::Error),
    /// The connection of the debug adapter failed.
    #[error("the connection failed: {0}")]
    Dap(std::io::Error),
    /// Files cannot be watched.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// The program hash differs from the one named.
    #[error(
        "{} has the program hash {got}, not {expected}{}", path.display(),
        match no_opt {
            Some(true) => "; assembled with --no-opt, it has",
            Some(false) => "; assembled without --no-opt, it has",
            None => "",
        },
    )]
    ProgramMismatch {
        path: PathBuf,
        got: Digest,
        expected: Digest,
        /// Whether assembly with, or without, `--no-opt` gives the expected hash.
        no_opt: Option<bool>,
    },
    /// A source has errors.
    #[error("{}", count_errors(.0))]
    Assembly(Box<Diagnostics>),
    /// Sources are not formatted; the report shows what formatting would change.
    #[error("{} not formatted; without --check, `miden fmt` formats {}", count_files(files), if files.len() == 1 { "it" } else { "them" })]
    NotFormatted { files: Vec<PathBuf>, changes: Report },
    /// Warnings that are not allowed; the report has the result.
    #[error("{count} warning{}, which --deny-warnings does not allow", if *count == 1 { "" } else { "s" })]
    Warnings { count: usize, report: Report },
    /// Tests fail; the report has all results.
    #[error("{failed} of {total} test{} failed", if *total == 1 { "" } else { "s" })]
    TestsFailed { failed: usize, total: usize, report: Report },
    /// Errors in several of the files that a command works on.
    #[error("{} errors", .0.len())]
    Several(Vec<CliError>),
    /// Inputs of a session failed; each error was shown.
    #[error("{count} of the inputs failed")]
    Repl { count: usize },
    /// The program failed.
    #[error(transparent)]
    Execution(Box<Failure>),
    /// The execution could not be proven.
    #[error(transparent)]
    Prover(ProverError),
    /// The statement is not the expected one, or the proof does not show it.
    #[error("{reason}")]
    Rejected { reason: ProofBundleError, help: Vec<String> },
    /// The proof is valid for an outcome that is not the expected one.
    #[error("the proof shows an outcome other than the expected one: {outcome}, not {expected}")]
    OutcomeMismatch { outcome: Outcome, cycle_limit: Option<u64>, expected: ExpectationArgs },
    /// The storage cannot be read or changed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The program cannot run on the storage.
    #[error(transparent)]
    Session(SessionError),
    /// A line of entries is malformed.
    #[error("{}: line {number} is not a key and a value, 64 hex digits each", path.display())]
    Line { path: PathBuf, number: u64 },
    /// A commit is not proven.
    #[error("version {version} is not proven: {reason}")]
    BrokenHistory { version: u64, reason: HistoryError },
    /// The manifest of a program cannot be read or made.
    #[error(transparent)]
    Manifest(#[from] ProgramManifestError),
    /// A program does not come from what its manifest says.
    #[error(
        "the program is not reproduced: {}{}", differences.join("; "),
        assembler.as_ref().map_or_else(String::new, |version| {
            format!("; the manifest is of release {version}, this is {}", env!("CARGO_PKG_VERSION"))
        })
    )]
    NotReproduced { differences: Vec<String>, assembler: Option<String> },
    /// The outputs claim a cycle limit that the arguments do not.
    #[error(
        "the outputs come from a run with a cycle limit of {claimed}; {}",
        agreed.map_or_else(
            || format!("accept it with --cycle-limit {claimed}"),
            |agreed| format!("--cycle-limit says {agreed}"),
        )
    )]
    LimitMismatch { claimed: u64, agreed: Option<u64> },
}

impl From<Diagnostics> for CliError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Assembly(Box::new(diagnostics))
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        Self::Execution(Box::new(failure))
    }
}

impl From<ClaimFileError> for CliError {
    fn from(error: ClaimFileError) -> Self {
        match error {
            ClaimFileError::File(error) => Self::File(error),
            error => Self::Claim(error),
        }
    }
}

impl From<LibraryFileError> for CliError {
    fn from(error: LibraryFileError) -> Self {
        match error {
            LibraryFileError::File(error) => Self::File(error),
            error => Self::Library(error),
        }
    }
}

impl From<SessionError> for CliError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Storage(error) => Self::Storage(error),
            error => Self::Session(error),
        }
    }
}

impl From<LoadError> for CliError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::File(error) => Self::File(error),
            LoadError::Library(error) => error.into(),
            LoadError::Assembly(diagnostics) => Self::Assembly(diagnostics),
            error => Self::Load(error),
        }
    }
}

impl From<ProjectError> for CliError {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::File(error) => Self::File(error),
            error => Self::Project(error),
        }
    }
}

impl CliError {
    /// Adds the report of the cycles before a failure.
    #[must_use]
    pub(crate) fn with_partial(mut self, partial: Report) -> Self {
        if let Self::Execution(failure) = &mut self {
            failure.partial = partial;
        }
        self
    }

    /// Standard output of a command that failed, such as the analysis of the cycles before a failure.
    pub(crate) fn partial(self) -> Option<Report> {
        match self {
            Self::Execution(failure) => Some(failure.partial),
            Self::NotFormatted { changes, .. } => Some(changes),
            Self::Warnings { report, .. } | Self::TestsFailed { report, .. } => Some(report),
            Self::Several(errors) => errors.into_iter().find_map(Self::partial),
            _ => None,
        }
    }

    pub(crate) fn exit_status(&self) -> ExitStatus {
        match self {
            // Nothing is wrong with the program: with more memory, or time, it has a proof.
            Self::Prover(ProverError::Memory { .. } | ProverError::Cancelled) => ExitStatus::Refused,
            Self::Execution(_)
            | Self::Repl { .. }
            | Self::Prover(_)
            | Self::Rejected { .. }
            | Self::OutcomeMismatch { .. }
            | Self::LimitMismatch { .. }
            | Self::NotFormatted { .. }
            | Self::BrokenHistory { .. }
            | Self::NotReproduced { .. }
            | Self::Warnings { .. }
            | Self::TestsFailed { .. }
            | Self::Lsp(_) => ExitStatus::Failed,
            Self::Several(errors) => {
                errors.iter().map(Self::exit_status).max().expect("several errors are more than one")
            }
            Self::Usage(_)
            | Self::Manifest(_)
            | Self::File(_)
            | Self::Values(_)
            | Self::Claim(_)
            | Self::Library(_)
            | Self::Load(_)
            | Self::Terminal(_)
            | Self::Dap(_)
            | Self::Watch(_)
            | Self::Project(_)
            | Self::ProgramMismatch { .. }
            | Self::Storage(_)
            | Self::Session(_)
            | Self::Line { .. }
            | Self::Assembly(_) => ExitStatus::Refused,
        }
    }

    const fn kind(&self) -> ErrorKind {
        match self {
            Self::Usage(_) => ErrorKind::Usage,
            Self::File(_)
            | Self::Terminal(_)
            | Self::Dap(_)
            | Self::Watch(_)
            | Self::Load(LoadError::File(_)) => ErrorKind::File,
            Self::Values(_) => ErrorKind::Values,
            Self::Claim(_) => ErrorKind::Claim,
            Self::Load(
                LoadError::LibraryAsProgram { .. } | LoadError::NotText { .. } | LoadError::Compiled { .. },
            ) => ErrorKind::ProgramFile,
            Self::Load(
                LoadError::NoKernel { .. }
                | LoadError::KernelMismatch { .. }
                | LoadError::KernelOptions { .. }
                | LoadError::CompiledKernel { .. },
            ) => ErrorKind::Kernel,
            Self::Library(LibraryFileError::Compiled { .. }) => ErrorKind::ProgramFile,
            Self::Library(_) | Self::Load(LoadError::Library(_)) => ErrorKind::Library,
            Self::Project(_) => ErrorKind::Project,
            Self::Lsp(_) => ErrorKind::Lsp,
            Self::ProgramMismatch { .. } => ErrorKind::OtherProgram,
            Self::Assembly(_) | Self::Load(LoadError::Assembly(_)) => ErrorKind::Assembly,
            Self::NotFormatted { .. } => ErrorKind::NotFormatted,
            Self::Warnings { .. } => ErrorKind::Warnings,
            Self::TestsFailed { .. } => ErrorKind::Tests,
            Self::Several(_) => ErrorKind::Several,
            Self::Execution(_) | Self::Repl { .. } => ErrorKind::Execution,
            Self::Prover(_) => ErrorKind::Prover,
            Self::Rejected { reason: ProofBundleError::Statement(_), .. } => ErrorKind::OtherStatement,
            Self::Rejected { .. } => ErrorKind::InvalidProof,
            Self::OutcomeMismatch { .. } => ErrorKind::UnexpectedOutcome,
            Self::LimitMismatch { .. } => ErrorKind::UnexpectedLimit,
            Self::Storage(StorageError::Conflict { .. }) => ErrorKind::Conflict,
            Self::Storage(_) | Self::Session(_) => ErrorKind::Storage,
            Self::Line { .. } => ErrorKind::Values,
            Self::BrokenHistory { .. } => ErrorKind::BrokenHistory,
            Self::Manifest(_) => ErrorKind::Manifest,
            Self::NotReproduced { .. } => ErrorKind::NotReproduced,
        }
    }

    /// The whole message for people, in colour.
    pub(crate) fn to_styled(&self) -> String {
        match self {
            Self::Assembly(diagnostics) => diagnostics.render(true),
            Self::Execution(failure) => failure.render(),
            Self::Several(errors) => errors.iter().map(Self::to_styled).collect::<Vec<_>>().join("\n\n"),
            Self::Rejected { reason, help } => {
                let help: String = help.iter().map(|help| format!("\nhelp: {help}")).collect();
                messages::labelled_error(format!("Program failed verification! - {reason}{help}"))
            }
            Self::OutcomeMismatch { outcome, cycle_limit, .. } => {
                let meaning = outcome::meaning(outcome, *cycle_limit);
                let meaning = meaning.map_or_else(String::new, |meaning| format!("\nnote: {meaning}"));
                messages::labelled_error(format!("Program failed verification! - {self}{meaning}"))
            }
            Self::LimitMismatch { .. } => {
                messages::labelled_error(format!("Program failed verification! - {self}"))
            }
            other => messages::labelled_error(other),
        }
    }

    /// The JSON object of a command that failed.
    pub(crate) fn report(&self) -> Report {
        match self {
            Self::Execution(failure) => failure.report(),
            _ => self.details(Report::new().key("outcome", "error").key("message", self.to_string())),
        }
    }

    /// Adds the kind of the error and its places to a JSON object.
    pub(crate) fn details(&self, report: Report) -> Report {
        let report = report.key("error", self.kind().name());
        match self {
            Self::Assembly(diagnostics) => {
                let (errors, num_hidden) = diagnostics::to_json(diagnostics);
                let hidden = Some(num_hidden).filter(|&more| more > 0);
                report.key("errors", errors).optional_key("not_shown", hidden)
            }
            Self::NotFormatted { files, .. } => {
                report.key("files", files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>())
            }
            Self::Several(errors) => {
                let (errors, num_hidden): (Vec<_>, Vec<_>) = errors.iter().map(Self::messages).unzip();
                let hidden = Some(num_hidden.iter().sum::<usize>()).filter(|&more| more > 0);
                report.key("errors", errors.concat()).optional_key("not_shown", hidden)
            }
            Self::OutcomeMismatch { outcome, .. } => report.outcome(outcome),
            Self::Storage(StorageError::Conflict { expected, found }) => report
                .key("root_before", expected.to_hex())
                .key("root", found.to_hex())
                .key("committed", false),
            Self::BrokenHistory { version, .. } => report.key("version", *version),
            Self::NotReproduced { differences, .. } => report.key("differences", differences.clone()),
            Self::Warnings { report: result, .. } | Self::TestsFailed { report: result, .. } => {
                // The outcome is that of the command.
                let outcome = Report::new().key("outcome", "error");
                report.keys_of(result).keys_of(&outcome)
            }
            Self::Rejected { reason, help } => {
                let help = (!help.is_empty()).then(|| help.clone());
                report.key("reason_code", reason.code()).optional_key("help", help)
            }
            _ => report,
        }
    }

    /// The entries of one of several errors, and the number of those left out; the errors of a source are one each.
    fn messages(&self) -> (Vec<Value>, usize) {
        match self {
            Self::Assembly(diagnostics) => diagnostics::to_json(diagnostics),
            other => (vec![json!({"message": other.to_string()})], 0),
        }
    }
}

fn count_files(files: &[PathBuf]) -> String {
    match files {
        [only] => format!("{} is", only.display()),
        all => format!("{} files are", all.len()),
    }
}

fn count_errors(diagnostics: &Diagnostics) -> String {
    match diagnostics.errors() {
        [only] => only.to_string(),
        all => format!("{} errors", all.len()),
    }
}
