use alloc::sync::Arc;

use miden_assembly_syntax::Source;
use miden_core::{Kernel, Program};

use crate::{
    CompiledLibrary, DebugInfo, Diagnostics, Library, LibraryError,
    ast::ModuleKind,
    instructions::InstructionSet,
    library::Libraries,
    link::Linker,
    lower::{self, LoweredKernel},
};

/// Turns source text into programs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Assembler {
    instructions: InstructionSet,
    libraries: Libraries,
    kernel: Option<Arc<LoweredKernel>>,
    lowering: lower::Options,
}

/// A program, and where it comes from.
#[derive(Clone, Debug)]
pub struct Assembly {
    /// The program.
    pub program: Program,
    /// Which instructions its operations come from.
    pub debug: DebugInfo,
    /// What is not wrong, but worth to know.
    pub warnings: Diagnostics,
}

impl Default for Assembler {
    fn default() -> Self {
        Self {
            instructions: InstructionSet::default(),
            libraries: Libraries::default(),
            kernel: None,
            lowering: lower::Options { optimize: true, max_operations: lower::MAX_OPERATIONS },
        }
    }
}

/// A library that has been compiled.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The library.
    pub library: CompiledLibrary,
    /// What is not wrong, but worth to know.
    pub warnings: Diagnostics,
}

/// Why a library cannot be compiled.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// It does not go together with the other libraries.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// Its sources have errors.
    #[error(transparent)]
    Source(#[from] Diagnostics),
}

impl Assembler {
    /// An assembler that knows no libraries and no kernel, and makes code shorter where its meaning stays.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the modules of a library known: programs, kernels and other libraries can import them. They are read when
    /// something of them is used.
    ///
    /// # Errors
    /// If a module has the path of one that is known already.
    pub fn with_library(mut self, library: Library) -> Result<Self, LibraryError> {
        self.libraries.add(library)?;
        Ok(self)
    }

    /// The same for a compiled library.
    ///
    /// # Errors
    /// As [`Self::with_library`].
    pub fn with_compiled_library(mut self, library: CompiledLibrary) -> Result<Self, LibraryError> {
        self.libraries.add_compiled(Arc::new(library))?;
        Ok(self)
    }

    /// Sets whether straight-line code is made shorter, which it is if nothing else is said.
    ///
    /// Shorter code leaves the same stack or fails with the same kind of fault. It has other operations, and so
    /// another digest, fewer cycles, and other values of the clock. Without, a program consists of what its
    /// instructions are lowered to, one by one. A kernel is made as was set before it is given.
    #[must_use]
    pub const fn with_optimizations(mut self, optimize: bool) -> Self {
        self.lowering.optimize = optimize;
        self
    }

    /// Sets how many operations procedures and unrolled code may expand to, equal code counted as often as it is written
    /// out: 2^24 if nothing else is said, and never more. A small number suits sources that nobody vouches for.
    #[must_use]
    pub fn with_max_operations(mut self, max: usize) -> Self {
        self.lowering.max_operations = max.min(lower::MAX_OPERATIONS);
        self
    }

    /// Compiles all modules of a library. They can use the other libraries, and the kernel.
    ///
    /// # Errors
    /// If a module has the path of one that is known already, or has errors. All independent errors are reported.
    pub fn bundle(&self, library: &Library) -> Result<Bundle, BundleError> {
        let kernel = self.kernel.as_deref();
        // Modules of the library name each other.
        let assembler = self.clone().with_library(library.clone())?;
        let linked = assembler.linker(kernel).link_library(library)?;
        let compiled = lower::lower_library(library, &linked, kernel, self.lowering)?;
        Ok(Bundle { library: compiled, warnings: linked.warnings })
    }

    /// Assembles a kernel; the programs that this assembler makes from now on run on it, and `syscall` names what it
    /// exports.
    ///
    /// A kernel is a source of procedures without a program. What is exported can be named by a system call. Exported
    /// procedures with equal code have one digest, and stand in the kernel once.
    ///
    /// # Errors
    /// If the source is not a kernel. All independent errors of the source are reported.
    pub fn with_kernel(mut self, source: &Source) -> Result<Self, Diagnostics> {
        let linked = self.linker(None).link(ModuleKind::Kernel, source)?;
        let kernel = lower::lower_kernel(&linked, self.lowering)?;
        self.kernel = Some(Arc::new(kernel));
        Ok(self)
    }

    /// Takes over the kernel of another assembler, but not the libraries that it was made of.
    #[must_use]
    pub fn with_kernel_of(mut self, other: &Self) -> Self {
        self.kernel.clone_from(&other.kernel);
        self
    }

    /// The kernel that programs run on; without procedures if none has been given.
    pub fn kernel(&self) -> Kernel {
        self.kernel.as_ref().map(|kernel| kernel.interface.kernel.clone()).unwrap_or_default()
    }

    /// Assembles an executable program.
    ///
    /// # Errors
    /// If the source is not a program, or a module that it uses has errors. All independent errors are reported.
    pub fn assemble(&self, source: &Source) -> Result<Assembly, Diagnostics> {
        let kernel = self.kernel.as_deref();
        // Steps 1 to 4: from texts to procedures whose names are resolved.
        let linked = self.linker(kernel).link(ModuleKind::Program, source)?;
        // Steps 5 to 7: from procedures to a program.
        let (program, debug) = lower::lower(&linked, kernel, self.lowering)?;
        Ok(Assembly { program, debug, warnings: linked.warnings })
    }

    /// Checks a module by itself, with the modules that it uses, and returns what is not wrong, but worth to know. What
    /// depends on the kernel, and on whether the module becomes a part of one, is not checked.
    ///
    /// The path is the one by which others name it; `self` stands for it.
    ///
    /// # Errors
    /// If the source is not a module, or a module that it uses has errors. All independent errors are reported.
    pub fn check_module(&self, path: Option<&str>, source: &Source) -> Result<Diagnostics, Diagnostics> {
        let kernel = self.kernel.as_deref();
        Ok(self.linker(kernel).link_module(path, source)?.warnings)
    }

    fn linker<'s>(&'s self, kernel: Option<&'s LoweredKernel>) -> Linker<'s> {
        let kernel = kernel.map(|kernel| &kernel.interface);
        Linker { instructions: &self.instructions, libraries: &self.libraries, kernel }
    }
}
