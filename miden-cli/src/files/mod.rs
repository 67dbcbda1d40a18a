//! Whole files, read and written.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use miden_assembly::Source;
use same_file::Handle;

mod errors;
mod target;
pub(crate) mod text;

pub(crate) use errors::FileError;
pub(crate) use target::{Target, write_all};

/// Size limit of files: far above any sensible program or proof, and small enough for memory.
const MAX_FILE_BYTES: u64 = 1 << 28;

/// Name of standard input in messages.
const STDIN: &str = "standard input";

/// The files of one command.
///
/// Results are named before anything is read, so that a long computation does not lose its result; a result that would
/// replace what the command reads, however it is named, is then refused where it is read.
#[derive(Debug, Default)]
pub(crate) struct Files {
    targets: Vec<target::Place>,
    read_stdin: Cell<bool>,
}

impl Files {
    /// A file to be written once its content is known.
    ///
    /// # Errors
    /// If it cannot be written, or is the file of another result.
    pub(crate) fn target(&mut self, path: PathBuf) -> Result<Target, FileError> {
        let (target, place) = Target::new(path)?;
        if let Some(other) = self.targets.iter().find(|other| other.is_same(&place)) {
            let [path, other] = [&place, other].map(|place| place.path().to_owned());
            return Err(FileError::TwoResults { path, other });
        }
        self.targets.push(place);
        Ok(target)
    }

    /// Reads a file, or standard input if the path is `-`.
    pub(crate) fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        if is_stdin(path) {
            return self.read_stdin();
        }
        let file = File::open(path).map_err(|source| FileError::Read { path: path.into(), source })?;
        self.check_kept(&file)?;
        read_from(file, path)
    }

    /// Reads text.
    pub(crate) fn read_text(&self, path: &Path) -> Result<String, FileError> {
        text::decode(path, self.read(path)?)
    }

    /// Reads a source.
    pub(crate) fn read_source(&self, path: &Path) -> Result<Source, FileError> {
        Ok(source(path, self.read_text(path)?))
    }

    /// Checks that no result replaces the file at `path`, which the command uses without reading it as a whole.
    pub(crate) fn check_kept_at(&self, path: &Path) -> Result<(), FileError> {
        match File::open(path) {
            Ok(file) => self.check_kept(&file),
            // Opening it for use will say more.
            Err(_) => Ok(()),
        }
    }

    fn read_stdin(&self) -> Result<Vec<u8>, FileError> {
        if self.read_stdin.replace(true) {
            return Err(FileError::StdinTwice);
        }
        read_from(io::stdin().lock(), Path::new(STDIN))
    }

    /// Checks that no result replaces the file.
    fn check_kept(&self, file: &File) -> Result<(), FileError> {
        if self.targets.is_empty() {
            return Ok(());
        }
        // A file that has no identity cannot be a target.
        let Ok(handle) = file.try_clone().and_then(Handle::from_file) else { return Ok(()) };
        match self.targets.iter().find(|target| target.is_file(&handle)) {
            Some(target) => Err(FileError::ReplacesSource { path: target.path().into() }),
            None => Ok(()),
        }
    }
}

/// A source, with its path as its name.
pub(crate) fn source(path: &Path, text: String) -> Source {
    Source::new(display_path(path).display().to_string(), text)
}

/// Whether the path means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The path as messages show it.
pub(crate) fn display_path(path: &Path) -> &Path {
    if is_stdin(path) { Path::new(STDIN) } else { path }
}

/// Reads to the end; messages call the stream `path`.
fn read_from(file: impl Read, path: &Path) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let result = file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    result.map_err(|source| FileError::Read { path: path.into(), source })?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(FileError::TooLarge { path: path.into(), max: MAX_FILE_BYTES });
    }
    Ok(bytes)
}
