//! Libraries from directories of sources and from compiled files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use miden_assembly::{
    Assembler, BundleError, CompiledLibrary, Library, LibraryError, Source, Version, tooling::Outline,
};
use miden_core::DecodeError;
use miden_stdlib::StdLibrary;

use crate::{
    error::CliError,
    files::{FileError, Files},
    messages,
    sources::{self, Sources},
};

/// Why a library could not be read or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LibraryFileError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A compiled library is malformed.
    #[error(
        "{}: {source}{}", path.display(),
        if matches!(source, DecodeError::WrongVersion { .. }) { "; compile it again with `miden bundle`" } else { "" }
    )]
    Compiled { path: PathBuf, source: DecodeError },
    /// The path names neither a compiled library nor a directory with sources.
    #[error("{} is not a library: neither a compiled library nor a directory with .masm files", path.display())]
    NotALibrary { path: PathBuf },
    /// The library is malformed, or conflicts with another.
    #[error("library {}: {source}", path.display())]
    Library { path: PathBuf, source: LibraryError },
    /// A compiled library is given a name other than its own.
    #[error("{} is the library `{compiled}` and cannot be named `{name}`", path.display())]
    NameMismatch { path: PathBuf, name: String, compiled: String },
}

/// A library as the option `--library` names it.
#[derive(Clone, Debug)]
pub(crate) struct LibraryArg {
    /// Overrides the name of the directory.
    name: Option<String>,
    path: PathBuf,
}

impl From<String> for LibraryArg {
    /// Parses `PATH` or `NAME=PATH`. Text before `=` that cannot be a name is part of the path.
    fn from(text: String) -> Self {
        let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match text.split_once('=') {
            Some((name, path)) if !name.is_empty() && is_name(name) => {
                Self { name: Some(name.into()), path: path.into() }
            }
            _ => Self { name: None, path: text.into() },
        }
    }
}

impl LibraryArg {
    /// The sources in a directory, as the library `name`.
    pub(crate) const fn of_directory(name: String, path: PathBuf) -> Self {
        Self { name: Some(name), path }
    }

    /// The library `name`, in a directory or a file.
    pub(crate) fn named(name: &str, path: PathBuf) -> Self {
        Self { name: Some(name.into()), path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Name of the library if it is a directory of sources; `None` if it is a compiled file.
    pub(crate) fn directory(&self) -> Result<Option<String>, FileError> {
        if !self.path.is_dir() {
            return Ok(None);
        }
        self.name.clone().map_or_else(|| directory_name(&self.path), Ok).map(Some)
    }

    /// Name of the library.
    pub(crate) fn name(&self, files: &Files) -> Result<String, LibraryFileError> {
        match self.directory()? {
            Some(name) => Ok(name),
            None => Ok(self.read_compiled(files)?.name().into()),
        }
    }

    /// Reads the library from its directory or file.
    fn read(&self, files: &Files) -> Result<LoadedLibrary, LibraryFileError> {
        Ok(match self.directory()? {
            Some(name) => {
                LoadedLibrary::Sources(read_directory(&self.path, name, Version::default(), files)?)
            }
            None => LoadedLibrary::Compiled(Box::new(self.read_compiled(files)?)),
        })
    }

    /// Reads a compiled library.
    pub(crate) fn read_compiled(&self, files: &Files) -> Result<CompiledLibrary, LibraryFileError> {
        let bytes = files.read(&self.path)?;
        if !CompiledLibrary::has_magic(&bytes) {
            return Err(LibraryFileError::NotALibrary { path: self.path.clone() });
        }
        let malformed = |source| LibraryFileError::Compiled { path: self.path.clone(), source };
        let library = CompiledLibrary::from_bytes(&bytes).map_err(malformed)?;
        if let Some(name) = self.name.as_deref().filter(|name| *name != library.name()) {
            let (name, path) = (name.into(), self.path.clone());
            return Err(LibraryFileError::NameMismatch { path, name, compiled: library.name().into() });
        }
        Ok(library)
    }
}

/// The content of a library.
#[derive(Debug)]
enum LoadedLibrary {
    Sources(Library),
    Compiled(Box<CompiledLibrary>),
}

impl LoadedLibrary {
    fn name(&self) -> &str {
        match self {
            Self::Sources(library) => library.name(),
            Self::Compiled(library) => library.name(),
        }
    }

    fn add_to(self, assembler: Assembler) -> Result<Assembler, LibraryError> {
        match self {
            Self::Sources(library) => assembler.with_library(library),
            Self::Compiled(library) => assembler.with_compiled_library(*library),
        }
    }
}

/// The procedures of a library from a directory, checked.
pub(crate) fn outline(
    assembler: &Assembler,
    directory: &Path,
    library: &Library,
) -> Result<Outline, CliError> {
    assembler.outline_library(library).map_err(|error| match error {
        BundleError::Library(source) => LibraryFileError::Library { path: directory.into(), source }.into(),
        BundleError::Source(errors) => errors.into(),
        other => CliError::Usage(other.to_string()),
    })
}

/// Reads libraries, each once, and adds them to an assembler, with the standard library unless one of them, or the
/// library `own` that is being compiled, has its name.
pub(crate) fn add_all(
    assembler: Assembler,
    libraries: &[LibraryArg],
    own: Option<&str>,
    files: &Files,
) -> Result<Assembler, LibraryFileError> {
    let loaded = libraries.iter().map(|library| library.read(files)).collect::<Result<Vec<_>, _>>()?;
    let conflict = |path: &Path, source| LibraryFileError::Library { path: path.into(), source };
    let mut names = loaded.iter().map(LoadedLibrary::name).chain(own);
    let assembler = match names.any(|name| name == StdLibrary::NAME) {
        true => assembler,
        false => {
            StdLibrary::add_to(assembler).map_err(|source| conflict(Path::new(StdLibrary::NAME), source))?
        }
    };
    libraries.iter().zip(loaded).try_fold(assembler, |assembler, (argument, library)| {
        library.add_to(assembler).map_err(|source| conflict(&argument.path, source))
    })
}

/// Default name of the library in a directory.
pub(crate) fn directory_name(directory: &Path) -> Result<String, FileError> {
    let read = |source| FileError::Read { path: directory.into(), source };
    let directory = fs::canonicalize(directory).map_err(read)?;
    // The root directory has no name; an empty one is rejected where the library is made.
    Ok(directory.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}

/// Reads all sources below a directory, see [`sources`].
pub(crate) fn read_directory(
    directory: &Path,
    name: String,
    version: Version,
    files: &Files,
) -> Result<Library, LibraryFileError> {
    let mut sources = Vec::new();
    for file in Sources::below(directory) {
        let file = file?;
        let source = files.read_source(&file)?;
        sources.push((file, source));
    }
    from_sources(directory, name, version, sources)
}

/// A library of sources below a directory.
pub(crate) fn from_sources(
    directory: &Path,
    name: String,
    version: Version,
    sources: Vec<(PathBuf, Source)>,
) -> Result<Library, LibraryFileError> {
    let mut modules = Vec::new();
    for (file, source) in sources {
        let path = sources::module_path(Some(&name), directory, &file)
            .expect("the walk yields files below its directory only");
        // A stray file does not make the others unusable; the name of the library is checked below.
        if let (Ok(()), Err(problem)) = (Library::check_path(&name), Library::check_path(&path)) {
            let file = file.display();
            messages::warning(format!("skipped {file}: `{path}` is not the path of a module: {problem}"));
            continue;
        }
        modules.push((path, source));
    }
    if modules.is_empty() {
        return Err(LibraryFileError::NotALibrary { path: directory.into() });
    }
    Library::new(name, version, modules)
        .map_err(|source| LibraryFileError::Library { path: directory.into(), source })
}
