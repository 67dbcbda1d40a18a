//! Programs and kernels from source or compiled files.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use miden_assembly::{Assembler, CompiledLibrary, DebugInfo, Diagnostics, Package, Source, Version};
use miden_core::{DecodeError, Kernel, Program};
use miden_processor::ExecutionError;

use crate::{
    args::{AssemblerArgs, ProgramArgs},
    failure::Failure,
    files::{self, FileError},
    library::{self, LibraryFileError},
    messages,
};

/// Why a program or a kernel could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LoadError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A library could not be read or used.
    #[error(transparent)]
    Library(#[from] LibraryFileError),
    /// A source has errors.
    #[error("{0}")]
    Assembly(Box<Diagnostics>),
    /// The file is neither a compiled program nor text.
    #[error("{}: byte {offset} is not UTF-8 text, and the file is not a compiled program", path.display())]
    NotText { path: PathBuf, offset: usize },
    /// A compiled program is malformed.
    #[error("{}: {source}", path.display())]
    Compiled { path: PathBuf, source: DecodeError },
    /// The file is a library.
    #[error("{} is a library; a program can import it with --library", path.display())]
    LibraryAsProgram { path: PathBuf },
    /// A compiled program was linked against a kernel other than the one named.
    #[error(
        "{} was compiled with a kernel other than {}; omit --kernel, or compile the program again",
        program.display(), kernel.display()
    )]
    KernelMismatch { program: PathBuf, kernel: PathBuf },
    /// A source cannot be linked against a compiled kernel.
    #[error(
        "{} is a compiled program; to assemble a program, pass the source of its kernel to --kernel",
        path.display()
    )]
    CompiledKernel { path: PathBuf },
    /// The directory of a kernel lacks the kernel itself.
    #[error("{} has no mod.masm, which would be the kernel", path.display())]
    NoKernel { path: PathBuf },
}

impl From<Diagnostics> for LoadError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Assembly(Box::new(diagnostics))
    }
}

/// A program and its debug information.
pub(crate) struct Loaded {
    pub(crate) program: Program,
    /// `None` for a stripped program.
    pub(crate) debug: Option<DebugInfo>,
}

/// Loads a program, linked against the kernel if one is named.
pub(crate) fn load(files: &ProgramArgs) -> Result<Loaded, LoadError> {
    load_linked(files.path(), files.kernel(), files.assembler_args())
}

/// Loads the program at `path`, linked against the kernel at `kernel`.
pub(crate) fn load_linked(
    path: &Path,
    kernel: Option<&Path>,
    assembler: &AssemblerArgs,
) -> Result<Loaded, LoadError> {
    let kernel = match kernel {
        Some(kernel_path) => Some((kernel_path, KernelFile::read(kernel_path, assembler)?)),
        None => None,
    };
    match (ProgramFile::read(path)?, kernel) {
        (ProgramFile::Compiled(loaded), None) => Ok(*loaded),
        (ProgramFile::Compiled(loaded), Some((kernel_path, kernel))) => {
            if *loaded.program.kernel() != kernel.digests() {
                return Err(LoadError::KernelMismatch { program: path.into(), kernel: kernel_path.into() });
            }
            Ok(*loaded)
        }
        (ProgramFile::Source(_), Some((path, KernelFile::Compiled(_)))) => {
            Err(LoadError::CompiledKernel { path: path.into() })
        }
        (ProgramFile::Source(source), Some((_, KernelFile::Assembled(assembler)))) => {
            assemble(&assembler, &source)
        }
        (ProgramFile::Source(source), None) => assemble(&assembler.assembler()?, &source),
    }
}

/// Loads the digests of a kernel's procedures.
pub(crate) fn load_kernel(path: &Path, assembler: &AssemblerArgs) -> Result<Kernel, LoadError> {
    KernelFile::read(path, assembler).map(|kernel| kernel.digests())
}

/// An assembler of programs that run on the kernel at `path`.
pub(crate) fn kernel_assembler(path: &Path, assembler: &AssemblerArgs) -> Result<Assembler, LoadError> {
    match KernelFile::read(path, assembler)? {
        KernelFile::Assembled(assembler) => Ok(assembler),
        KernelFile::Compiled(_) => Err(LoadError::CompiledKernel { path: path.into() }),
    }
}

fn assemble(assembler: &Assembler, source: &Source) -> Result<Loaded, LoadError> {
    let start = Instant::now();
    let assembly = assembler.assemble(source)?;
    messages::warnings(&assembly.warnings);
    messages::done(format!("assembled {} in {} ms", source.name(), start.elapsed().as_millis()));
    Ok(Loaded { program: assembly.program, debug: Some(assembly.debug) })
}

/// The content of a program file: a compiled program, recognized by its magic bytes, or source.
enum ProgramFile {
    Compiled(Box<Loaded>),
    Source(Source),
}

impl ProgramFile {
    fn read(path: &Path) -> Result<Self, LoadError> {
        let bytes = files::read(path)?;
        let malformed = |source| LoadError::Compiled { path: path.into(), source };
        if Package::has_magic(&bytes) {
            let Package { program, debug } = Package::from_bytes(&bytes).map_err(malformed)?;
            return Ok(Self::Compiled(Box::new(Loaded { program, debug: Some(debug) })));
        }
        if Program::has_magic(&bytes) {
            let program = Program::from_bytes(&bytes).map_err(malformed)?;
            return Ok(Self::Compiled(Box::new(Loaded { program, debug: None })));
        }
        if CompiledLibrary::has_magic(&bytes) {
            return Err(LoadError::LibraryAsProgram { path: path.into() });
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            LoadError::NotText { path: path.into(), offset }
        })?;
        Ok(Self::Source(Source::new(path.display().to_string(), text)))
    }
}

/// A kernel, from its source or from a program compiled with it.
enum KernelFile {
    Assembled(Assembler),
    Compiled(Kernel),
}

impl KernelFile {
    fn read(path: &Path, assembler: &AssemblerArgs) -> Result<Self, LoadError> {
        if path.is_dir() {
            return Self::read_directory(path, &assembler.assembler()?);
        }
        match ProgramFile::read(path)? {
            ProgramFile::Compiled(loaded) => Ok(Self::Compiled(loaded.program.kernel().clone())),
            ProgramFile::Source(source) => Ok(Self::Assembled(assembler.assembler()?.with_kernel(&source)?)),
        }
    }

    /// Assembles the module of the directory as the kernel. Programs cannot import the other modules.
    fn read_directory(path: &Path, assembler: &Assembler) -> Result<Self, LoadError> {
        let library = library::read_directory(path, library::directory_name(path)?, Version::default())?;
        let own = library.modules().find(|(path, _)| *path == library.name());
        let Some(source) = own.map(|(_, source)| source.clone()) else {
            return Err(LoadError::NoKernel { path: path.into() });
        };
        let extended = assembler
            .clone()
            .with_library(library)
            .map_err(|source| LibraryFileError::Library { path: path.into(), source })?;
        Ok(Self::Assembled(assembler.clone().with_kernel_of(&extended.with_kernel(&source)?)))
    }

    fn digests(&self) -> Kernel {
        match self {
            Self::Assembled(assembler) => assembler.kernel(),
            Self::Compiled(kernel) => kernel.clone(),
        }
    }
}

impl Loaded {
    /// File form of the program, with debug information unless it is stripped.
    pub(crate) fn to_bytes(&self, strip: bool) -> Vec<u8> {
        match &self.debug {
            Some(debug) if !strip => {
                Package { program: self.program.clone(), debug: debug.clone() }.to_bytes()
            }
            _ => self.program.to_bytes(),
        }
    }

    /// Adds the place in the source to an execution error.
    pub(crate) fn failure(&self, error: ExecutionError) -> Failure {
        Failure::new(error, self.debug.as_ref())
    }
}
