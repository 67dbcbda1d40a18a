use alloc::{string::String, vec::Vec};

use miden_core::NodeId;

use super::{Body, Name, ProcedureName};
use crate::{Span, library::CompiledId};

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

/// Index of a module among those that are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ModuleId(pub(crate) usize);

/// A procedure of a module that is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProcedureId {
    pub(crate) module: ModuleId,
    /// Its index in the file.
    pub(crate) index: usize,
}

/// The place where a procedure is named.
#[derive(Debug)]
pub(crate) struct Invocation<'s> {
    pub(crate) kind: InvocationKind,
    pub(crate) name: ProcedureName<'s>,
    pub(crate) span: Span,
    /// Which procedure it is, once names are resolved.
    pub(crate) target: Option<Target>,
}

/// What is done with the procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvocationKind {
    /// Its code stands here.
    Exec,
    /// It runs in a context of its own.
    Call,
    /// It is one of the kernel's, and runs in the root context.
    SysCall,
    /// Its digest is pushed.
    Reference,
}

/// A procedure that a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// One of this file or of another module.
    Procedure(ProcedureId),
    /// One of a compiled library.
    Compiled(CompiledId),
    /// The kernel's, which has its node already.
    Kernel(NodeId),
}
