use std::path::PathBuf;

use gen_lsp_types::{PositionEncodingKind, Uri, WorkspaceFolder};
use miden_assembly::Assembler;
use miden_stdlib::StdLibrary;
use serde::Deserialize;
use serde_json::Value;

use super::{
    address, outline,
    position::Encoding,
    workspace::{CompiledModules, LibraryFolder},
};
use crate::{
    error::CliError,
    files::FileError,
    library::{LibraryArg, OWN_MODULE, SOURCE},
};

/// Libraries and the kernel, from the command line or from the editor.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(super) folders: Vec<LibraryFolder>,
    /// Knows the compiled libraries.
    pub(super) assembler: Assembler,
    pub(super) compiled: CompiledModules,
    pub(super) kernel: Option<PathBuf>,
    /// Whether one of the libraries takes the place of the standard library.
    has_standard: bool,
}

impl Settings {
    /// Settings from arguments.
    ///
    /// # Errors
    /// If a file or a directory cannot be read, or is no library.
    pub(crate) fn new(libraries: &[LibraryArg], kernel: Option<PathBuf>) -> Result<Self, CliError> {
        let mut settings = Self::default();
        settings.add_libraries(libraries)?;
        settings.kernel = kernel.map(find_kernel).transpose()?;
        Ok(settings)
    }

    /// Adds what the editor wants: `{"libraries": ["NAME=DIR", …], "kernel": "FILE"}`.
    pub(super) fn add(&mut self, options: &Value) -> Result<(), CliError> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Options {
            libraries: Vec<String>,
            kernel: Option<PathBuf>,
        }
        if options.is_null() {
            return Ok(());
        }
        let options = Options::deserialize(options).map_err(|error| CliError::Usage(error.to_string()))?;
        let libraries = options.libraries.iter().map(|text| LibraryArg::parse(text));
        let libraries = libraries.collect::<Result<Vec<_>, _>>().map_err(CliError::Usage)?;
        self.add_libraries(&libraries)?;
        if let Some(kernel) = options.kernel {
            self.kernel = Some(find_kernel(kernel)?);
        }
        Ok(())
    }

    /// The same with the standard library, unless another one has its name.
    pub(super) fn with_standard(mut self) -> Self {
        // Neither fails, since the library was made with this crate's assembler and none of its name is known.
        if !self.has_standard
            && let Ok(library) = StdLibrary::compiled()
            && let Ok(assembler) = self.assembler.clone().with_compiled_library(library.clone())
        {
            self.assembler = assembler;
            self.compiled.extend(outline::modules(&library));
        }
        self
    }

    fn add_libraries(&mut self, libraries: &[LibraryArg]) -> Result<(), CliError> {
        for library in libraries {
            let path = find(library.path().into())?;
            if let Some(name) = library.directory()? {
                self.has_standard |= name == StdLibrary::NAME;
                self.folders.push(LibraryFolder { name, path });
            } else {
                self.assembler = library.add_to(self.assembler.clone())?;
                let compiled = library.read_compiled()?;
                self.has_standard |= compiled.name() == StdLibrary::NAME;
                self.compiled.extend(outline::modules(&compiled));
            }
        }
        Ok(())
    }
}

/// The source of a kernel; in a directory, that of its own module.
fn find_kernel(path: PathBuf) -> Result<PathBuf, FileError> {
    find(if path.is_dir() { path.join(OWN_MODULE).with_extension(SOURCE) } else { path })
}

/// The whole path of something that exists.
fn find(path: PathBuf) -> Result<PathBuf, FileError> {
    let found = path.metadata().and_then(|_| std::path::absolute(&path));
    found.map_err(|source| FileError::Read { path, source })
}

/// What the client can do, and where it works.
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
    /// Reads the parameters of `initialize`. What is missing or malformed is something that the client cannot do.
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
