use std::path::PathBuf;

use gen_lsp_types::{PositionEncodingKind, Uri, WorkspaceFolder};
use miden_assembly::Assembler;
use miden_stdlib::StdLibrary;
use serde::Deserialize;
use serde_json::Value;

use super::{
    address,
    outline::{self, CompiledModules},
    position::Encoding,
};
use crate::{
    files::{FileError, Files},
    library::{LibraryArg, LibraryFileError},
    sources,
};

/// Why settings from the editor cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum SettingsError {
    /// The options are malformed.
    #[error("{0}")]
    Malformed(#[from] serde_json::Error),
    /// A library could not be read or used.
    #[error(transparent)]
    Library(#[from] LibraryFileError),
    /// The kernel could not be found.
    #[error(transparent)]
    Kernel(#[from] FileError),
}

/// A folder of modules whose paths begin with `name`.
#[derive(Clone, Debug)]
pub(super) struct LibraryFolder {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// Libraries and the kernel, from the command line or from the editor.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(super) folders: Vec<LibraryFolder>,
    /// Has the compiled libraries.
    pub(super) assembler: Assembler,
    pub(super) compiled: CompiledModules,
    pub(super) kernel: Option<PathBuf>,
    /// Whether one of the libraries replaces the standard library.
    pub(super) has_standard: bool,
}

impl Settings {
    /// Settings from arguments.
    ///
    /// # Errors
    /// If a file or directory cannot be read or is not a library.
    pub(crate) fn new(libraries: &[LibraryArg], kernel: Option<PathBuf>) -> Result<Self, LibraryFileError> {
        let mut settings = Self::default();
        settings.add_libraries(libraries)?;
        settings.kernel = kernel.map(find_kernel).transpose()?;
        Ok(settings)
    }

    /// Adds the settings of the editor: `{"libraries": ["NAME=DIR", …], "kernel": "FILE"}`.
    pub(super) fn add(&mut self, options: &Value) -> Result<(), SettingsError> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Options {
            libraries: Vec<String>,
            kernel: Option<PathBuf>,
        }
        if options.is_null() {
            return Ok(());
        }
        let options = Options::deserialize(options)?;
        let libraries: Vec<_> = options.libraries.into_iter().map(LibraryArg::from).collect();
        self.add_libraries(&libraries)?;
        if let Some(kernel) = options.kernel {
            self.kernel = Some(find_kernel(kernel)?);
        }
        Ok(())
    }

    /// Adds the standard library, unless another library has its name.
    pub(super) fn with_standard(mut self) -> Self {
        if !self.has_standard {
            let library =
                StdLibrary::compiled().expect("the standard library was compiled by this assembler");
            self.compiled.extend(outline::modules(&library));
            self.assembler = self
                .assembler
                .with_compiled_library(library)
                .expect("no other library is named like the standard library");
        }
        self
    }

    fn add_libraries(&mut self, libraries: &[LibraryArg]) -> Result<(), LibraryFileError> {
        for library in libraries {
            let path = find(library.path().into())?;
            // The sources of a directory are read as they are needed, since they change while the server runs.
            let name = if let Some(name) = library.directory()? {
                self.folders.push(LibraryFolder { name: name.clone(), path });
                name
            } else {
                let compiled = library.read_compiled(&Files::default())?;
                let (name, modules) = (compiled.name().to_owned(), outline::modules(&compiled));
                self.assembler =
                    self.assembler.clone().with_compiled_library(compiled).map_err(|source| {
                        LibraryFileError::Library { path: library.path().into(), source }
                    })?;
                self.compiled.extend(modules);
                name
            };
            self.has_standard |= name == StdLibrary::NAME;
        }
        Ok(())
    }
}

/// Absolute path of a kernel's source, which in a directory is the directory's module.
fn find_kernel(path: PathBuf) -> Result<PathBuf, FileError> {
    find(if path.is_dir() { sources::directory_module(&path) } else { path })
}

/// Absolute path of a file or directory that exists.
fn find(path: PathBuf) -> Result<PathBuf, FileError> {
    let found = path.metadata().and_then(|_| std::path::absolute(&path));
    found.map_err(|source| FileError::Read { path, source })
}

/// Capabilities and workspace of the client.
#[derive(Debug, Default)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    pub(super) folders: Vec<PathBuf>,
    pub(super) reads_markdown: bool,
    pub(super) reads_related_places: bool,
    pub(super) reads_nested_symbols: bool,
    pub(super) watches_files: bool,
}

impl Client {
    /// Reads the parameters of `initialize`. A missing or malformed capability counts as absent.
    pub(super) fn new(params: &Value) -> Self {
        let can = |pointer: &str| params.pointer(&format!("/capabilities/{pointer}"));
        let can_do = |pointer| can(pointer).and_then(Value::as_bool).unwrap_or_default();
        let encodings: Option<Vec<PositionEncodingKind>> = read(can("general/positionEncodings"));
        let folders: Option<Vec<WorkspaceFolder>> = read(params.get("workspaceFolders"));
        let root: Option<Uri> = read(params.get("rootUri"));
        let folders = folders.map(|folders| folders.into_iter().map(|folder| folder.uri).collect());
        let folders: Vec<Uri> = folders.or_else(|| root.map(|root| vec![root])).unwrap_or_default();
        let formats: Option<Vec<String>> = read(can("textDocument/hover/contentFormat"));
        Self {
            encoding: Encoding::negotiate(encodings.as_deref()),
            folders: folders.iter().filter_map(address::path).collect(),
            reads_markdown: formats.is_some_and(|formats| formats.iter().any(|format| format == "markdown")),
            reads_related_places: can_do("textDocument/publishDiagnostics/relatedInformation"),
            reads_nested_symbols: can_do("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            watches_files: can_do("workspace/didChangeWatchedFiles/dynamicRegistration"),
        }
    }
}

fn read<T: for<'de> Deserialize<'de>>(value: Option<&Value>) -> Option<T> {
    serde_json::from_value(value?.clone()).ok()
}
