//! Whole files, read and written.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use miden_assembly::Source;
use tempfile::NamedTempFile;

use crate::messages;

/// Size limit of files: far above any sensible program or proof, and small enough for memory.
const MAX_FILE_BYTES: u64 = 1 << 28;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FileError {
    /// The operating system refused to read.
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// The file is larger than any sensible one.
    #[error("cannot read {}: it is larger than {max} bytes", path.display())]
    TooLarge { path: PathBuf, max: u64 },
    /// The file is not UTF-8 text.
    #[error("cannot read {}: byte {offset} is not UTF-8 text", path.display())]
    NotText { path: PathBuf, offset: usize },
    /// The operating system refused to write.
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// A result would replace a file it comes from.
    #[error("cannot write {}: it is also an input; name another file", path.display())]
    ReplacesSource { path: PathBuf },
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let file = File::open(path).map_err(|source| FileError::Read { path: path.into(), source })?;
    read_from(file, path)
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

/// Reads a source.
pub(crate) fn read_source(path: &Path) -> Result<Source, FileError> {
    source(path, read(path)?)
}

/// Reads a source from standard input.
pub(crate) fn read_source_from_stdin() -> Result<Source, FileError> {
    let name = Path::new("standard input");
    source(name, read_from(io::stdin().lock(), name)?)
}

fn source(path: &Path, bytes: Vec<u8>) -> Result<Source, FileError> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        FileError::NotText { path: path.into(), offset }
    })?;
    Ok(Source::new(path.display().to_string(), text))
}

/// A file to be written once its content is known.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
}

impl Target {
    /// Checks that `path` can be written, so that a long computation does not lose its result, and that it is not one
    /// of the `sources`.
    pub(crate) fn new<'a>(
        path: PathBuf,
        sources: impl IntoIterator<Item = &'a Path>,
    ) -> Result<Self, FileError> {
        if let Ok(target) = fs::canonicalize(&path)
            && sources
                .into_iter()
                .filter_map(|source| fs::canonicalize(source).ok())
                .any(|path| path == target)
        {
            return Err(FileError::ReplacesSource { path });
        }
        let target = Self { path };
        if target.is_replaceable() {
            target.temporary().map_err(|source| target.error(source))?;
        } else {
            target.open().map_err(|source| target.error(source))?;
        }
        Ok(target)
    }

    /// Writes the file atomically: readers see the old content or the new, never a part.
    pub(crate) fn write(self, bytes: &[u8]) -> Result<(), FileError> {
        self.try_write(bytes).map_err(|source| self.error(source))?;
        messages::done(format!("wrote {}", self.path.display()));
        Ok(())
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<()> {
        if !self.is_replaceable() {
            return self.open()?.write_all(bytes);
        }
        let mut file = self.temporary()?;
        if let Ok(metadata) = fs::metadata(&self.path) {
            file.as_file().set_permissions(metadata.permissions())?;
        }
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(self.resolved()).map_err(|error| error.error)?;
        Ok(())
    }

    /// Regular files are replaced; devices and pipes are written to.
    fn is_replaceable(&self) -> bool {
        fs::metadata(&self.path).map_or(true, |metadata| metadata.is_file())
    }

    /// Target of a symbolic link, so that the link itself is kept.
    fn resolved(&self) -> PathBuf {
        fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    fn open(&self) -> io::Result<File> {
        File::options().write(true).open(&self.path)
    }

    /// A file in the same directory, hence on the same file system; removed unless persisted.
    fn temporary(&self) -> io::Result<NamedTempFile> {
        let path = self.resolved();
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".miden-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(directory).map_err(|error| {
            // The original message names the temporary file, which means nothing to the user.
            io::Error::from(error.kind())
        })
    }

    fn error(&self, source: io::Error) -> FileError {
        FileError::Write { path: self.path.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_replaces_the_old_file_and_leaves_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("result");
        fs::write(&path, "the old and longer content").unwrap();
        Target::new(path.clone(), []).unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn missing_directory_is_reported_before_writing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("missing/result");
        let error = Target::new(path, []).unwrap_err();
        assert!(matches!(error, FileError::Write { .. }), "{error}");
    }

    #[test]
    fn target_must_not_be_a_source() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("p.masm");
        fs::write(&path, "begin drop end").unwrap();
        let error = Target::new(path.clone(), [Path::new("other"), &path]).unwrap_err();
        assert!(matches!(error, FileError::ReplacesSource { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        Target::new(link.clone(), []).unwrap().write(b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }
}
