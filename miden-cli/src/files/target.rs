//! Files that a command writes: atomically, and all or none.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata},
    io::{self, Seek, Write},
    path::{Path, PathBuf},
};

use same_file::Handle;
use tempfile::{NamedTempFile, TempPath};

use super::{FileError, is_stdin};
use crate::messages;

/// A file to be written once its content is known.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
}

/// The regular file that a target is or will be.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    /// `None` if there is no file yet, or it is a device or a pipe.
    handle: Option<Handle>,
    /// Directory and name; `None` for a device or a pipe, which can take several results.
    name: Option<(PathBuf, OsString)>,
}

impl Place {
    fn of(path: &Path) -> Self {
        let replaceable = is_replaceable(path);
        // Opening a pipe would wait for its other end.
        let handle = replaceable.then(|| Handle::from_path(path).ok()).flatten();
        let resolved = resolved(path);
        let directory = fs::canonicalize(directory(&resolved)).ok();
        let name = directory.zip(resolved.file_name().map(OsString::from)).filter(|_| replaceable);
        Self { path: path.into(), handle, name }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_file(&self, file: &Handle) -> bool {
        self.handle.as_ref() == Some(file)
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_file = other.handle.as_ref().is_some_and(|file| self.is_file(file));
        is_file || self.name.is_some() && self.name == other.name
    }
}

impl Target {
    /// Checks that `path` can be written, so that a long computation does not lose its result.
    pub(super) fn new(path: PathBuf) -> Result<(Self, Place), FileError> {
        if is_stdin(&path) {
            return Err(FileError::Stdout);
        }
        let target = Self { path };
        target.check().map_err(|source| target.error(source))?;
        if fs::metadata(&target.path).is_ok_and(|metadata| metadata.permissions().readonly()) {
            return Err(FileError::ReadOnly { path: target.path });
        }
        let place = Place::of(&target.path);
        Ok((target, place))
    }

    /// The file itself, for a command that changes what it reads.
    pub(crate) fn in_place(path: PathBuf) -> Result<Self, FileError> {
        Ok(Self::new(path)?.0)
    }

    /// Writes the file.
    pub(crate) fn write(self, bytes: &[u8]) -> Result<(), FileError> {
        write_all([(self, bytes)])
    }

    fn check(&self) -> io::Result<()> {
        if is_replaceable(&self.path) {
            self.temporary()?;
        }
        if self.path.exists() { self.open().map(drop) } else { Ok(()) }
    }

    fn open(&self) -> io::Result<File> {
        File::options().write(true).open(&self.path)
    }

    /// A file in the same directory, hence on the same file system; removed unless persisted.
    fn temporary(&self) -> io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".miden-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(directory(&resolved(&self.path))).map_err(|error| {
            // The original message names the temporary file, which means nothing to the user.
            match error.kind() {
                kind @ io::ErrorKind::NotFound => {
                    let directory = directory(&resolved(&self.path)).display().to_string();
                    io::Error::new(kind, format!("the directory {directory} does not exist"))
                }
                kind => kind.into(),
            }
        })
    }

    fn error(&self, source: io::Error) -> FileError {
        FileError::Write { path: self.path.clone(), source }
    }
}

/// Writes the results of a command atomically: readers see the old content of a file or the new, never a part, and if
/// one cannot be written, all keep their old content.
///
/// All new content is on disk before the first file changes. Devices and pipes come before that, because they are the
/// most likely to fail and cannot be restored.
pub(crate) fn write_all<'b>(results: impl IntoIterator<Item = (Target, &'b [u8])>) -> Result<(), FileError> {
    let (files, streams): (Vec<_>, Vec<_>) =
        results.into_iter().partition(|(target, _)| is_replaceable(&target.path));
    let staged: Vec<_> =
        files.into_iter().map(|(target, bytes)| Staged::new(target, bytes)).collect::<Result<_, _>>()?;
    for (target, bytes) in &streams {
        target.open().and_then(|mut file| file.write_all(bytes)).map_err(|source| target.error(source))?;
    }
    let mut written: Vec<Written> = Vec::new();
    for staged in staged {
        match staged.commit() {
            Ok(file) => written.push(file),
            Err(error) => {
                written.iter_mut().rev().for_each(Written::undo);
                return Err(error);
            }
        }
    }
    let paths = streams.iter().map(|(target, _)| target).chain(written.iter().map(|file| &file.target));
    paths.for_each(|target| messages::done(format!("wrote {}", target.path.display())));
    Ok(())
}

/// New content on disk, next to its file.
struct Staged {
    target: Target,
    new: NamedTempFile,
    /// The old content, under a name of its own.
    old: Option<TempPath>,
    /// Whether the file gets the new content; otherwise the new file replaces it.
    keeps_file: bool,
}

impl Staged {
    fn new(target: Target, bytes: &[u8]) -> Result<Self, FileError> {
        match Self::stage(&target, bytes) {
            Ok((new, old, keeps_file)) => Ok(Self { target, new, old, keeps_file }),
            Err(source) => Err(target.error(source)),
        }
    }

    fn stage(target: &Target, bytes: &[u8]) -> io::Result<(NamedTempFile, Option<TempPath>, bool)> {
        let mut new = target.temporary()?;
        new.write_all(bytes)?;
        let (old, keeps_file) = match fs::metadata(&target.path) {
            Ok(metadata) => {
                new.as_file().set_permissions(metadata.permissions())?;
                let keeps_file = !is_alone(&metadata, &new.as_file().metadata()?);
                (Some(keep(&resolved(&target.path), keeps_file)?), keeps_file)
            }
            Err(_) => (None, false),
        };
        new.as_file().sync_all()?;
        Ok((new, old, keeps_file))
    }

    fn commit(self) -> Result<Written, FileError> {
        let Self { target, mut new, old, keeps_file } = self;
        let path = resolved(&target.path);
        if keeps_file {
            let result = overwrite(new.as_file_mut(), &path);
            let mut written = Written { target, path, old, keeps_file };
            result.map_err(|source| {
                written.undo();
                written.target.error(source)
            })?;
            return Ok(written);
        }
        match new.persist(&path) {
            Ok(_) => Ok(Written { target, path, old, keeps_file }),
            Err(error) => Err(target.error(error.error)),
        }
    }
}

/// A file with its new content.
struct Written {
    target: Target,
    path: PathBuf,
    old: Option<TempPath>,
    keeps_file: bool,
}

impl Written {
    /// Restores the old content. An error here has nobody to go to: the first error is the one to report.
    fn undo(&mut self) {
        let _ = match self.old.take() {
            Some(old) if self.keeps_file => {
                File::open(&old).and_then(|mut old| overwrite(&mut old, &self.path))
            }
            Some(old) => old.persist(&self.path).map_err(|error| error.error),
            None => fs::remove_file(&self.path),
        };
    }
}

/// Keeps the content of a file under a name next to it: a second name of the file, or a copy if the file will change or
/// cannot have two names.
fn keep(path: &Path, changes: bool) -> io::Result<TempPath> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".miden-");
    let linked = |kept: &Path| {
        if changes { Err(io::ErrorKind::Unsupported.into()) } else { fs::hard_link(path, kept) }
    };
    let copied = |kept: &Path| fs::copy(path, kept).map(drop);
    let kept =
        builder.make_in(directory(path), linked).or_else(|_| builder.make_in(directory(path), copied))?;
    Ok(kept.into_temp_path())
}

/// Writes the content of one file to another.
fn overwrite(from: &mut File, path: &Path) -> io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    from.rewind()?;
    let len = io::copy(from, &mut file)?;
    file.set_len(len)?;
    file.sync_all()
}

/// Whether replacing the file by the new one is not noticed: it has no other names, and the same owner.
#[cfg(unix)]
fn is_alone(file: &Metadata, new: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.nlink() == 1 && (file.uid(), file.gid()) == (new.uid(), new.gid())
}

#[cfg(not(unix))]
fn is_alone(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Regular files are replaced; devices and pipes are written to.
fn is_replaceable(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |metadata| metadata.is_file())
}

/// Target of a symbolic link, so that the link itself is kept.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.into())
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(path: &Path) -> Target {
        Target::in_place(path.into()).unwrap()
    }

    #[test]
    fn writing_replaces_the_old_file_and_leaves_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("result");
        fs::write(&path, "the old and longer content").unwrap();
        target(&path).write(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn missing_directory_is_reported_before_writing() {
        let directory = tempfile::tempdir().unwrap();
        let error = Target::in_place(directory.path().join("missing/result")).unwrap_err();
        assert!(matches!(error, FileError::Write { .. }), "{error}");
    }

    #[test]
    fn if_one_file_cannot_be_written_none_changes() {
        let directory = tempfile::tempdir().unwrap();
        let [old, new, last] = ["old", "new", "last"].map(|name| directory.path().join(name));
        fs::write(&old, "content").unwrap();
        fs::hard_link(&old, directory.path().join("link")).unwrap();
        for before in [&old, &new] {
            let targets = [target(before), target(&last)];
            // Becomes a directory too late to be noticed before the first file is written.
            let staged = targets.map(|target| Staged::new(target, b"changed").unwrap());
            fs::create_dir(&last).unwrap();
            let [mut first, second] = staged.map(Staged::commit);
            assert!(second.is_err());
            assert_eq!(fs::read(before).unwrap(), b"changed");
            first.as_mut().unwrap().undo();
            drop(first);
            fs::remove_dir(&last).unwrap();
            let names: Vec<_> = fs::read_dir(directory.path()).unwrap().collect();
            assert_eq!(names.len(), 2, "{names:?}");
        }
        assert_eq!(fs::read(&old).unwrap(), b"content");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let [file, link, name] = ["file", "link", "name"].map(|name| directory.path().join(name));
        fs::write(&file, "old and longer").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        target(&link).write(b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        fs::hard_link(&file, &name).unwrap();
        target(&link).write(b"all").unwrap();
        assert_eq!(fs::read(&name).unwrap(), b"all");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
    }
}
