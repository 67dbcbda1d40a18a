#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod aux_trace;
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "the pipeline that commits is being built"))]
mod commitment;
#[cfg_attr(
    not(test),
    expect(dead_code, unused_imports, reason = "the pipeline that evaluates constraints is being built")
)]
mod constraints;
mod errors;
mod observer;
mod options;
mod proof;
mod prover;
mod stage;
mod stark;
#[cfg_attr(not(test), expect(dead_code, reason = "the pipeline that reads it is being built"))]
mod table;
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "the pipeline that uses it is being built"))]
mod transform;

pub use errors::{BackendError, ProverError};
pub use observer::ProofObserver;
pub use options::ProverOptions;
pub use proof::ExecutionProof;
pub use prover::{Prover, prove};
pub use stage::Stage;

// The types in the signatures above, and those that a host and an observer need.
pub use miden_air::{
    ParameterSet, SecurityLevel, SecurityReport,
    proof::{ProofError, UnexpectedForm},
};
pub use miden_core::{AdviceInputs, Outcome, Program, ProgramInputs, StackInputs, StackOutputs, Statement};
pub use miden_processor::{
    AdviceError, AdviceProvider, Cycle, CycleObserver, DefaultHost, EventError, ExecutionError,
    ExecutionOptions, HandlerError, Host, HostSource, InMemoryAdvice, ProcessState, Unobserved,
};
