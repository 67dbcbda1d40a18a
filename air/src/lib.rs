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
mod fingerprint;
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
    AuxiliaryCell, Cell, Combination, ConstraintProgram, ExtensionSlot, Instruction, MAX_DEGREE,
    OperationCounts, Parameter, Slot,
};
pub use fingerprint::CONSTRAINT_FINGERPRINT;
pub use frame::Frame;
pub use options::{
    Bits, CommitmentHash, Hiding, ParameterSet, Protocol, ProtocolVisitor, Regime, Round, RoundSecurity,
    SecurityLevel, SecurityReport, UnknownParameterSet,
};
pub use public_inputs::{PublicInputs, StatementError};
use statement_constants::StatementConstants;
