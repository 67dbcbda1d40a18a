//! The instruction table, and the lowerings too long for a row.

use alloc::{boxed::Box, collections::BTreeMap};
use core::{fmt, ops::RangeInclusive};

use miden_assembly_syntax::InstructionNames;
use miden_core::{
    Felt, Opcode, Operation,
    program::{DebugCommand, ErrorCode},
};

mod advice;
mod bits;
mod compare;
mod debug;
mod error_code;
mod exponentiation;
mod extension;
mod failure;
mod field;
mod hash;
mod io;
mod memory;
mod merkle;
mod operations;
mod power;
mod reference;
mod stack;
mod table;
mod u32;

pub(crate) use debug::DebugKind;
pub use failure::Failure;
pub(crate) use field::{add_immediate, mul_immediate};
pub(crate) use io::push;
pub(crate) use operations::Operations;
pub use reference::{InstructionForm, instruction_forms};
pub(crate) use table::{InstructionRow, rows};

/// Form of an instruction: its parameter and its lowering.
pub(crate) enum Form {
    /// No parameter; a fixed list of operations.
    Operations(&'static [Opcode]),
    /// No parameter.
    Plain(fn(&mut Operations)),
    /// A decimal number, pushed before these operations.
    Pushed(RangeInclusive<u32>, &'static [Opcode]),
    /// A decimal number that replaces the top operand.
    Operand(RangeInclusive<u32>, fn(u32, &mut Operations)),
    /// A decimal number that is not an operand.
    Number(RangeInclusive<u32>, fn(u32, &mut Operations)),
    /// A field element.
    Felt(fn(Felt, &mut Operations)),
    /// A field element other than zero.
    Divisor(fn(Felt, &mut Operations)),
    /// An exponent.
    Exponent(fn(Felt, &mut Operations)),
    /// `u0` to `u64`.
    Bits(fn(u32, &mut Operations)),
    /// A position of the stack.
    Index(RangeInclusive<u8>, fn(u8, &mut Operations)),
    /// A local of the procedure; the lowering takes its offset from the free memory pointer.
    Local(fn(Felt, &mut Operations)),
    /// Address and number of words in memory.
    Words(fn(u32, u32, &mut Operations)),
    /// Constants.
    Values(fn(&[Felt], &mut Operations)),
    /// A debug command without parameters.
    Debug(DebugKind),
    /// A debug command with parameters.
    DebugWith(DebugKind),
    /// Not a separate form: `err=…` may follow the other parameters.
    ErrorCode,
}

impl Form {
    /// The kind of parameter, if there is one.
    pub(crate) const fn parameter(&self) -> Option<Parameter> {
        match self {
            Self::Operations(_) | Self::Plain(_) | Self::ErrorCode | Self::Debug(_) => None,
            Self::DebugWith(kind) => Some(Parameter::Debug(*kind)),
            Self::Pushed(range, _) | Self::Operand(range, _) | Self::Number(range, _) => {
                Some(Parameter::Number(*range.start(), *range.end()))
            }
            Self::Felt(_) | Self::Exponent(_) => Some(Parameter::Felt),
            Self::Divisor(_) => Some(Parameter::Divisor),
            Self::Bits(_) => Some(Parameter::Bits),
            Self::Index(range, _) => Some(Parameter::Index(*range.start(), *range.end())),
            Self::Local(_) => Some(Parameter::Local),
            Self::Words(_) => Some(Parameter::Words),
            Self::Values(_) => Some(Parameter::Values),
        }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.parameter())
    }
}

/// A kind of parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    Number(u32, u32),
    Felt,
    Divisor,
    Bits,
    Index(u8, u8),
    Local,
    Words,
    Values,
    Debug(DebugKind),
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Felt => f.write_str("a field element"),
            Self::Divisor => f.write_str("a field element other than 0"),
            Self::Bits => f.write_str("`u` and a number of bits from 0 to 64"),
            Self::Number(min, max) => write!(f, "a number from {min} to {max}"),
            Self::Index(first, last) => write!(f, "a number from {first} to {last}"),
            Self::Local => f.write_str("the number of a local"),
            Self::Words => f.write_str("an address and a number of words, separated by a dot"),
            Self::Values => f.write_str("1 to 16 field elements, separated by dots"),
            Self::Debug(DebugKind::Print) => f.write_str("a text, as in `debug.print=\"here\"`"),
            Self::Debug(DebugKind::Memory) => f.write_str("an address, or the first and the last one"),
            Self::Debug(DebugKind::Locals) => {
                f.write_str("the number of a local, or of the first and the last one")
            }
            Self::Debug(_) => f.write_str("a number of items"),
        }
    }
}

/// An instruction with its parameter.
#[derive(Clone)]
pub(crate) enum Instruction {
    Operations(&'static [Opcode]),
    Plain(fn(&mut Operations)),
    Pushed(u32, &'static [Opcode]),
    Number(fn(u32, &mut Operations), u32),
    Felt(fn(Felt, &mut Operations), Felt),
    Bits(fn(u32, &mut Operations), u32),
    Index(fn(u8, &mut Operations), u8),
    Words(fn(u32, u32, &mut Operations), u32, u32),
    Values(fn(&[Felt], &mut Operations), Box<[Felt]>),
    Debug(DebugCommand),
    WithError(Box<Self>, ErrorCode),
}

impl Instruction {
    /// Appends the operations.
    pub(crate) fn lower(&self, operations: &mut Operations) {
        match self {
            Self::Operations(opcodes) => extend(operations, opcodes),
            Self::Plain(lower) => lower(operations),
            Self::Pushed(value, opcodes) => {
                io::push_felt((*value).into(), operations);
                extend(operations, opcodes);
            }
            Self::Number(lower, number) => lower(*number, operations),
            Self::Felt(lower, value) => lower(*value, operations),
            Self::Bits(lower, bits) => lower(*bits, operations),
            Self::Index(lower, index) => lower(*index, operations),
            Self::Words(lower, address, count) => lower(*address, *count, operations),
            Self::Values(lower, values) => lower(values, operations),
            Self::Debug(command) => debug::command(command, operations),
            Self::WithError(instruction, code) => {
                let start = operations.len();
                instruction.lower(operations);
                error_code::decorate(code, start, operations);
            }
        }
    }
}

impl Instruction {
    /// Whether this is a debug command.
    pub(crate) const fn is_debug(&self) -> bool {
        matches!(self, Self::Debug(_))
    }

    /// Whether this is `caller`.
    pub(crate) fn is_caller(&self) -> bool {
        matches!(self, Self::Operations([Opcode::Caller]))
    }
}

impl fmt::Debug for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut operations = Operations::new();
        self.lower(&mut operations);
        operations.fmt(f)
    }
}

/// The instruction table by name.
#[derive(Clone, Debug)]
pub(crate) struct InstructionSet {
    rows: BTreeMap<&'static str, &'static InstructionRow>,
    names: InstructionNames,
}

impl Default for InstructionSet {
    fn default() -> Self {
        let rows = rows().flat_map(|row| row.names().map(move |name| (name, row))).collect();
        Self { rows, names: instruction_names() }
    }
}

impl InstructionSet {
    pub(crate) fn find(&self, name: &str) -> Option<&'static InstructionRow> {
        self.rows.get(name).copied()
    }

    /// The names of all instructions.
    pub(crate) const fn names(&self) -> &InstructionNames {
        &self.names
    }
}

/// The names of all instructions, in the order of the table.
pub(crate) fn instruction_names() -> InstructionNames {
    rows().flat_map(InstructionRow::names).collect()
}

fn extend(operations: &mut Operations, opcodes: &[Opcode]) {
    operations.extend(opcodes.iter().map(|&opcode| Operation::from(opcode)));
}

fn repeat(operations: &mut Operations, opcode: Opcode, count: usize) {
    operations.extend(core::iter::repeat_n(Operation::from(opcode), count));
}
