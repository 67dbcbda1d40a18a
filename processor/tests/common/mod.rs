//! A model of the machine on integers, and programs to run.
#![allow(dead_code, clippy::unwrap_used, reason = "every test uses its own part, and fails by panicking")]

pub(crate) mod failing;
pub(crate) mod faults;
pub(crate) mod model;
pub(crate) mod programs;

use miden_core::{Felt, Operation, Program, ProgramInputs, StackInputs, program::ProgramBuilder};
use miden_processor::{Execution, ExecutionError, ExecutionOptions, ExecutionTrace, Executor};

/// Edge values.
pub(crate) const EDGES: [u64; 8] = [0, 1, 2, 1 << 16, (1 << 32) - 1, 1 << 32, model::P - 2, model::P - 1];

pub(crate) fn inputs(stack: &[u64]) -> ProgramInputs {
    ProgramInputs { stack: StackInputs::from_ints(stack).unwrap(), ..ProgramInputs::default() }
}

/// Records the trace of an execution without a host.
pub(crate) fn trace(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<ExecutionTrace, ExecutionError> {
    Executor::new(program).with_inputs(inputs.clone()).with_options(*options).trace()
}

/// The result of a trace in the form of `execute`: a provable failure has a trace, others are errors.
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
