use alloc::sync::Arc;

use miden_core::{Kernel, Program};

use crate::{
    DebugInfo, Diagnostics, Library, LibraryError, Source,
    ast::ModuleKind,
    instructions::InstructionSet,
    library::Libraries,
    link::Linker,
    lower::{self, LoweredKernel},
};

/// Turns source text into programs. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    instructions: InstructionSet,
    libraries: Libraries,
    kernel: Option<Arc<LoweredKernel>>,
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

impl Assembler {
    /// An assembler that knows no libraries and no kernel.
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
        let kernel = lower::lower_kernel(&linked)?;
        self.kernel = Some(Arc::new(kernel));
        Ok(self)
    }

    /// The kernel that programs run on; without procedures if none has been given.
    pub fn kernel(&self) -> Kernel {
        self.kernel.as_ref().map(|kernel| kernel.kernel.clone()).unwrap_or_default()
    }

    /// Assembles an executable program.
    ///
    /// # Errors
    /// If the source is not a program, or a module that it uses has errors. All independent errors are reported.
    pub fn assemble(&self, source: &Source) -> Result<Assembly, Diagnostics> {
        let kernel = self.kernel.as_deref();
        let linked = self.linker(kernel).link(ModuleKind::Program, source)?;
        let (program, debug) = lower::lower(&linked, kernel)?;
        Ok(Assembly { program, debug, warnings: linked.warnings })
    }

    fn linker<'s>(&'s self, kernel: Option<&'s LoweredKernel>) -> Linker<'s> {
        Linker {
            instructions: &self.instructions,
            libraries: &self.libraries,
            kernel: kernel.map(|kernel| &kernel.exports),
        }
    }
}
