//! Outcomes of executions: success or a fault, both provable. Book: design/faults.md

use core::fmt;

use crate::{Digest, Opcode, operations::Class};

mod check;
mod code;
mod failure;
mod rules;
#[cfg(test)]
mod tests;

pub use check::OutcomeError;
pub use code::{FaultCode, UnknownFaultCode};
pub use failure::FailureKind;
pub use rules::{FAULT_RULES, FaultRule, Operand, Predicate};

/// The outcome of an execution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Outcome {
    /// The program has ended.
    #[default]
    Success,
    /// The program has failed.
    Fault(FaultClaim),
}

/// A fault, as far as it is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct FaultClaim {
    /// The kind of fault.
    pub code: FaultCode,
    /// The operation or kind of node that failed, or RETURN.
    #[cfg_attr(feature = "serde", serde(rename = "operation"))]
    pub opcode: Opcode,
    /// Its cycle, counted from 0; INPUT rows do not count.
    #[cfg_attr(feature = "serde", serde(with = "miden_field::decimal"))]
    pub clk: u64,
    /// Whether no advice had been read before. Otherwise the proof shows only that some advice makes the program fail.
    pub deterministic: bool,
    /// The procedure missing from the kernel, with [`FaultCode::SyscallTargetNotInKernel`] only.
    #[cfg_attr(feature = "serde", serde(default))]
    pub target: Option<Digest>,
}

impl Outcome {
    /// Whether the program has ended.
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Success)
    }

    /// The fault, if there is one.
    pub const fn fault(&self) -> Option<&FaultClaim> {
        match self {
            Self::Success => None,
            Self::Fault(fault) => Some(fault),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for FaultClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} in cycle {}", self.code, self.opcode, self.clk)?;
        if let Some(target) = &self.target {
            write!(f, ", procedure {target}")?;
        }
        if self.deterministic { Ok(()) } else { f.write_str(", with advice") }
    }
}

/// Kinds of steps that can fail; each is replaced by rows of its own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultPlace {
    /// An operation of a block: TRAP rows.
    Operation,
    /// A node: an NTRAP row.
    Node,
    /// The return from a call: a RETURN row that does not end.
    Return,
}

impl FaultPlace {
    /// The place of a fault with this opcode; `None` for rows that are not steps of a program.
    pub const fn of(opcode: Opcode) -> Option<Self> {
        match opcode {
            Opcode::NTrap => None,
            Opcode::Return => Some(Self::Return),
            opcode if Class::Node.contains(opcode) => Some(Self::Node),
            opcode if Class::Frame.contains(opcode) => None,
            _ => Some(Self::Operation),
        }
    }
}
