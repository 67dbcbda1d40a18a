//! The operations of the machine: one table, from which everything else is derived.

use core::fmt;

use crate::Felt;

mod class;
mod table;
#[cfg(test)]
mod tests;

pub use class::{Class, Term, digits};
pub use table::{OPERATIONS, Opcode};

/// What kind of thing an operation works on; also the chapter of the book that describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Registers of the machine and assertions.
    System,
    /// Field arithmetic, comparison and logic.
    Field,
    /// Arithmetic of 32-bit integers.
    U32,
    /// Movement of stack items.
    Stack,
    /// Constants, memory and advice.
    Io,
    /// Hashing and Merkle paths.
    Crypto,
    /// Rows that belong to a node of the program or to the frame of the trace, not to a block.
    Control,
}

/// How an operation moves the part of the stack that it does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Items stay where they are.
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
    /// Number of stack items that stand in their place afterwards.
    pub outputs: usize,
    /// What it works on.
    pub group: Group,
    /// Section of the book that gives its constraints, as `page#anchor` below `design/`.
    pub page: &'static str,
    /// Helper registers `h0..h5` that it uses; the others are zero on its rows.
    /// The push multiplicity that right shifts keep in `h5` is not listed here.
    pub helpers: &'static [usize],
    /// Whether processor and constraints carry it. The opcodes of the others are reserved: no row of a valid
    /// trace can hold them, and no program that contains them can be executed.
    pub built: bool,
}

impl OperationInfo {
    /// How the operation moves the rest of the stack.
    pub const fn shift(&self) -> Shift {
        if self.outputs < self.inputs {
            Shift::Left
        } else if self.outputs > self.inputs {
            Shift::Right
        } else {
            Shift::None
        }
    }

    /// Whether the operation stands in blocks, rather than being a row kind of its own.
    pub const fn is_block_operation(&self) -> bool {
        !matches!(self.group, Group::Control)
    }

    /// Whether the operation uses helper register `h{index}`.
    pub fn uses_helper(&self, index: usize) -> bool {
        self.helpers.contains(&index)
    }
}

/// An operation of a block: an opcode, and the immediate value of a `push`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Puts a constant on the stack.
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

    /// The immediate value, if the operation carries one.
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

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Push(value) => write!(f, "push({value})"),
            Self::Plain(opcode) => write!(f, "{opcode}"),
        }
    }
}
