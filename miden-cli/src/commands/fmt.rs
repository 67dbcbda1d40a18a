use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use clap::Args;
use miden_assembly::{FormatOptions, Source};
use similar::TextDiff;

use crate::{
    cli::JsonArgs,
    error::CliError,
    files::{self, Target},
    report::Report,
};

/// Arguments of `fmt`.
#[derive(Args, Debug)]
pub(crate) struct Fmt {
    /// Source, or directory whose files `*.masm` are formatted, also in the directories below; `-` formats standard
    /// input to standard output.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing; show what would change, and fail if anything would.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    pub(crate) json: JsonArgs,
}

/// What became of the sources so far.
#[derive(Default)]
struct Outcome {
    /// Those that were not formatted.
    changed: Vec<PathBuf>,
    /// What formatting changes, for `--check`.
    changes: Report,
    errors: Vec<CliError>,
}

impl Fmt {
    pub(super) fn run(&self) -> Result<Report, CliError> {
        if self.paths.iter().any(|path| is_stdin(path)) {
            let [_] = &self.paths[..] else {
                return Err(CliError::Usage(
                    "standard input, `-`, cannot be formatted along with files".into(),
                ));
            };
            return self.format_stdin();
        }
        let mut outcome = Outcome::default();
        for path in &self.paths {
            let sources = if path.is_dir() { files::sources_below(path) } else { Ok(vec![path.clone()]) };
            match sources {
                // What is wrong with a source does not keep the others from being formatted.
                Ok(sources) => sources.iter().for_each(|path| self.format_file(path, &mut outcome)),
                Err(error) => outcome.errors.push(error.into()),
            }
        }
        self.finish(outcome)
    }

    fn format_stdin(&self) -> Result<Report, CliError> {
        let source = files::read_source_from_stdin()?;
        let text = formatted(&source)?;
        if self.check {
            let mut outcome = Outcome::default();
            outcome.compare(Path::new(source.name()), &source, &text);
            return self.finish(outcome);
        }
        Ok(Report::new().key("outcome", "success").key("text", &*text).verbatim(text))
    }

    fn format_file(&self, path: &Path, outcome: &mut Outcome) {
        if let Err(error) = self.try_format_file(path, outcome) {
            outcome.errors.push(error);
        }
    }

    fn try_format_file(&self, path: &Path, outcome: &mut Outcome) -> Result<(), CliError> {
        let source = files::read_source(path)?;
        let text = formatted(&source)?;
        if self.check {
            outcome.compare(path, &source, &text);
        } else if text != source.text() {
            Target::new(path.to_owned(), [])?.write(text.as_bytes())?;
            outcome.changed.push(path.to_owned());
        }
        Ok(())
    }

    fn finish(&self, outcome: Outcome) -> Result<Report, CliError> {
        let Outcome { changed: files, changes, mut errors } = outcome;
        let report = Report::new().key("outcome", "success").key("changed", names(&files));
        if self.check && !files.is_empty() {
            errors.push(CliError::NotFormatted { files, changes });
        }
        match errors.pop() {
            None => Ok(report),
            Some(only) if errors.is_empty() => Err(only),
            Some(last) => {
                errors.push(last);
                Err(CliError::Several(errors))
            }
        }
    }
}

impl Outcome {
    /// Adds what formatting changes in a source, if anything.
    fn compare(&mut self, path: &Path, source: &Source, text: &str) {
        if text == source.text() {
            return;
        }
        self.changed.push(path.to_owned());
        let changes = std::mem::take(&mut self.changes);
        self.changes = differences(source, text).iter().fold(changes, Report::line);
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn formatted(source: &Source) -> Result<String, CliError> {
    miden_assembly::format(source, &FormatOptions::default())
        .map_err(|errors| CliError::Assembly(Box::new(errors)))
}

fn names(files: &[PathBuf]) -> Vec<String> {
    files.iter().map(|file| file.display().to_string()).collect()
}

/// The lines that formatting changes, with some around them.
fn differences(source: &Source, text: &str) -> Vec<String> {
    /// A comparison that takes longer is finished with more lines than necessary.
    const MAX_TIME: Duration = Duration::from_secs(1);
    let name = source.name();
    let mut config = TextDiff::configure();
    let diff = config.timeout(MAX_TIME).diff_lines(source.text(), text);
    let unified = diff.unified_diff().header(name, &format!("{name} (formatted)")).to_string();
    let style = |line: &str| match line.as_bytes().first() {
        Some(b'-') => AnsiColor::Red.on_default(),
        Some(b'+') => AnsiColor::Green.on_default(),
        Some(b'@') => AnsiColor::Cyan.on_default(),
        _ => Style::new(),
    };
    let lines = unified.split_terminator('\n').map(|line| {
        let style = style(line);
        format!("{style}{}{style:#}", line.replace('\r', "\u{240d}").replace(is_unsafe, "\u{fffd}"))
    });
    lines.collect()
}

/// Whether a character could do something to a terminal.
fn is_unsafe(c: char) -> bool {
    c.is_control() && c != '\t'
}
