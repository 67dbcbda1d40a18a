use miden_assembly::{Assembler, Assembly, Source};
use miden_core::{Digest, Kernel};
use miden_processor::ExecutionOptions;
use miden_stdlib::StdLibrary;

use crate::{limits, problem::Problem, request::Request};

/// Names of the sources in messages, which the page knows too.
const PROGRAM: &str = "program";
const KERNEL: &str = "kernel";

impl Request {
    pub(crate) fn program(&self) -> Source {
        Source::new(PROGRAM, self.source.as_str())
    }

    /// An assembler with the standard library, as sources, so that a failure inside of it has a line; and with the kernel.
    pub(crate) fn assembler(&self) -> Result<Assembler, Problem> {
        let assembler = Assembler::new().with_max_operations(limits::OPERATIONS);
        let assembler =
            StdLibrary::add_to(assembler).map_err(|error| Problem::Internal(error.to_string()))?;
        if self.kernel.trim().is_empty() {
            return Ok(assembler);
        }
        Ok(assembler.with_kernel(&Source::new(KERNEL, self.kernel.as_str()))?)
    }

    pub(crate) fn assemble(&self) -> Result<Assembly, Problem> {
        Ok(self.assembler()?.assemble(&self.program())?)
    }

    /// The program hash and the kernel, which identify the program in a statement.
    pub(crate) fn identity(&self) -> Result<(Digest, Kernel), Problem> {
        let program = self.assemble()?.program;
        Ok((program.digest(), program.kernel().clone()))
    }

    /// The limits of an execution with this number of cycles.
    pub(crate) fn options(&self, max_cycles: u64) -> ExecutionOptions {
        ExecutionOptions::default()
            .with_cycle_limit(self.cycle_limit)
            .with_max_cycles(max_cycles)
            .with_max_memory_words(limits::STATE)
            .with_max_stack_depth(limits::STATE)
            .with_max_advice(limits::STATE)
    }
}
