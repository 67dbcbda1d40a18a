//! What can go wrong, how it is told, and the exit status.

use std::path::PathBuf;

use miden_assembly::{AssemblyError, Diagnostics, LibraryError};
use miden_core::{DecodeError, Digest, Outcome};
use miden_prover::ProverError;
use miden_verifier::VerifierError;
use serde_json::{Value, json};

use crate::{
    cli::Command,
    failure::Failure,
    files::FileError,
    lsp::LspError,
    messages,
    outcome::{self, ExpectationArgs},
    report::Report,
    value_file::ValueFileError,
};

/// Exit status: all went well.
pub(crate) const SUCCESS: u8 = 0;
/// Exit status: the program failed, or the proof is invalid.
pub(crate) const FAILED: u8 = 1;
/// Exit status: bad usage, unreadable or malformed input, assembly error.
pub(crate) const REFUSED: u8 = 2;

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
    /// A file of inputs or outputs was refused.
    #[error(transparent)]
    Values(#[from] ValueFileError),
    /// The program is neither a compiled program nor text.
    #[error("{}: byte {offset} is not UTF-8 text, and the file is not a compiled program", path.display())]
    NotText { path: PathBuf, offset: usize },
    /// A compiled program is malformed.
    #[error("{}: {source}", path.display())]
    Compiled { path: PathBuf, source: DecodeError },
    /// A compiled program is to run on another kernel than its own.
    #[error(
        "{} was compiled with another kernel than {}; leave the option --kernel out, or compile the program anew",
        program.display(), kernel.display()
    )]
    OtherKernel { program: PathBuf, kernel: PathBuf },
    /// A source cannot be linked against a kernel that is compiled.
    #[error(
        "{} is a compiled program; to assemble a program, name the source of its kernel with --kernel",
        path.display()
    )]
    CompiledKernel { path: PathBuf },
    /// The directory of a kernel has no kernel.
    #[error("{} has no mod.masm, which would be the kernel", path.display())]
    NoKernel { path: PathBuf },
    /// A library stands in the place of a program.
    #[error("{} is a library, which a program can use with --library", path.display())]
    LibraryAsProgram { path: PathBuf },
    /// A library is neither compiled nor a directory of sources.
    #[error("{} is no library: neither a compiled library nor a directory with .masm files", path.display())]
    NoLibrary { path: PathBuf },
    /// A library cannot be used.
    #[error("library {}: {source}", path.display())]
    Library { path: PathBuf, source: LibraryError },
    /// A compiled library is named as another one.
    #[error("{} is the library `{compiled}`, and cannot be named `{name}`", path.display())]
    OtherName { path: PathBuf, name: String, compiled: String },
    /// The editor server could not begin or end as it should.
    #[error(transparent)]
    Lsp(#[from] LspError),
    /// The source is that of another program than the one that is named.
    #[error("{} has the program hash {got}, not {expected}", path.display())]
    OtherProgram { path: PathBuf, got: Digest, expected: Digest },
    /// The source has errors.
    #[error("{}", count_errors(.0))]
    Assembly(Box<Diagnostics>),
    /// Sources are not formatted; the report shows what formatting would change.
    #[error("{} not formatted; without --check, `miden fmt` formats {}", count_files(files), if files.len() == 1 { "it" } else { "them" })]
    NotFormatted { files: Vec<PathBuf>, changes: Report },
    /// Several of the files that a command works on were refused.
    #[error("{} errors", .0.len())]
    Several(Vec<CliError>),
    /// The program failed.
    #[error(transparent)]
    Execution(Box<Failure>),
    /// The execution could not be proven.
    #[error(transparent)]
    Prover(ProverError),
    /// The proof does not show the statement.
    #[error("{reason}")]
    Rejected { reason: VerifierError, help: Option<&'static str> },
    /// The proof shows an outcome, but another one than expected.
    #[error("the proof shows another outcome than expected: {outcome}, instead of {expected}")]
    OtherOutcome { outcome: Outcome, cycle_limit: Option<u64>, expected: ExpectationArgs },
    /// The outputs are claimed for a cycle limit that is not agreed to.
    #[error(
        "the outputs are said to be those of a run with a cycle limit of {claimed}; {}",
        agreed.map_or_else(
            || format!("agree to it with --cycle-limit {claimed}"),
            |agreed| format!("--cycle-limit says {agreed}"),
        )
    )]
    OtherLimit { claimed: u64, agreed: Option<u64> },
}

impl CliError {
    /// Adds what is known of a run up to its failure.
    #[must_use]
    pub(crate) fn with_partial(mut self, partial: Report) -> Self {
        if let Self::Execution(failure) = &mut self {
            failure.partial = partial;
        }
        self
    }

    /// What is to be printed on standard output: what is known of a run up to its failure, and the like.
    pub(crate) fn partial(self) -> Option<Report> {
        match self {
            Self::Execution(failure) => Some(failure.partial),
            Self::NotFormatted { changes, .. } => Some(changes),
            Self::Several(errors) => errors.into_iter().find_map(Self::partial),
            _ => None,
        }
    }

    /// The exit status of the process.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Execution(_)
            | Self::Prover(_)
            | Self::Rejected { .. }
            | Self::OtherOutcome { .. }
            | Self::OtherLimit { .. }
            | Self::NotFormatted { .. } => FAILED,
            Self::Several(errors) => errors.iter().map(Self::exit_code).max().unwrap_or(REFUSED),
            Self::Lsp(_) => FAILED,
            _ => REFUSED,
        }
    }

    /// A short name of the kind of error, for programs.
    fn kind(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::File(_) => "file",
            Self::Values(_) => "values",
            Self::LibraryAsProgram { .. } | Self::NotText { .. } | Self::Compiled { .. } => "program_file",
            Self::NoKernel { .. } | Self::OtherKernel { .. } | Self::CompiledKernel { .. } => "kernel",
            Self::NoLibrary { .. } | Self::Library { .. } | Self::OtherName { .. } => "library",
            Self::Lsp(_) => "lsp",
            Self::OtherProgram { .. } => "other_program",
            Self::Assembly(_) => "assembly",
            Self::NotFormatted { .. } => "not_formatted",
            Self::Several(_) => "several",
            Self::Execution(_) => "execution",
            Self::Prover(_) => "prover",
            Self::Rejected { .. } => "invalid_proof",
            Self::OtherOutcome { .. } => "unexpected_outcome",
            Self::OtherLimit { .. } => "unexpected_limit",
        }
    }

    /// The whole message for people, with colours.
    pub(crate) fn to_styled(&self) -> String {
        match self {
            Self::Assembly(diagnostics) => diagnostics.render(true),
            Self::Execution(failure) => failure.render(),
            Self::Several(errors) => errors.iter().map(Self::to_styled).collect::<Vec<_>>().join("\n\n"),
            Self::Rejected { reason, help } => {
                let help = help.map_or_else(String::new, |help| format!("\nhelp: {help}"));
                messages::labelled_error(format!("Program failed verification! - {reason}{help}"))
            }
            Self::OtherOutcome { outcome, cycle_limit, .. } => {
                let meaning = outcome::meaning(outcome, *cycle_limit);
                let meaning = meaning.map_or_else(String::new, |meaning| format!("\nnote: {meaning}"));
                messages::labelled_error(format!("Program failed verification! - {self}{meaning}"))
            }
            Self::OtherLimit { .. } => {
                messages::labelled_error(format!("Program failed verification! - {self}"))
            }
            other => messages::labelled_error(other),
        }
    }

    /// The object that is printed with `--json`.
    pub(crate) fn report(&self, command: &Command) -> Report {
        let report = match (self, command) {
            (Self::Execution(failure), _) => return failure.report(),
            (_, Command::Verify(_)) => Report::new().key("valid", false).key("reason", self.to_string()),
            _ => Report::new().key("outcome", "error").key("message", self.to_string()),
        };
        self.details(report)
    }

    /// Like [`Self::report`], when the command is not known.
    pub(crate) fn unspecific_report(&self) -> Report {
        self.details(Report::new().key("outcome", "error").key("message", self.to_string()))
    }

    fn details(&self, report: Report) -> Report {
        let report = report.key("error", self.kind());
        match self {
            Self::Assembly(diagnostics) => {
                report.key("errors", diagnostics.iter().map(at_place).collect::<Vec<_>>())
            }
            Self::NotFormatted { files, .. } => {
                report.key("files", files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>())
            }
            Self::Several(errors) => {
                report.key("errors", errors.iter().flat_map(Self::messages).collect::<Vec<_>>())
            }
            Self::OtherOutcome { outcome, .. } => report.outcome(outcome),
            _ => report,
        }
    }

    /// One of several errors, which may be many itself.
    fn messages(&self) -> Vec<Value> {
        match self {
            Self::Assembly(diagnostics) => diagnostics.iter().map(at_place).collect(),
            other => vec![json!({"message": other.to_string()})],
        }
    }
}

fn at_place(error: &AssemblyError) -> Value {
    let at = error.source().location(error.span().start);
    let file = error.source().name();
    json!({"file": file, "line": at.line, "column": at.column, "message": error.to_string()})
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
