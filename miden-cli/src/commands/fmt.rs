use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use clap::Args;
use miden_assembly::{FormatOptions, Source};
use similar::TextDiff;

use super::execute::Execute;
use crate::{
    args::{JsonArgs, required_project},
    error::CliError,
    files::{self, FileError, Files, Target, text},
    report::Report,
    sources::Sources,
};

/// Formats sources.
#[derive(Args, Debug)]
pub(crate) struct Fmt {
    /// Source, or directory whose `.masm` files are formatted, including those in directories below it; `-` formats
    /// standard input to standard output. Defaults to the sources of the project.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing; show what would change, and fail if anything would.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    json: JsonArgs,
}

/// Result of formatting several sources.
#[derive(Default)]
struct Formatted {
    /// Sources that were not formatted before.
    changed: Vec<PathBuf>,
    /// Differences, for `--check`.
    changes: Report,
    errors: Vec<CliError>,
}

impl Execute for Fmt {
    fn complete(&mut self) -> Result<(), CliError> {
        if self.paths.is_empty() {
            self.paths = required_project("PATH")?.all_sources();
        }
        Ok(())
    }

    fn json(&self) -> bool {
        self.json.json
    }

    fn run(&self) -> Result<Report, CliError> {
        if self.paths.iter().any(|path| files::is_stdin(path)) {
            let [_] = &self.paths[..] else {
                return Err(CliError::Usage(
                    "standard input, `-`, cannot be formatted together with files".into(),
                ));
            };
            return self.format_stdin();
        }
        let mut formatted = Formatted::default();
        for path in &self.paths {
            // An error in one source does not keep the others from being formatted.
            match sources(path) {
                Ok(sources) => sources.iter().for_each(|path| self.format_file(path, &mut formatted)),
                Err(error) => formatted.errors.push(error.into()),
            }
        }
        self.finish(formatted)
    }
}

impl Fmt {
    fn format_stdin(&self) -> Result<Report, CliError> {
        let stdin = Unformatted::read(Path::new("-"))?;
        let text = stdin.format()?;
        if self.check {
            let mut formatted = Formatted::default();
            formatted.compare(&stdin, &text);
            return self.finish(formatted);
        }
        Ok(Report::new().key("outcome", "success").key("text", &*text).verbatim(text))
    }

    fn format_file(&self, path: &Path, formatted: &mut Formatted) {
        if let Err(error) = self.try_format_file(path, formatted) {
            formatted.errors.push(error);
        }
    }

    fn try_format_file(&self, path: &Path, formatted: &mut Formatted) -> Result<(), CliError> {
        let file = Unformatted::read(path)?;
        let text = file.format()?;
        if self.check {
            formatted.compare(&file, &text);
        } else if text != file.text {
            Target::in_place(path.to_owned())?.write(text.as_bytes())?;
            formatted.changed.push(path.to_owned());
        }
        Ok(())
    }

    fn finish(&self, formatted: Formatted) -> Result<Report, CliError> {
        let Formatted { changed: files, changes, mut errors } = formatted;
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

impl Formatted {
    /// Adds the differences between a source and its formatted text.
    fn compare(&mut self, file: &Unformatted, text: &str) {
        if text == file.text {
            return;
        }
        self.changed.push(file.source.name().into());
        let changes = std::mem::take(&mut self.changes);
        self.changes = differences(file, text).iter().fold(changes, Report::line);
    }
}

/// A source as it was read.
struct Unformatted {
    source: Source,
    /// The text with its byte-order mark, which formatting keeps.
    text: String,
}

impl Unformatted {
    fn read(path: &Path) -> Result<Self, FileError> {
        let bytes = Files::default().read(path)?;
        let mark = if text::has_mark(&bytes) { text::MARK } else { "" };
        let source = files::source(path, text::decode(path, bytes)?);
        let text = format!("{mark}{}", source.text());
        Ok(Self { source, text })
    }

    fn format(&self) -> Result<String, CliError> {
        let mark = if self.text.starts_with(text::MARK) { text::MARK } else { "" };
        Ok(format!("{mark}{}", miden_assembly::format(&self.source, &FormatOptions::default())?))
    }
}

/// The file itself, or the sources below a directory, sorted by path.
fn sources(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut sources = Sources::below(path).collect::<Result<Vec<_>, _>>()?;
    sources.sort();
    Ok(sources)
}

fn names(files: &[PathBuf]) -> Vec<String> {
    files.iter().map(|file| file.display().to_string()).collect()
}

/// The lines that formatting changes, with some context.
fn differences(file: &Unformatted, text: &str) -> Vec<String> {
    /// After this time the comparison settles for a longer difference.
    const MAX_TIME: Duration = Duration::from_secs(1);
    let name = file.source.name();
    let mut config = TextDiff::configure();
    let diff = config.timeout(MAX_TIME).diff_lines(&*file.text, text);
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

/// Whether a character could control a terminal.
fn is_unsafe(c: char) -> bool {
    c.is_control() && c != '\t'
}
