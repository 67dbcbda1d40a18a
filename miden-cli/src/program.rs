//! Programs and kernels from files, assembled or compiled.

use std::{path::Path, time::Instant};

use miden_assembly::{Assembler, CompiledLibrary, DebugInfo, Source};
use miden_core::{Kernel, Program};
use miden_processor::ExecutionError;

use crate::{
    cli::{AssemblerArgs, ProgramArgs},
    error::CliError,
    failure::Failure,
    files, messages,
};

/// A program, and what is known of its source.
pub(crate) struct Loaded {
    pub(crate) program: Program,
    /// A compiled program has none.
    pub(crate) debug: Option<DebugInfo>,
}

/// Reads a program, and links it against the kernel that is named.
pub(crate) fn load(files: &ProgramArgs) -> Result<Loaded, CliError> {
    let (path, kernel_path) = (files.path(), files.kernel());
    let kernel = kernel_path.map(|path| KernelFile::read(path, files.assembler_args())).transpose()?;
    match (ProgramFile::read(path)?, kernel) {
        (ProgramFile::Compiled(program), None) => Ok(Loaded { program, debug: None }),
        (ProgramFile::Compiled(program), Some(kernel)) if *program.kernel() == kernel.digests() => {
            Ok(Loaded { program, debug: None })
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
        (ProgramFile::Source(source), None) => assemble(&files.assembler_args().assembler()?, &source),
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
    Compiled(Program),
    Source(Source),
}

impl ProgramFile {
    fn read(path: &Path) -> Result<Self, CliError> {
        let bytes = files::read(path)?;
        if Program::has_magic(&bytes) {
            let compiled = |source| CliError::Compiled { path: path.into(), source };
            return Program::from_bytes(&bytes).map(Self::Compiled).map_err(compiled);
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
        match ProgramFile::read(path)? {
            ProgramFile::Compiled(program) => Ok(Self::Compiled(program.kernel().clone())),
            ProgramFile::Source(source) => match assembler.assembler()?.with_kernel(&source) {
                Ok(assembler) => Ok(Self::Assembled(assembler)),
                Err(errors) => Err(CliError::Assembly(Box::new(errors))),
            },
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
    /// Adds the place in the source to an error of the execution.
    pub(crate) fn explain(&self, error: ExecutionError) -> CliError {
        CliError::Execution(Box::new(Failure::new(error, self.debug.as_ref())))
    }
}
