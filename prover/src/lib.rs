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
use miden_core::{Program, ProgramInputs, StackOutputs, Statement};

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
    // 1 ----- execute, and record the main segment
    observer(Stage::Execute);
    let trace = miden_processor::trace(program, inputs, options.execution())?;
    let (cycles, outputs) = (trace.cycles(), trace.outputs().clone());

    // 2 to 5 ----- see `stark`
    let statement = Statement {
        program: program.digest(),
        kernel: program.kernel().clone(),
        inputs: inputs.stack.clone(),
        outputs: outputs.clone(),
    };
    let public_inputs = PublicInputs::new(statement, options.parameter_set());
    let proof = stark::prove_trace(trace.into_columns(), public_inputs, cycles, RefCell::new(observer))?;
    Ok((outputs, proof))
}
