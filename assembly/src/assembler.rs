use miden_core::Program;

use crate::{
    DebugInfo, Diagnostics, Source, errors::Errors, instructions::InstructionSet, lexer, lower, parser,
    resolve,
};

/// Turns source text into programs.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    instructions: InstructionSet,
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
    /// An assembler that knows no libraries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Assembles an executable program.
    ///
    /// # Errors
    /// If the source is not a program. All independent errors of the source are reported.
    pub fn assemble(&self, source: &Source) -> Result<Assembly, Diagnostics> {
        let mut errors = Errors::default();
        let tokens = lexer::lex(source.text(), &mut errors);
        let mut module = parser::parse(source.text().len(), &tokens, &self.instructions, &mut errors);
        resolve::resolve(&mut module, &mut errors);
        if !errors.is_empty() {
            return Err(Diagnostics::new(source.clone(), errors.into_vec()));
        }
        match lower::lower(&module, source) {
            Ok((program, debug)) => Ok(Assembly { program, debug }),
            Err(error) => Err(Diagnostics::new(source.clone(), [error].into())),
        }
    }
}
