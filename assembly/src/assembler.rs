use alloc::sync::Arc;

use miden_core::{Kernel, Program};

use crate::{
    DebugInfo, Diagnostics, Source,
    ast::{Module, ModuleKind},
    errors::Errors,
    instructions::InstructionSet,
    lexer,
    lower::{self, LoweredKernel},
    parser,
    resolve::{self, Exports},
};

/// Turns source text into programs. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    instructions: InstructionSet,
    kernel: Option<Arc<LoweredKernel>>,
}

/// A program, and where it comes from.
#[derive(Clone, Debug)]
pub struct Assembly {
    /// The program.
    pub program: Program,
    /// Which instructions its operations come from.
    pub debug: DebugInfo,
}

impl Assembler {
    /// An assembler that knows no libraries and no kernel.
    pub fn new() -> Self {
        Self::default()
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
        let kernel = self.read(ModuleKind::Kernel, source, None, lower::lower_kernel)?;
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
    /// If the source is not a program. All independent errors of the source are reported.
    pub fn assemble(&self, source: &Source) -> Result<Assembly, Diagnostics> {
        let kernel = self.kernel.as_deref();
        let exports = kernel.map(|kernel| &kernel.exports);
        let lower = |module: &Module<'_>, source: &Source| lower::lower(module, source, kernel);
        let (program, debug) = self.read(ModuleKind::Program, source, exports, lower)?;
        Ok(Assembly { program, debug })
    }

    /// Source to syntax tree, and from there to what `lower` makes of it.
    fn read<T>(
        &self,
        kind: ModuleKind,
        source: &Source,
        exports: Option<&Exports>,
        lower: impl FnOnce(&Module<'_>, &Source) -> Result<T, crate::AssemblyError>,
    ) -> Result<T, Diagnostics> {
        let mut errors = Errors::new(source.clone());
        let tokens = lexer::lex(source.text(), &mut errors);
        let mut module = parser::parse(kind, source.text().len(), &tokens, &self.instructions, &mut errors);
        resolve::resolve(&mut module, exports, &mut errors);
        if !errors.is_empty() {
            return Err(Diagnostics::new(errors.into_vec()));
        }
        lower(&module, source).map_err(|error| Diagnostics::new([error].into()))
    }
}
