#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod air;
mod algebra;
mod boundary;
mod bus;
mod check;
mod constraints;
mod describe;
mod eval;
mod flags;
mod frame;
mod options;
pub mod periodic;
pub mod proof;
mod public_inputs;
mod sections;
mod statement_constants;

pub use air::{MidenAir, main_degrees, trace_info};
pub use boundary::Boundary;
pub use bus::{AuxColumn, Challenges, MessageKind, NUM_CHALLENGES, RowFractions, Unbalanced};
pub use check::{Violation, broken_constraints, check, sent_messages};
pub use describe::{boundary_cells, constraints, degrees};
pub use eval::{Degree, Description, Label};
pub use frame::Frame;
pub use options::{CommitmentHash, ParameterSet, ProtocolVisitor, SecurityLevel, UnknownParameterSet};
pub use public_inputs::{PublicInputs, StatementError};
pub use statement_constants::StatementConstants;
