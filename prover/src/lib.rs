#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod aux_trace;
mod errors;
mod options;
mod proof;
mod stage;
mod stark;

use core::cell::RefCell;

use miden_air::PublicInputs;
use miden_core::{Program, ProgramInputs, StackInputs, StackOutputs, Statement};
use miden_processor::{ExecutionTrace, Host};

pub use errors::ProverError;
pub use options::ProverOptions;
pub use proof::ExecutionProof;
pub use stage::Stage;

/// Executes `program` on `inputs` and proves the outcome.
///
/// # Errors
/// If the program fails, or its trace is longer than the parameter set accepts.
pub fn prove(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ProverOptions,
) -> Result<(StackOutputs, ExecutionProof), ProverError> {
    prove_observed(program, inputs, options, &mut |_| {})
}

/// Like [`prove`]; tells `observer` when a stage begins.
///
/// # Errors
/// As [`prove`].
pub fn prove_observed(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ProverOptions,
    observer: &mut dyn FnMut(Stage),
) -> Result<(StackOutputs, ExecutionProof), ProverError> {
    observer(Stage::Execute);
    let trace = miden_processor::trace(program, inputs, options.execution())?;
    prove_execution(program, &inputs.stack, trace, options, observer)
}

/// Like [`prove_observed`], with a host of the embedder, which gives the advice and handles events. The host is asked
/// once, and nothing that it answers can make a false statement provable.
///
/// # Errors
/// As [`prove`].
pub fn prove_with_host(
    program: &Program,
    stack: &StackInputs,
    host: &mut impl Host,
    options: &ProverOptions,
    observer: &mut dyn FnMut(Stage),
) -> Result<(StackOutputs, ExecutionProof), ProverError> {
    observer(Stage::Execute);
    let trace = miden_processor::trace_with_host(program, stack, host, options.execution())?;
    prove_execution(program, stack, trace, options, observer)
}

/// Proves what was recorded. Steps of the proof: see `stark`.
fn prove_execution(
    program: &Program,
    stack: &StackInputs,
    trace: ExecutionTrace,
    options: &ProverOptions,
    observer: &mut dyn FnMut(Stage),
) -> Result<(StackOutputs, ExecutionProof), ProverError> {
    let (cycles, outputs) = (trace.cycles(), trace.outputs().clone());
    let statement =
        Statement::success(program.digest(), program.kernel().clone(), stack.clone(), outputs.clone());
    let public_inputs = PublicInputs::new(statement, options.parameter_set());
    let proof = stark::prove_trace(trace.into_columns(), public_inputs, cycles, RefCell::new(observer))?;
    Ok((outputs, proof))
}
