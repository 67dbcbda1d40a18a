use alloc::{sync::Arc, vec::Vec};

use miden_assembly_syntax::Source;
use miden_core::{Digest, Kernel, Program};

use crate::{
    CompiledLibrary, DebugInfo, Diagnostics, Library, LibraryError,
    ast::ModuleKind,
    instructions::InstructionSet,
    library::Libraries,
    link::Linker,
    lower::{self, LoweredKernel},
    tooling::{self, EntryPoint, Outline},
};

/// Assembles source text into programs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Assembler {
    instructions: InstructionSet,
    libraries: Libraries,
    kernel: Option<Arc<LoweredKernel>>,
    lowering: lower::Options,
}

/// A program with debug information and warnings.
#[derive(Clone, Debug)]
pub struct Assembly {
    /// The program.
    pub program: Program,
    /// The instructions its operations come from.
    pub debug: DebugInfo,
    /// Warnings: problems that do not prevent assembly.
    pub warnings: Diagnostics,
}

impl Default for Assembler {
    fn default() -> Self {
        Self {
            instructions: InstructionSet::default(),
            libraries: Libraries::default(),
            kernel: None,
            lowering: lower::Options { optimize: true, max_operations: lower::MAX_OPERATIONS, debug: false },
        }
    }
}

/// A compiled library with warnings.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The library.
    pub library: CompiledLibrary,
    /// Warnings: problems that do not prevent assembly.
    pub warnings: Diagnostics,
}

/// Error of compiling a library.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// It conflicts with another library.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// Its sources have errors.
    #[error(transparent)]
    Source(#[from] Diagnostics),
}

impl Assembler {
    /// An assembler without libraries and kernel, with optimizations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a library, whose modules programs, kernels and other libraries can import. A module is parsed when it is
    /// used.
    ///
    /// # Errors
    /// If the path of a module is already taken.
    pub fn with_library(mut self, library: Library) -> Result<Self, LibraryError> {
        self.libraries.add(library)?;
        Ok(self)
    }

    /// Like [`Self::with_library`], for a compiled library.
    ///
    /// # Errors
    /// Like [`Self::with_library`].
    pub fn with_compiled_library(mut self, library: CompiledLibrary) -> Result<Self, LibraryError> {
        self.libraries.add_compiled(Arc::new(library))?;
        Ok(self)
    }

    /// Enables optimization of straight-line code; on by default.
    ///
    /// Optimized code leaves the same stack or fails with the same kind of fault, but has other operations, and
    /// therefore another hash, fewer cycles and other values of the clock. Without optimization, each instruction is
    /// lowered by itself. The setting applies to kernels that are added afterwards.
    #[must_use]
    pub const fn with_optimizations(mut self, optimize: bool) -> Self {
        self.lowering.optimize = optimize;
        self
    }

    /// Keeps debug commands, such as `debug.stack` and `breakpoint`, in programs and in kernels that are added
    /// afterwards; off by default. They change neither the program hash nor the operations. Where optimization has merged
    /// the code around a command, the command comes before the merged code.
    #[must_use]
    pub const fn with_debug_commands(mut self, debug: bool) -> Self {
        self.lowering.debug = debug;
        self
    }

    /// Limits the number of operations that procedures and unrolled code expand to, each copy counted: 2^24 by default,
    /// which is also the maximum. Lower the limit for untrusted sources.
    #[must_use]
    pub fn with_max_operations(mut self, max: usize) -> Self {
        self.lowering.max_operations = max.min(lower::MAX_OPERATIONS);
        self
    }

    /// Compiles all modules of a library, which can use the other libraries and the kernel.
    ///
    /// # Errors
    /// If the path of a module is already taken, or a module has errors. All independent errors are reported.
    pub fn bundle(&self, library: &Library) -> Result<Bundle, BundleError> {
        let kernel = self.kernel.as_deref();
        // The modules of the library can import each other.
        let assembler = self.clone().with_library(library.clone())?;
        let linked = assembler.linker(kernel).link_library(library)?;
        let options = lower::Options { debug: false, ..self.lowering };
        let compiled = lower::lower_library(library, &linked, kernel, options)?;
        Ok(Bundle { library: compiled, warnings: linked.warnings })
    }

    /// Assembles a kernel for the programs that this assembler assembles from now on, which invoke its exported
    /// procedures by `syscall`.
    ///
    /// A kernel is a source of procedures without a program. Exported procedures with equal code share a digest, and
    /// are in the kernel once.
    ///
    /// # Errors
    /// If the source is not a valid kernel. All independent errors of the source are reported.
    pub fn with_kernel(mut self, source: &Source) -> Result<Self, Diagnostics> {
        let linked = self.linker(None).link(ModuleKind::Kernel, source)?;
        let kernel = lower::lower_kernel(&linked, self.lowering)?;
        self.kernel = Some(Arc::new(kernel));
        Ok(self)
    }

    /// Uses the kernel of another assembler, without its libraries.
    #[must_use]
    pub fn with_kernel_of(mut self, other: &Self) -> Self {
        self.kernel.clone_from(&other.kernel);
        self
    }

    /// The kernel of programs; empty by default.
    pub fn kernel(&self) -> Kernel {
        self.kernel.as_ref().map(|kernel| kernel.interface.kernel.clone()).unwrap_or_default()
    }

    /// The names of the kernel's exported procedures, in alphabetical order, with their digests. Equal procedures share
    /// one.
    pub fn kernel_procedures(&self) -> impl Iterator<Item = (&str, Digest)> {
        let kernel = self.kernel.as_deref().into_iter();
        kernel.flat_map(|kernel| {
            let digest = |node| *kernel.nodes().node(node).digest();
            kernel.interface.exports.iter().map(move |(name, node)| (name.as_str(), digest(*node)))
        })
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

    /// Checks a module and the modules it uses, and returns warnings. Restrictions that depend on the kernel, or on
    /// whether the module becomes part of one, are not checked.
    ///
    /// The path is that of the module in other sources, for which `self` is short.
    ///
    /// # Errors
    /// If the source is not a module, or a module that it uses has errors. All independent errors are reported.
    pub fn check_module(&self, path: Option<&str>, source: &Source) -> Result<Diagnostics, Diagnostics> {
        let kernel = self.kernel.as_deref();
        Ok(self.linker(kernel).link_module(path, source)?.warnings)
    }

    /// Checks a program, and outlines its procedures for an analysis.
    ///
    /// # Errors
    /// Like [`Self::assemble`].
    pub fn outline_program(&self, source: &Source) -> Result<Outline, Diagnostics> {
        let kernel = self.kernel.as_deref();
        let linked = self.linker(kernel).link(ModuleKind::Program, source)?;
        lower::lower(&linked, kernel, self.unoptimized())?;
        Ok(tooling::outline(linked, kernel))
    }

    /// Like [`Self::outline_program`], for a kernel.
    ///
    /// # Errors
    /// Like [`Self::with_kernel`].
    pub fn outline_kernel(&self, source: &Source) -> Result<Outline, Diagnostics> {
        let linked = self.linker(None).link(ModuleKind::Kernel, source)?;
        lower::lower_kernel(&linked, self.unoptimized())?;
        Ok(tooling::outline(linked, None))
    }

    /// Like [`Self::outline_program`], for a module.
    ///
    /// # Errors
    /// Like [`Self::check_module`].
    pub fn outline_module(&self, path: Option<&str>, source: &Source) -> Result<Outline, Diagnostics> {
        let kernel = self.kernel.as_deref();
        Ok(tooling::outline(self.linker(kernel).link_module(path, source)?, kernel))
    }

    /// Like [`Self::outline_program`], for all modules of a library.
    ///
    /// # Errors
    /// Like [`Self::bundle`].
    pub fn outline_library(&self, library: &Library) -> Result<Outline, BundleError> {
        let kernel = self.kernel.as_deref();
        let assembler = self.clone().with_library(library.clone())?;
        let linked = assembler.linker(kernel).link_library(library)?;
        lower::lower_library(library, &linked, kernel, self.unoptimized())?;
        Ok(tooling::outline(linked, kernel))
    }

    /// Assembles each procedure of a module or a program that has an attribute, as a program that executes the procedure
    /// and nothing else. Returns them in the order of the text.
    ///
    /// The path is that of the module in other sources, for which `self` is short.
    ///
    /// # Errors
    /// If the source, or a module that it uses, has errors. All independent errors are reported.
    pub fn assemble_entry_points(
        &self,
        path: Option<&str>,
        source: &Source,
        attribute: &str,
    ) -> Result<Vec<EntryPoint>, Diagnostics> {
        let kernel = self.kernel.as_deref();
        let linked = self.linker(kernel).link_entries(path, source)?;
        tooling::entry_points(linked, attribute, kernel, self.lowering)
    }

    /// Options of lowering code that is checked only.
    const fn unoptimized(&self) -> lower::Options {
        lower::Options { optimize: false, debug: false, ..self.lowering }
    }

    fn linker<'s>(&'s self, kernel: Option<&'s LoweredKernel>) -> Linker<'s> {
        let kernel = kernel.map(|kernel| &kernel.interface);
        Linker { instructions: &self.instructions, libraries: &self.libraries, kernel }
    }
}
