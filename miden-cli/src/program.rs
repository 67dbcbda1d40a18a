//! Programs from files, assembled or compiled.

use std::{path::Path, time::Instant};

use miden_assembly::{Assembler, DebugInfo, Source};
use miden_core::Program;
use miden_processor::ExecutionError;

use crate::{error::CliError, failure::Failure, files, messages};

/// A program, and what is known of its source.
pub(crate) struct Loaded {
    pub(crate) program: Program,
    /// A compiled program has none.
    pub(crate) debug: Option<DebugInfo>,
}

/// Reads a program: a compiled one, told by its first bytes, or assembly source.
pub(crate) fn load(path: &Path) -> Result<Loaded, CliError> {
    let bytes = files::read(path)?;
    if Program::has_magic(&bytes) {
        let program =
            Program::from_bytes(&bytes).map_err(|source| CliError::Compiled { path: path.into(), source })?;
        return Ok(Loaded { program, debug: None });
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        CliError::NotText { path: path.into(), offset }
    })?;
    let start = Instant::now();
    let source = Source::new(path.display().to_string(), text);
    let assembly =
        Assembler::new().assemble(&source).map_err(|errors| CliError::Assembly(Box::new(errors)))?;
    messages::done(format!("assembled {} in {} ms", source.name(), start.elapsed().as_millis()));
    Ok(Loaded { program: assembly.program, debug: Some(assembly.debug) })
}

impl Loaded {
    /// Adds the place in the source to an error of the execution.
    pub(crate) fn explain(&self, error: ExecutionError) -> CliError {
        CliError::Execution(Box::new(Failure::new(error, self.debug.as_ref())))
    }
}
