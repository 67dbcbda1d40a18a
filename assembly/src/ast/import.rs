use alloc::string::String;

use miden_assembly_syntax::{Name, Span};

use super::ProcedureName;

/// What makes something of another module known under a short name.
#[derive(Debug)]
pub(crate) struct Import<'s> {
    pub(crate) imported: Imported<'s>,
    /// The short name.
    pub(crate) alias: Name<'s>,
    pub(crate) span: Span,
}

/// What is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Imported<'s> {
    /// The module with this path.
    Module(Name<'s>),
    /// What the module with this path exports under this name: a procedure, a constant, or both.
    Item { path: Name<'s>, label: Name<'s> },
}

/// A procedure or a constant of another module that is exported as if it were one of this module.
#[derive(Debug)]
pub(crate) struct Reexport<'s> {
    /// Never a local name, unless it is that of an imported item.
    pub(crate) item: ProcedureName<'s>,
    /// Whether it is a constant, once that is known.
    pub(crate) is_constant: bool,
    /// Its name as an export of this module.
    pub(crate) alias: Name<'s>,
    pub(crate) docs: Option<String>,
    pub(crate) span: Span,
}
