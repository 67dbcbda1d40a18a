//! A model of the machine over integers, and programs that run to their end.
#![allow(dead_code, clippy::unwrap_used, reason = "every test uses its own part, and fails by panicking")]

pub(crate) mod faults;
pub(crate) mod model;
pub(crate) mod programs;

use miden_core::{Felt, Operation, Program, ProgramInputs, StackInputs, program::ProgramBuilder};
use miden_processor::{Execution, ExecutionError, ExecutionOptions, trace};

/// Values at which something could go wrong.
pub(crate) const EDGES: [u64; 8] = [0, 1, 2, 1 << 16, (1 << 32) - 1, 1 << 32, model::P - 2, model::P - 1];

pub(crate) fn inputs(stack: &[u64]) -> ProgramInputs {
    ProgramInputs { stack: StackInputs::from_ints(stack).unwrap(), ..ProgramInputs::default() }
}

/// What a trace says, as `execute` would say it: a failure that can be proven has a trace, the others are errors.
pub(crate) fn traced(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<Execution, ExecutionError> {
    let trace = trace(program, inputs, options)?;
    match trace.failure() {
        None => Ok(Execution { outputs: trace.outputs().clone(), cycles: trace.cycles() }),
        Some(error) => Err(error.clone()),
    }
}

pub(crate) fn straight_line(operations: &[Operation]) -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(operations).unwrap();
    builder.finish(root)
}

pub(crate) fn push(value: u64) -> Operation {
    Operation::Push(Felt::new(value))
}
