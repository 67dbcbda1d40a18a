//! The manifest of a program: everything that its hash comes from, so that anyone can compute it again.

use std::path::{Path, PathBuf};

use miden_assembly::Assembler;
use miden_core::{Digest, Kernel};
use miden_stdlib::StdLibrary;
use serde::{Deserialize, Serialize};

use crate::{
    args::{AssemblerArgs, ProgramArgs},
    content,
    error::CliError,
    files::{FileError, Files},
    library::{LibraryArg, LibraryFileError},
    program::{self, Loaded},
    source_names::path_from,
};

/// Version of the format.
const VERSION: u32 = 1;

/// Version of this assembler.
const ASSEMBLER: &str = env!("CARGO_PKG_VERSION");

/// Why there is no manifest.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramManifestError {
    /// The program is compiled, or comes from standard input.
    #[error("{}: a manifest needs the source file of the program", path.display())]
    NoSource { path: PathBuf },
    /// The file is malformed.
    #[error("{}: {source}", path.display())]
    Malformed { path: PathBuf, source: serde_json::Error },
    /// The file has another format.
    #[error("{}: the manifest has format version {got}, this release reads {VERSION}", path.display())]
    Version { path: PathBuf, got: u32 },
}

/// The content of the file. Paths are relative to its directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgramManifest {
    version: u32,
    program_hash: Digest,
    /// The procedures of the kernel, in its order.
    kernel: Vec<KernelProcedure>,
    /// Version of the assembler.
    assembler: String,
    /// Whether code was optimized.
    optimized: bool,
    program: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kernel_source: Option<Content>,
    libraries: Vec<LibraryContent>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KernelProcedure {
    digest: Digest,
    /// Several if they have equal code.
    names: Vec<String>,
}

/// A source, or a directory of sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    path: String,
    digest: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LibraryContent {
    name: String,
    /// `None` for the standard library of the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    digest: Digest,
}

impl ProgramManifest {
    /// The manifest of a program, for a file in this directory.
    pub(crate) fn new(
        arguments: &ProgramArgs,
        loaded: &Loaded,
        directory: &Path,
        files: &Files,
    ) -> Result<Self, CliError> {
        let path = arguments.path();
        let Some((assembler, _)) = loaded.sources().filter(|_| path.is_file()) else {
            return Err(ProgramManifestError::NoSource { path: path.into() }.into());
        };
        let content = |path: &Path| -> Result<Content, FileError> {
            let place = path_from(directory, path);
            let place = place.map_err(|source| FileError::Read { path: path.into(), source })?;
            Ok(Content { path: place, digest: content::digest(path, files)? })
        };
        let mut libraries = Vec::new();
        for library in arguments.assembler_args().libraries() {
            let Content { path, digest } = content(library.path())?;
            libraries.push(LibraryContent { name: library.name(files)?, path: Some(path), digest });
        }
        if libraries.iter().all(|library| library.name != StdLibrary::NAME) {
            libraries.push(LibraryContent {
                name: StdLibrary::NAME.into(),
                path: None,
                digest: standard_library()?,
            });
        }
        Ok(Self {
            version: VERSION,
            program_hash: loaded.program.digest(),
            kernel: kernel_procedures(loaded.program.kernel(), assembler),
            assembler: ASSEMBLER.into(),
            optimized: !arguments.assembler_args().no_opt(),
            program: content(path)?,
            kernel_source: arguments.kernel().map(content).transpose()?,
            libraries,
        })
    }

    /// Reads a manifest.
    pub(crate) fn read(path: &Path, files: &Files) -> Result<Self, CliError> {
        /// The part that every version has.
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let text = files.read_text(path)?;
        let malformed = |source| ProgramManifestError::Malformed { path: path.into(), source };
        let Versioned { version } = serde_json::from_str(&text).map_err(malformed)?;
        if version != VERSION {
            return Err(ProgramManifestError::Version { path: path.into(), got: version }.into());
        }
        Ok(serde_json::from_str(&text).map_err(malformed)?)
    }

    /// The text of the file.
    pub(crate) fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("texts and numbers have a JSON form");
        text.push('\n');
        text
    }

    /// Assembles the program again, from the files below the directory of the manifest.
    ///
    /// # Errors
    /// [`CliError::NotReproduced`] if a file has other content, or the program another hash; others if a file cannot be
    /// read, or a source has errors.
    pub(crate) fn reproduce(&self, directory: &Path, files: &Files) -> Result<Loaded, CliError> {
        self.check_content(directory, files)?;
        let mut libraries = Vec::new();
        for LibraryContent { name, path, .. } in &self.libraries {
            let Some(path) = path.as_ref().map(|path| directory.join(path)) else { continue };
            libraries.push(LibraryArg::named(name, path));
        }
        let assembler = AssemblerArgs::new(libraries, !self.optimized);
        let kernel = self.kernel_source.as_ref().map(|kernel| directory.join(&kernel.path));
        let loaded =
            program::load_linked(&directory.join(&self.program.path), kernel.as_deref(), &assembler, files)?;
        let hash = loaded.program.digest();
        let mut differences = Vec::new();
        if hash != self.program_hash {
            differences.push(format!("the program has the hash {hash}, not {}", self.program_hash));
        }
        let procedures =
            loaded.sources().map(|(assembler, _)| kernel_procedures(loaded.program.kernel(), assembler));
        if procedures.as_ref() != Some(&self.kernel) {
            differences.push("the kernel has other procedures".into());
        }
        self.check(differences)?;
        Ok(loaded)
    }

    fn check_content(&self, directory: &Path, files: &Files) -> Result<(), CliError> {
        let mut differences = Vec::new();
        let mut compare = |name: &str, got: Digest, expected: Digest| {
            if got != expected {
                differences.push(format!("{name} has the digest {got}, not {expected}"));
            }
        };
        for Content { path, digest } in [&self.program].into_iter().chain(&self.kernel_source) {
            compare(path, content::digest(&directory.join(path), files)?, *digest);
        }
        for LibraryContent { path, digest, .. } in &self.libraries {
            match path {
                Some(path) => compare(path, content::digest(&directory.join(path), files)?, *digest),
                None => compare("the standard library", standard_library()?, *digest),
            }
        }
        self.check(differences)
    }

    fn check(&self, differences: Vec<String>) -> Result<(), CliError> {
        let other = (self.assembler != ASSEMBLER).then(|| self.assembler.clone());
        match differences.is_empty() {
            true => Ok(()),
            false => Err(CliError::NotReproduced { differences, assembler: other }),
        }
    }
}

fn standard_library() -> Result<Digest, CliError> {
    let library = StdLibrary::library()
        .map_err(|source| LibraryFileError::Library { path: StdLibrary::NAME.into(), source })?;
    Ok(content::digest_of_library(&library))
}

fn kernel_procedures(kernel: &Kernel, assembler: &Assembler) -> Vec<KernelProcedure> {
    let procedures = kernel.procedures().iter().map(|digest| {
        let own = assembler.kernel_procedures().filter(|(_, other)| other == digest);
        KernelProcedure { digest: *digest, names: own.map(|(name, _)| name.into()).collect() }
    });
    procedures.collect()
}
