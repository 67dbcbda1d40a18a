#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod air;
mod algebra;
mod boundary;
mod bus;
mod constraints;
mod eval;
mod flags;
mod frame;
pub mod inspect;
mod options;
pub mod periodic;
pub mod proof;
mod public_inputs;
mod sections;
mod statement_constants;

pub use air::{MidenAir, trace_info};
pub use bus::{AuxColumn, Challenges, RowFractions};
pub use eval::{
    AuxiliaryCell, Cell, Combination, ConstraintProgram, ExtensionSlot, Instruction, OperationCounts,
    Parameter, Slot,
};
pub use frame::Frame;
pub use options::{
    CommitmentHash, ExtensionProtocol, ParameterSet, Protocol, ProtocolVisitor, SecurityLevel,
    UnknownParameterSet,
};
pub use public_inputs::{PublicInputs, StatementError};
use statement_constants::StatementConstants;
