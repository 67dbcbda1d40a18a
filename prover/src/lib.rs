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
use miden_core::{Program, ProgramInputs, StackInputs};
use miden_processor::{ExecutionTrace, Host};

pub use errors::ProverError;
pub use options::ProverOptions;
pub use proof::ExecutionProof;
pub use stage::Stage;
use stark::StarkProof;

/// Executes `program` on `inputs` and proves the outcome: success, or a fault.
///
/// The proof knows what it proves: [`ExecutionProof::statement`]. If the program has failed,
/// [`ExecutionProof::failure`] says how, with more than can be proven.
///
/// # Errors
/// If the program fails in a way that cannot be proven: the host has failed, or a limit was exceeded that is not part of
/// the statement. If the trace is longer than the parameter set accepts.
pub fn prove(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ProverOptions,
) -> Result<ExecutionProof, ProverError> {
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
) -> Result<ExecutionProof, ProverError> {
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
) -> Result<ExecutionProof, ProverError> {
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
) -> Result<ExecutionProof, ProverError> {
    let statement = trace.statement(program, stack);
    let (cycles, failure) = (trace.cycles(), trace.failure().cloned());
    let public_inputs = PublicInputs::new(statement.clone(), options.parameter_set());
    let proof = stark::prove_trace(trace.into_columns(), public_inputs, RefCell::new(observer))?;
    let StarkProof { bytes, header, security } = proof;
    Ok(ExecutionProof { bytes, header, security, cycles, statement, failure })
}
