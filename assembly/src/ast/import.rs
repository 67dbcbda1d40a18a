use alloc::string::String;

use miden_assembly_syntax::{Name, Span};

use super::ProcedureName;

/// Import of a module, or of an item of a module, under an alias.
#[derive(Debug)]
pub(crate) struct Import<'s> {
    pub(crate) imported: Imported<'s>,
    /// The alias.
    pub(crate) alias: Name<'s>,
    pub(crate) span: Span,
}

/// The imported module or item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Imported<'s> {
    /// The module with this path.
    Module(Name<'s>),
    /// The item exported by the module with this path under this name: a procedure, a constant, or both.
    Item { path: Name<'s>, label: Name<'s> },
}

/// A re-exported procedure or constant of another module.
#[derive(Debug)]
pub(crate) struct Reexport<'s> {
    /// Its name; a local name only for an imported item.
    pub(crate) item: ProcedureName<'s>,
    /// Whether it is a constant; set once that is known.
    pub(crate) is_constant: bool,
    /// The exported name.
    pub(crate) alias: Name<'s>,
    pub(crate) docs: Option<String>,
    pub(crate) span: Span,
}
