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
mod process;
mod stack;
mod trace;

use miden_core::{Program, ProgramInputs, StackOutputs};

pub use errors::{ExecutionError, Fault, Place};
pub use host::{
    AdviceError, AdviceProvider, DefaultHost, EventError, HandlerError, Host, HostError, InMemoryAdvice,
    ProcessState, inject,
};
pub use observer::{Cycle, Observer, Step};
pub use options::ExecutionOptions;
pub use stack::Stack;
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
/// If the program fails, or does not end within the cycle limit.
pub fn execute(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<Execution, ExecutionError> {
    process::run(program, inputs, options, &mut process::Nothing)
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
    process::run(program, inputs, options, &mut observer::Observed::new(observer))
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
    ExecutionTrace::record(program, inputs, options)
}
