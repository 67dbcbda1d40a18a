#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod errors;
mod host;
mod observer;
mod operations;
mod options;
mod permutations;
mod process;
mod recorder;
mod state;
mod trace;

use host::Live;
use miden_core::{Program, ProgramInputs, StackInputs, StackOutputs};
use observer::Observed;
use recorder::Nothing;

pub use errors::{ExecutionError, Fault, Place};
pub use host::{
    AdviceError, AdviceProvider, DefaultHost, EventError, HandlerError, Host, HostError, InMemoryAdvice,
    ProcessState, inject,
};
pub use observer::{Cycle, Observer, Step};
pub use options::ExecutionOptions;
pub use state::{Memory, Stack};
pub use trace::{ExecutionTrace, PartRows};

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// The complete final stack.
    pub outputs: StackOutputs,
    /// Number of cycles: operations and visits of nodes.
    pub cycles: u64,
}

/// Executes the program without recording anything but its result.
///
/// # Errors
/// If the program fails, or does not end within the limits.
pub fn execute(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<Execution, ExecutionError> {
    execute_with_host(program, &inputs.stack, &mut default_host(inputs, options)?, options)
}

/// Like [`execute`], with a host of the embedder, which gives the advice and handles events.
///
/// # Errors
/// As [`execute`].
pub fn execute_with_host(
    program: &Program,
    stack: &StackInputs,
    host: &mut impl Host,
    options: &ExecutionOptions,
) -> Result<Execution, ExecutionError> {
    process::run(program, stack, options, &mut Live(host), &mut Nothing)
}

/// Like [`execute`]; shows every cycle to the observer before it takes effect, one that fails included.
///
/// # Errors
/// As [`execute`].
pub fn execute_observed(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
    observer: &mut impl Observer,
) -> Result<Execution, ExecutionError> {
    let mut host = default_host(inputs, options)?;
    process::run(program, &inputs.stack, options, &mut Live(&mut host), &mut Observed(observer))
}

/// Executes the program and records the trace that a proof needs.
///
/// # Errors
/// As [`execute`], and if the trace would be longer than a proof can cover.
pub fn trace(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<ExecutionTrace, ExecutionError> {
    trace_with_host(program, &inputs.stack, &mut default_host(inputs, options)?, options)
}

/// Like [`trace`], with a host of the embedder. The program is executed twice, but the host is asked once.
///
/// # Errors
/// As [`trace`].
pub fn trace_with_host(
    program: &Program,
    stack: &StackInputs,
    host: &mut impl Host,
    options: &ExecutionOptions,
) -> Result<ExecutionTrace, ExecutionError> {
    ExecutionTrace::record(program, stack, host, options)
}

/// Counts the rows that a trace would have, without making it: the memory that this takes grows with the accesses of the
/// memory and the requests to the chiplets, but not with the number of cycles.
///
/// # Errors
/// As [`trace`].
pub fn count_rows(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<PartRows, ExecutionError> {
    trace::count_rows(program, &inputs.stack, &mut default_host(inputs, options)?, options)
}

/// Advice in memory and no handlers of events.
fn default_host(
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<DefaultHost<'static>, ExecutionError> {
    let advice = InMemoryAdvice::new(inputs.advice.clone(), options.max_advice);
    advice.map(DefaultHost::new).map_err(ExecutionError::AdviceInputs)
}
