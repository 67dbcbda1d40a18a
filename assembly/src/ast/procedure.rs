use alloc::{string::String, vec::Vec};

use miden_assembly_syntax::{Name, Span};

use super::Body;

/// A procedure.
#[derive(Debug)]
pub(crate) struct Procedure<'s> {
    pub(crate) label: Name<'s>,
    /// Its first line, which stands for what enters and leaves it.
    pub(crate) header: Span,
    pub(crate) exported: bool,
    /// Number of words of memory that it has for itself.
    pub(crate) locals: u16,
    /// The documentation comment before it, without `#!`.
    pub(crate) docs: Option<String>,
    pub(crate) attributes: Vec<Attribute<'s>>,
    pub(crate) body: Body<'s>,
}

/// `@name` or `@name(…)` before a procedure: carried along, without a meaning for the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attribute<'s> {
    pub(crate) name: Name<'s>,
    /// What stands between the parentheses.
    pub(crate) value: Option<Name<'s>>,
}
