#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod available;
mod codes;
mod commitment;
mod constraints;
mod control;
mod entropy;
mod errors;
mod memory;
mod observer;
mod options;
mod pipeline;
mod proof;
mod prover;
mod randomness;
mod stage;
mod stark;
mod table;
#[doc(hidden)]
pub mod testing;
mod transform;

pub use control::Cancellation;
pub use errors::ProverError;
pub use memory::{peak_low_memory, peak_memory};
pub use observer::ProofObserver;
pub use options::ProverOptions;
pub use proof::ExecutionProof;
pub use prover::{Prover, prove};
pub use stage::Stage;

// The types in the signatures above, and those that a host and an observer need.
pub use miden_air::{ParameterSet, SecurityLevel, SecurityReport, proof::ProofError};
pub use miden_core::{
    AdviceInputs, Outcome, Program, ProgramInputs, ProofBundle, StackInputs, StackOutputs, Statement,
};
pub use miden_processor::{
    AdviceError, AdviceProvider, Cycle, CycleObserver, DefaultHost, EventError, ExecutionError,
    ExecutionOptions, HandlerError, Host, HostSource, InMemoryAdvice, ProcessState, Unobserved,
};
pub use rand_core::CryptoRng;
