//! Programs and kernels from files, assembled or compiled.

use std::{path::Path, time::Instant};

use miden_assembly::{Assembler, CompiledLibrary, DebugInfo, Package, Source, Version};
use miden_core::{Kernel, Program};
use miden_processor::ExecutionError;

use crate::{
    cli::{AssemblerArgs, ProgramArgs},
    error::CliError,
    failure::Failure,
    files, library, messages,
};

/// A program, and what is known of its source.
pub(crate) struct Loaded {
    pub(crate) program: Program,
    /// A compiled program can be without.
    pub(crate) debug: Option<DebugInfo>,
}

/// Reads a program, and links it against the kernel that is named.
pub(crate) fn load(files: &ProgramArgs) -> Result<Loaded, CliError> {
    load_linked(files.path(), files.kernel(), files.assembler_args())
}

/// Reads the program at `path`, and links it against the kernel at `kernel_path`.
pub(crate) fn load_linked(
    path: &Path,
    kernel_path: Option<&Path>,
    assembler: &AssemblerArgs,
) -> Result<Loaded, CliError> {
    let kernel = kernel_path.map(|path| KernelFile::read(path, assembler)).transpose()?;
    match (ProgramFile::read(path)?, kernel) {
        (ProgramFile::Compiled(loaded), None) => Ok(*loaded),
        (ProgramFile::Compiled(loaded), Some(kernel)) if *loaded.program.kernel() == kernel.digests() => {
            Ok(*loaded)
        }
        (ProgramFile::Compiled(_), Some(_)) => {
            Err(CliError::OtherKernel { program: path.into(), kernel: kernel_path.unwrap_or(path).into() })
        }
        (ProgramFile::Source(_), Some(KernelFile::Compiled(_))) => {
            Err(CliError::CompiledKernel { path: kernel_path.unwrap_or(path).into() })
        }
        (ProgramFile::Source(source), Some(KernelFile::Assembled(assembler))) => {
            assemble(&assembler, &source)
        }
        (ProgramFile::Source(source), None) => assemble(&assembler.assembler()?, &source),
    }
}

/// Reads a kernel.
pub(crate) fn load_kernel(path: &Path, assembler: &AssemblerArgs) -> Result<Kernel, CliError> {
    KernelFile::read(path, assembler).map(|kernel| kernel.digests())
}

/// An assembler of programs that run on a kernel.
pub(crate) fn kernel_assembler(path: &Path, assembler: &AssemblerArgs) -> Result<Assembler, CliError> {
    match KernelFile::read(path, assembler)? {
        KernelFile::Assembled(assembler) => Ok(assembler),
        KernelFile::Compiled(_) => Err(CliError::CompiledKernel { path: path.into() }),
    }
}

fn assemble(assembler: &Assembler, source: &Source) -> Result<Loaded, CliError> {
    let start = Instant::now();
    let assembly = assembler.assemble(source).map_err(|errors| CliError::Assembly(Box::new(errors)))?;
    messages::warnings(&assembly.warnings);
    messages::done(format!("assembled {} in {} ms", source.name(), start.elapsed().as_millis()));
    Ok(Loaded { program: assembly.program, debug: Some(assembly.debug) })
}

/// What a file holds: a compiled program, told by its first bytes, or assembly source.
enum ProgramFile {
    Compiled(Box<Loaded>),
    Source(Source),
}

impl ProgramFile {
    fn read(path: &Path) -> Result<Self, CliError> {
        let bytes = files::read(path)?;
        let compiled = |source| CliError::Compiled { path: path.into(), source };
        if Package::has_magic(&bytes) {
            let Package { program, debug } = Package::from_bytes(&bytes).map_err(compiled)?;
            return Ok(Self::Compiled(Box::new(Loaded { program, debug: Some(debug) })));
        }
        if Program::has_magic(&bytes) {
            let program = Program::from_bytes(&bytes).map_err(compiled)?;
            return Ok(Self::Compiled(Box::new(Loaded { program, debug: None })));
        }
        if CompiledLibrary::has_magic(&bytes) {
            return Err(CliError::LibraryAsProgram { path: path.into() });
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            CliError::NotText { path: path.into(), offset }
        })?;
        Ok(Self::Source(Source::new(path.display().to_string(), text)))
    }
}

/// A kernel, from its source or from a program that was compiled with it.
enum KernelFile {
    Assembled(Assembler),
    Compiled(Kernel),
}

impl KernelFile {
    fn read(path: &Path, assembler: &AssemblerArgs) -> Result<Self, CliError> {
        let assemble = |assembler: Assembler, source: &Source| {
            assembler.with_kernel(source).map_err(|errors| CliError::Assembly(Box::new(errors)))
        };
        if path.is_dir() {
            let assembler = assembler.assembler()?;
            let library = library::read(path, library::directory_name(path)?, Version::default())?;
            let own = library.modules().find(|(path, _)| *path == library.name());
            let Some(source) = own.map(|(_, source)| source.clone()) else {
                return Err(CliError::NoKernel { path: path.into() });
            };
            let refuse = |source| CliError::Library { path: path.into(), source };
            let kernel = assemble(assembler.clone().with_library(library).map_err(refuse)?, &source)?;
            return Ok(Self::Assembled(assembler.with_kernel_of(&kernel)));
        }
        match ProgramFile::read(path)? {
            ProgramFile::Compiled(loaded) => Ok(Self::Compiled(loaded.program.kernel().clone())),
            ProgramFile::Source(source) => assemble(assembler.assembler()?, &source).map(Self::Assembled),
        }
    }

    fn digests(&self) -> Kernel {
        match self {
            Self::Assembled(assembler) => assembler.kernel(),
            Self::Compiled(kernel) => kernel.clone(),
        }
    }
}

impl Loaded {
    /// The file form: with what is known of the source, unless it is to be left out.
    pub(crate) fn to_bytes(&self, strip: bool) -> Vec<u8> {
        match &self.debug {
            Some(debug) if !strip => {
                Package { program: self.program.clone(), debug: debug.clone() }.to_bytes()
            }
            _ => self.program.to_bytes(),
        }
    }

    /// Adds the place in the source to an error of the execution.
    pub(crate) fn failure(&self, error: ExecutionError) -> Failure {
        Failure::new(error, self.debug.as_ref())
    }

    /// The failure as an error of a command.
    pub(crate) fn explain(&self, error: ExecutionError) -> CliError {
        CliError::Execution(Box::new(self.failure(error)))
    }
}
