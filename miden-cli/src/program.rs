//! Programs and kernels from source or compiled files.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use miden_assembly::{Assembler, CompiledLibrary, DebugInfo, Diagnostics, Package, Source, Version};
use miden_core::{DecodeError, Kernel, Program, ProgramInputs};
use miden_debug::FailedRun;
use miden_processor::{ExecutionError, ExecutionOptions};
use miden_stdlib::StdLibrary;

use crate::{
    args::{AssemblerArgs, DebugArgs, ProgramArgs},
    failure::Failure,
    files::{self, FileError, Files, text},
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
        "{} was compiled with a kernel other than {} with these libraries; omit --kernel, or compile the program again",
        program.display(), kernel.display()
    )]
    KernelMismatch { program: PathBuf, kernel: PathBuf },
    /// A compiled program was linked against the kernel named, assembled with the other setting of `--no-opt`.
    #[error(
        "{} was compiled with {} assembled {} --no-opt; {} the option, or omit --kernel: the program contains its kernel",
        program.display(), kernel.display(),
        if *no_opt { "with" } else { "without" }, if *no_opt { "add" } else { "omit" },
    )]
    KernelOptions { program: PathBuf, kernel: PathBuf, no_opt: bool },
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
    /// `None` for a compiled program.
    assembled: Option<Assembled>,
}

/// How a source was assembled.
struct Assembled {
    assembler: Assembler,
    source: Source,
    warnings: Diagnostics,
    time: Duration,
}

/// Loads a program, linked against the kernel if one is named, and reports it.
pub(crate) fn load(program: &ProgramArgs, files: &Files) -> Result<Loaded, LoadError> {
    load_for(program, DebugArgs { debug: false }, files)
}

/// Like [`load`], with debug commands if the arguments keep them.
pub(crate) fn load_for(
    program: &ProgramArgs,
    DebugArgs { debug }: DebugArgs,
    files: &Files,
) -> Result<Loaded, LoadError> {
    let assembler = program.assembler_args().with_debug(debug);
    let loaded = load_linked(program.path(), program.kernel(), &assembler, files)?;
    loaded.announce();
    Ok(loaded)
}

/// Like [`load_for`], for a program on persistent storage: without a kernel of its own it gets the storage kernel.
pub(crate) fn load_on_storage(
    program: &ProgramArgs,
    debug: DebugArgs,
    files: &Files,
) -> Result<Loaded, LoadError> {
    if program.kernel().is_some() {
        return load_for(program, debug, files);
    }
    let assembler = program.assembler_args().with_debug(debug.debug);
    let loaded = match ProgramFile::read(program.path(), files)? {
        ProgramFile::Compiled(loaded) => *loaded,
        ProgramFile::Source(source) => assemble(&on_storage(&assembler, files)?, &source)?,
    };
    loaded.announce();
    Ok(loaded)
}

/// An assembler of programs that run on the storage kernel.
fn on_storage(assembler: &AssemblerArgs, files: &Files) -> Result<Assembler, LoadError> {
    Ok(assembler.assembler(files)?.with_kernel(&StdLibrary::storage_kernel())?)
}

/// The digests of the kernel that programs on storage run on: the storage kernel, unless another one is named.
pub(crate) fn storage_kernel(
    path: Option<&Path>,
    assembler: &AssemblerArgs,
    files: &Files,
) -> Result<Kernel, LoadError> {
    match path {
        Some(path) => load_kernel(path, assembler, files),
        None => Ok(on_storage(assembler, files)?.kernel()),
    }
}

/// Loads the program at `path`, linked against the kernel at `kernel`.
pub(crate) fn load_linked(
    path: &Path,
    kernel: Option<&Path>,
    assembler: &AssemblerArgs,
    files: &Files,
) -> Result<Loaded, LoadError> {
    let kernel = match kernel {
        Some(kernel_path) => Some((kernel_path, KernelFile::read(kernel_path, assembler, files)?)),
        None => None,
    };
    match (ProgramFile::read(path, files)?, kernel) {
        (ProgramFile::Compiled(loaded), None) => Ok(*loaded),
        (ProgramFile::Compiled(loaded), Some((kernel_path, kernel))) => {
            if *loaded.program.kernel() == kernel.digests() {
                return Ok(*loaded);
            }
            let (program, kernel) = (path.into(), kernel_path.into());
            let other = assembler.with_other_optimization();
            match load_kernel(kernel_path, &other, files) {
                Ok(same) if same == *loaded.program.kernel() => {
                    Err(LoadError::KernelOptions { program, kernel, no_opt: other.no_opt() })
                }
                _ => Err(LoadError::KernelMismatch { program, kernel }),
            }
        }
        (ProgramFile::Source(_), Some((path, KernelFile::Compiled(_)))) => {
            Err(LoadError::CompiledKernel { path: path.into() })
        }
        (ProgramFile::Source(source), Some((_, KernelFile::Assembled(assembler)))) => {
            assemble(&assembler, &source)
        }
        (ProgramFile::Source(source), None) => assemble(&assembler.assembler(files)?, &source),
    }
}

/// Loads the digests of a kernel's procedures.
pub(crate) fn load_kernel(
    path: &Path,
    assembler: &AssemblerArgs,
    files: &Files,
) -> Result<Kernel, LoadError> {
    KernelFile::read(path, assembler, files).map(|kernel| kernel.digests())
}

/// An assembler of programs that run on the kernel at `path`.
pub(crate) fn kernel_assembler(
    path: &Path,
    assembler: &AssemblerArgs,
    files: &Files,
) -> Result<Assembler, LoadError> {
    match KernelFile::read(path, assembler, files)? {
        KernelFile::Assembled(assembler) => Ok(assembler),
        KernelFile::Compiled(_) => Err(LoadError::CompiledKernel { path: path.into() }),
    }
}

/// Assembles a source.
pub(crate) fn assemble(assembler: &Assembler, source: &Source) -> Result<Loaded, LoadError> {
    let start = Instant::now();
    let assembly = assembler.assemble(source)?;
    let (warnings, time) = (assembly.warnings, start.elapsed());
    let assembled = Some(Assembled { assembler: assembler.clone(), source: source.clone(), warnings, time });
    Ok(Loaded { program: assembly.program, debug: Some(assembly.debug), assembled })
}

/// The content of a program file: a compiled program, recognized by its magic bytes, or source.
enum ProgramFile {
    Compiled(Box<Loaded>),
    Source(Source),
}

impl ProgramFile {
    fn read(path: &Path, files: &Files) -> Result<Self, LoadError> {
        let bytes = files.read(path)?;
        let malformed = |source| LoadError::Compiled { path: path.into(), source };
        if Package::has_magic(&bytes) {
            let Package { program, debug } = Package::from_bytes(&bytes).map_err(malformed)?;
            return Ok(Self::Compiled(Box::new(Loaded { program, debug: Some(debug), assembled: None })));
        }
        if Program::has_magic(&bytes) {
            let program = Program::from_bytes(&bytes).map_err(malformed)?;
            return Ok(Self::Compiled(Box::new(Loaded { program, debug: None, assembled: None })));
        }
        if CompiledLibrary::has_magic(&bytes) {
            return Err(LoadError::LibraryAsProgram { path: path.into() });
        }
        let text = text::decode(path, bytes).map_err(|error| match error {
            FileError::NotText { path, offset } => LoadError::NotText { path, offset },
            error => error.into(),
        })?;
        Ok(Self::Source(files::source(path, text)))
    }
}

/// A kernel, from its source or from a program compiled with it.
enum KernelFile {
    Assembled(Assembler),
    Compiled(Kernel),
}

impl KernelFile {
    fn read(path: &Path, assembler: &AssemblerArgs, files: &Files) -> Result<Self, LoadError> {
        if path.is_dir() {
            return Self::read_directory(path, &assembler.assembler(files)?, files);
        }
        match ProgramFile::read(path, files)? {
            ProgramFile::Compiled(loaded) => Ok(Self::Compiled(loaded.program.kernel().clone())),
            ProgramFile::Source(source) => {
                Ok(Self::Assembled(assembler.assembler(files)?.with_kernel(&source)?))
            }
        }
    }

    /// Assembles the module of the directory as the kernel. Programs cannot import the other modules.
    fn read_directory(path: &Path, assembler: &Assembler, files: &Files) -> Result<Self, LoadError> {
        let library =
            library::read_directory(path, library::directory_name(path)?, Version::default(), files)?;
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
    /// The assembler and the source; `None` for a compiled program.
    pub(crate) fn sources(&self) -> Option<(&Assembler, &Source)> {
        self.assembled.as_ref().map(|assembled| (&assembled.assembler, &assembled.source))
    }

    /// File form of the program, with debug information unless it is stripped.
    pub(crate) fn to_bytes(&self, strip: bool) -> Vec<u8> {
        match &self.debug {
            Some(debug) if !strip => {
                Package { program: self.program.clone(), debug: debug.clone() }.to_bytes()
            }
            _ => self.program.to_bytes(),
        }
    }

    /// Shows the warnings, and how long assembly took.
    pub(crate) fn announce(&self) {
        if let Some(Assembled { source, warnings, time, .. }) = &self.assembled {
            messages::warnings(warnings);
            messages::done(format!("assembled {} in {} ms", source.name(), time.as_millis()));
        }
    }

    /// Adds to an execution error its place in the source, and the way to it in a run with these inputs and options.
    pub(crate) fn failure(
        &self,
        error: ExecutionError,
        inputs: &ProgramInputs,
        options: &ExecutionOptions,
    ) -> Failure {
        let mut run = FailedRun::new(&self.program, self.debug.as_ref(), inputs, options);
        if let Some((assembler, source)) = self.sources() {
            run = run.assembled_by(assembler, source);
        }
        run.diagnose(error).into()
    }
}
