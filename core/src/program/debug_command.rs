use alloc::string::String;
use core::fmt;

use crate::{DecodeError, Reader, Shared, Writer};

/// Output, or a stop of a debugger, that a program asks for while it is developed. It changes neither the state nor the
/// advice, and only code assembled for debugging contains it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DebugCommand {
    /// Shows the topmost items of the stack; all items without a count.
    Stack {
        /// Number of items.
        count: Option<u32>,
    },
    /// Shows memory of the current context; all words that have been written without a range.
    Memory {
        /// The first and the last address.
        range: Option<(u32, u32)>,
    },
    /// Shows locals of the procedure.
    Locals {
        /// Number of locals of the procedure.
        count: u16,
        /// The first local that is shown.
        first: u16,
        /// The last local that is shown.
        last: u16,
    },
    /// Shows the next values of the advice tape; all values without a count.
    AdviceStack {
        /// Number of values.
        count: Option<u32>,
    },
    /// Shows a text.
    Print(Shared<str>),
    /// Stops a debugger.
    Breakpoint,
}

/// Number of each kind in the file form.
mod tag {
    pub(super) const STACK: u8 = 0;
    pub(super) const MEMORY: u8 = 1;
    pub(super) const LOCALS: u8 = 2;
    pub(super) const ADVICE_STACK: u8 = 3;
    pub(super) const PRINT: u8 = 4;
    pub(super) const BREAKPOINT: u8 = 5;
}

impl DebugCommand {
    /// Appends the file form: a tag, then its numbers.
    pub(super) fn write(&self, writer: &mut Writer) {
        let mut optional = |tag: u8, numbers: Option<&[u32]>| {
            writer.u8(tag);
            writer.u8(numbers.is_some().into());
            numbers.unwrap_or_default().iter().for_each(|number| writer.u32(*number));
        };
        match self {
            Self::Stack { count } => optional(tag::STACK, count.as_ref().map(core::slice::from_ref)),
            Self::Memory { range } => {
                optional(
                    tag::MEMORY,
                    range.map(|(first, last)| [first, last]).as_ref().map(|pair| &pair[..]),
                );
            }
            Self::AdviceStack { count } => {
                optional(tag::ADVICE_STACK, count.as_ref().map(core::slice::from_ref));
            }
            Self::Locals { count, first, last } => {
                writer.u8(tag::LOCALS);
                [count, first, last].into_iter().for_each(|number| writer.u16(*number));
            }
            Self::Print(text) => {
                writer.u8(tag::PRINT);
                writer.count(text.len());
                writer.bytes(text.as_bytes());
            }
            Self::Breakpoint => writer.u8(tag::BREAKPOINT),
        }
    }

    /// Reads the file form.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        let invalid = |reason| DecodeError::Invalid { what: "debug command", offset, reason };
        let has_numbers = |reader: &mut Reader<'_>| match reader.u8("debug command")? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(invalid("neither 0 nor 1")),
        };
        let optional = |reader: &mut Reader<'_>| {
            Ok(if has_numbers(reader)? { Some(reader.u32("number of items")?) } else { None })
        };
        Ok(match reader.u8("debug command")? {
            tag::STACK => Self::Stack { count: optional(reader)? },
            tag::ADVICE_STACK => Self::AdviceStack { count: optional(reader)? },
            tag::MEMORY => {
                let range = match has_numbers(reader)? {
                    true => Some((reader.u32("address")?, reader.u32("address")?)),
                    false => None,
                };
                if range.is_some_and(|(first, last)| first > last) {
                    return Err(invalid("its addresses do not ascend"));
                }
                Self::Memory { range }
            }
            tag::LOCALS => {
                let mut number = || reader.u16("local");
                let (count, first, last) = (number()?, number()?, number()?);
                if first > last || last >= count {
                    return Err(invalid("there are no such locals"));
                }
                Self::Locals { count, first, last }
            }
            tag::PRINT => {
                let len = reader.count(1, "text")?;
                let text = String::from_utf8(reader.bytes(len, "text")?.into());
                Self::Print(text.map_err(|_| invalid("the text is not UTF-8"))?.into())
            }
            tag::BREAKPOINT => Self::Breakpoint,
            _ => return Err(invalid("unknown kind")),
        })
    }
}

/// The spelling of the assembly language.
impl fmt::Display for DebugCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stack { count: None } => f.write_str("debug.stack"),
            Self::Stack { count: Some(count) } => write!(f, "debug.stack.{count}"),
            Self::Memory { range: None } => f.write_str("debug.mem"),
            Self::Memory { range: Some((first, last)) } => write!(f, "debug.mem.{first}.{last}"),
            Self::Locals { first, last, .. } => write!(f, "debug.local.{first}.{last}"),
            Self::AdviceStack { count: None } => f.write_str("debug.adv_stack"),
            Self::AdviceStack { count: Some(count) } => write!(f, "debug.adv_stack.{count}"),
            Self::Print(text) => write!(f, "debug.print={text:?}"),
            Self::Breakpoint => f.write_str("breakpoint"),
        }
    }
}
