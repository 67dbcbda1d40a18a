use alloc::{string::String, vec::Vec};

use miden_assembly_syntax::{Name, Span};

use super::Body;

/// A procedure.
#[derive(Debug)]
pub(crate) struct Procedure<'s> {
    pub(crate) label: Name<'s>,
    /// Its header, the origin of the operations that reserve and release locals.
    pub(crate) header: Span,
    pub(crate) exported: bool,
    /// Number of local words.
    pub(crate) locals: u16,
    /// The documentation comment before it, without `#!`.
    pub(crate) docs: Option<String>,
    pub(crate) attributes: Vec<Attribute<'s>>,
    pub(crate) body: Body<'s>,
}

/// `@name` or `@name(…)` before a procedure: kept, without a meaning for the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attribute<'s> {
    pub(crate) name: Name<'s>,
    /// The text in parentheses.
    pub(crate) value: Option<Name<'s>>,
}
