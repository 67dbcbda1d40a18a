//! Libraries from directories of sources and from compiled files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use miden_assembly::{Assembler, CompiledLibrary, Library, Version};
use miden_stdlib::StdLibrary;

use crate::{
    error::CliError,
    files::{self, FileError},
};

/// Extension of the sources in a library's directory.
pub(crate) const SOURCE: &str = "masm";

/// Name, without extension, of the source that is the module of its directory.
pub(crate) const OWN_MODULE: &str = "mod";

/// A library, as the option names it.
#[derive(Clone, Debug)]
pub(crate) struct LibraryArg {
    /// The name, if it is not that of the directory.
    name: Option<String>,
    path: PathBuf,
}

impl LibraryArg {
    /// Reads `PATH` or `NAME=PATH`. What cannot be a name belongs to the path.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        Ok(match text.split_once('=') {
            Some((name, path)) if !name.is_empty() && is_name(name) => {
                Self { name: Some(name.into()), path: path.into() }
            }
            _ => Self { name: None, path: text.into() },
        })
    }

    /// Where the library is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the library known to an assembler.
    pub(crate) fn add_to(&self, assembler: Assembler) -> Result<Assembler, CliError> {
        let refuse = |source| CliError::Library { path: self.path.clone(), source };
        match self.directory()? {
            Some(name) => {
                let library = read(&self.path, name, Version::default())?;
                assembler.with_library(library).map_err(refuse)
            }
            None => assembler.with_compiled_library(self.read_compiled()?).map_err(refuse),
        }
    }

    /// The name of the library if it is a directory of sources; if not it is a compiled library.
    pub(crate) fn directory(&self) -> Result<Option<String>, CliError> {
        if !self.path.is_dir() {
            return Ok(None);
        }
        self.name.clone().map_or_else(|| directory_name(&self.path), Ok).map(Some)
    }

    /// Reads a compiled library.
    pub(crate) fn read_compiled(&self) -> Result<CompiledLibrary, CliError> {
        let bytes = files::read(&self.path)?;
        if !CompiledLibrary::has_magic(&bytes) {
            return Err(CliError::NoLibrary { path: self.path.clone() });
        }
        let compiled = |source| CliError::Compiled { path: self.path.clone(), source };
        let library = CompiledLibrary::from_bytes(&bytes).map_err(compiled)?;
        if let Some(name) = self.name.as_deref().filter(|name| *name != library.name()) {
            let (name, path) = (name.into(), self.path.clone());
            return Err(CliError::OtherName { path, name, compiled: library.name().into() });
        }
        Ok(library)
    }
}

/// Makes the standard library known to an assembler, unless one of the libraries has its name.
pub(crate) fn with_standard(assembler: Assembler, libraries: &[LibraryArg]) -> Result<Assembler, CliError> {
    for library in libraries {
        let name = match library.directory()? {
            Some(name) => name,
            None => library.read_compiled()?.name().to_owned(),
        };
        if name == StdLibrary::NAME {
            return Ok(assembler);
        }
    }
    StdLibrary::add_to(assembler)
        .map_err(|source| CliError::Library { path: StdLibrary::NAME.into(), source })
}

/// The name that a library in a directory has if no other is given.
pub(crate) fn directory_name(directory: &Path) -> Result<String, CliError> {
    let read = |source| FileError::Read { path: directory.into(), source };
    let directory = fs::canonicalize(directory).map_err(read)?;
    Ok(directory.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}

/// Reads the sources below a directory: `a/b.masm` is the module `name::a::b`, and `a/mod.masm` is `name::a`. Hidden
/// files and directories, and links to directories, are left out.
pub(crate) fn read(directory: &Path, name: String, version: Version) -> Result<Library, CliError> {
    let mut modules = Vec::new();
    let mut directories = vec![(directory.to_path_buf(), name.clone())];
    while let Some((directory, path)) = directories.pop() {
        let read = |source| FileError::Read { path: directory.clone(), source };
        let mut entries =
            fs::read_dir(&directory).map_err(read)?.collect::<io::Result<Vec<_>>>().map_err(read)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let file = entry.path();
            let (Some(stem), false) = (file.file_stem(), is_hidden(&file)) else { continue };
            let below = format!("{path}::{}", stem.to_string_lossy());
            if entry.file_type().map_err(read)?.is_dir() {
                directories.push((file, below));
            } else if file.extension().is_some_and(|extension| extension == SOURCE) && file.is_file() {
                let path = if stem == OWN_MODULE { path.clone() } else { below };
                modules.push((path, files::read_source(&file)?));
            }
        }
    }
    if modules.is_empty() {
        return Err(CliError::NoLibrary { path: directory.into() });
    }
    Library::new(name, version, modules)
        .map_err(|source| CliError::Library { path: directory.into(), source })
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
