#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod errors;
mod execution;
mod executor;
mod host;
mod limbs;
mod observer;
mod operations;
mod options;
mod parallel;
mod permutations;
mod process;
mod provable_fault;
mod state;
mod step;
mod stepper;
mod trace;
mod tracer;

pub use errors::{ExecutionError, FailureSite, Fault};
pub use execution::Execution;
pub use executor::{Executor, execute};
pub use host::{
    AdviceError, AdviceProvider, DebugSite, DefaultHost, EventError, HandlerError, Host, HostError,
    HostSource, InMemoryAdvice, ProcessState, SavedAdvice, answer_trie_event, inject,
};
pub use observer::{Cycle, CycleObserver, PausingObserver, Unobserved};
pub use options::ExecutionOptions;
pub use state::{Memory, Stack};
pub use step::Step;
pub use stepper::{Snapshot, Stepper};
pub use trace::{CausedRows, ExecutionTrace, PartRows, RowObserver};
