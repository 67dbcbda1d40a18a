//! The operations of the machine, defined in one table.

use core::{fmt, str::FromStr};

use crate::Felt;

mod class;
mod machine;
mod movement;
mod semantics;
mod table;
#[cfg(test)]
mod tests;

pub use class::{Class, Term, digits};
pub use machine::MachineOperation;
pub use movement::{DUPS, MOVE_DOWNS, MOVE_UPS, MOVES, Movement};
pub use semantics::{OperandFault, OperandStack, apply, binary, difference, halves};
pub use table::{OPERATIONS, Opcode};

/// Effect of an operation on the part of the stack below its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Items keep their positions.
    None,
    /// Items move one place up: one item is removed.
    Left,
    /// Items move one place down: one item is added.
    Right,
}

/// One row of the operation table.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// The operation.
    pub opcode: Opcode,
    /// Name in listings, in lower case.
    pub name: &'static str,
    /// Number of stack items that the operation reads or moves, from the top.
    pub inputs: usize,
    /// Number of stack items that replace them.
    pub outputs: usize,
    /// Section of the book with its constraints, as `page#anchor` below `design/`.
    pub page: &'static str,
    /// Helper registers `h0..h5` that it uses; the others are zero on its rows. The push multiplicity that right
    /// shifts keep in `h5` is not listed.
    pub helpers: &'static [usize],
}

impl OperationInfo {
    /// Effect on the rest of the stack.
    pub const fn shift(&self) -> Shift {
        if self.outputs < self.inputs {
            Shift::Left
        } else if self.outputs > self.inputs {
            Shift::Right
        } else {
            Shift::None
        }
    }

    /// Whether the operation occurs in blocks, rather than being a control row: one that visits a node or belongs
    /// to the frame of the trace.
    pub const fn is_block_operation(&self) -> bool {
        !Class::Node.contains(self.opcode) && !Class::Frame.contains(self.opcode)
    }

    /// Whether the operation uses helper register `h{index}`.
    pub fn uses_helper(&self, index: usize) -> bool {
        self.helpers.contains(&index)
    }
}

/// An operation of a block: an opcode, and the immediate value of a `push`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Pushes a constant.
    Push(Felt),
    /// Any other operation of a block.
    Plain(Opcode),
}

impl Operation {
    /// The opcode.
    pub const fn opcode(&self) -> Opcode {
        match self {
            Self::Push(_) => Opcode::Push,
            Self::Plain(opcode) => *opcode,
        }
    }

    /// The immediate value of a `push`.
    pub const fn immediate(&self) -> Option<Felt> {
        match self {
            Self::Push(value) => Some(*value),
            Self::Plain(_) => None,
        }
    }
}

impl From<Opcode> for Operation {
    fn from(opcode: Opcode) -> Self {
        Self::Plain(opcode)
    }
}

/// Error of parsing the name of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an operation")]
pub struct UnknownOpcode;

impl FromStr for Opcode {
    type Err = UnknownOpcode;

    /// Parses a name of the operation table, which is also the text form.
    fn from_str(name: &str) -> Result<Self, UnknownOpcode> {
        OPERATIONS.iter().find(|info| info.name == name).map(|info| info.opcode).ok_or(UnknownOpcode)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Push(value) => write!(f, "push({value})"),
            Self::Plain(opcode) => write!(f, "{opcode}"),
        }
    }
}
