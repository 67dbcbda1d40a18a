use miden_assembly_syntax::Span;
use miden_core::NodeId;

use super::ProcedureName;
use crate::library::CompiledId;

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
