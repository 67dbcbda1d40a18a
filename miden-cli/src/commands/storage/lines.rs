//! All entries, as text: a line for each, with key and value in hex.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use miden_core::Digest;
use miden_storage::{Entries, LoadProgress, RedbStorage, StorageBackend};

use super::{file::FileArgs, key::RootArgs};
use crate::{
    args::JsonArgs,
    commands::execute::Execute,
    digest,
    error::CliError,
    files::{self, FileError},
    messages,
    report::Report,
};

/// Bytes of a line that is not malformed, and some more.
const MAX_LINE: u64 = 1 << 10;

/// Prints all entries, a line with key and value for each, in the order of the trie.
#[derive(Args, Debug)]
pub(crate) struct Dump {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    root: RootArgs,
    /// Write the lines to this file, which must not exist, instead of printing them.
    #[arg(short, long, value_name = "FILE", required_if_eq("json", "true"))]
    output: Option<PathBuf>,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Dump {
    fn complete(&mut self) -> Result<(), CliError> {
        self.file.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let storage = RedbStorage::open(self.file.path())?;
        let reader = storage.reader()?;
        let (version, root) = self.root.find(&reader)?;
        let bar = bar("entries", Some(version.keys));
        let path = self.output.as_deref().unwrap_or(Path::new("standard output"));
        let write_error = |source| FileError::Write { path: path.into(), source };
        let mut out: Box<dyn Write> = match &self.output {
            Some(path) => Box::new(File::create_new(path).map_err(write_error)?),
            None => Box::new(io::stdout().lock()),
        };
        let mut lines = BufWriter::new(&mut out);
        for entry in Entries::new(&reader, root) {
            let (key, value) = entry?;
            match writeln!(lines, "{key} {value}") {
                // The reader closed the stream on purpose.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Report::new()),
                result => result.map_err(write_error)?,
            }
            bar.inc(1);
        }
        match lines.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Report::new()),
            result => result.map_err(write_error)?,
        }
        bar.finish_and_clear();
        messages::done(format!("wrote {} entries of version {}", version.keys, version.number));
        Ok(Report::new()
            .key("outcome", "success")
            .key("root", version.root.to_hex())
            .key("version", version.number)
            .key("keys", version.keys))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

/// Sets the entries of lines with key and value, without a proof.
///
/// The lines are those that `dump` prints. Of equal keys the last one counts, and the zero word removes a key. Empty
/// storage gets all of them in one version, storage with entries a version for each 100,000.
#[derive(Args, Debug)]
pub(crate) struct Load {
    /// The storage.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// File with the lines; `-` is standard input.
    #[arg(value_name = "LINES")]
    lines: PathBuf,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Load {
    fn run(&self) -> Result<Report, CliError> {
        let mut storage = RedbStorage::open(&self.file)?;
        let source: Box<dyn io::Read> = if files::is_stdin(&self.lines) {
            Box::new(io::stdin().lock())
        } else {
            let open = File::open(&self.lines);
            Box::new(open.map_err(|source| FileError::Read { path: self.lines.clone(), source })?)
        };
        let bar = bar("entries read", None);
        let lines = Lines { path: &self.lines, source: BufReader::new(source), number: 0 };
        let version = storage.load(lines, |progress| match progress {
            LoadProgress::Read(count) => bar.set_position(count),
            LoadProgress::Built(count) => {
                bar.set_message("entries in the trie");
                bar.set_position(count);
            }
        })?;
        bar.finish_and_clear();
        messages::done(format!(
            "committed as version {}, which `storage verify` cannot prove",
            version.number
        ));
        Ok(Report::new()
            .line(format!("Root: {}", version.root))
            .line(format!("Keys: {}", version.keys))
            .key("outcome", "success")
            .key("root", version.root.to_hex())
            .key("version", version.number)
            .key("keys", version.keys))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

/// Lines, one at a time.
struct Lines<'a, R> {
    path: &'a Path,
    source: R,
    number: u64,
}

impl<R: BufRead> Iterator for Lines<'_, R> {
    type Item = Result<(Digest, Digest), CliError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        self.number += 1;
        let read = io::Read::take(&mut self.source, MAX_LINE).read_until(b'\n', &mut line);
        match read {
            Ok(0) => None,
            Ok(_) => {
                let entry = parse(&line).ok_or_else(|| CliError::Line {
                    path: files::display_path(self.path).into(),
                    number: self.number,
                });
                Some(entry)
            }
            Err(source) => Some(Err(FileError::Read { path: self.path.into(), source }.into())),
        }
    }
}

fn parse(line: &[u8]) -> Option<(Digest, Digest)> {
    let mut words = str::from_utf8(line).ok()?.split_ascii_whitespace();
    let (key, value) = (digest::parse(words.next()?).ok()?, digest::parse(words.next()?).ok()?);
    words.next().is_none().then_some((key, value))
}

/// A progress bar on a terminal; nothing in a pipe.
pub(super) fn bar(what: &'static str, len: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(len, ProgressDrawTarget::stderr());
    let template = if len.is_some() {
        "{spinner} {pos}/{len} {msg} {elapsed_precise}"
    } else {
        "{spinner} {pos} {msg} {elapsed_precise}"
    };
    bar.set_style(ProgressStyle::with_template(template).expect("the template is valid"));
    bar.set_message(what);
    bar
}
