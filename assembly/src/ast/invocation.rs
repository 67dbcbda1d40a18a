use miden_assembly_syntax::Span;
use miden_core::NodeId;

use super::ProcedureName;
use crate::library::CompiledId;

/// Index of a linked module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ModuleId(pub(crate) usize);

/// Procedure of a linked module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProcedureId {
    pub(crate) module: ModuleId,
    /// Its index in the file.
    pub(crate) index: usize,
}

/// Invocation of a procedure, or reference to it.
#[derive(Debug)]
pub(crate) struct Invocation<'s> {
    pub(crate) kind: InvocationKind,
    pub(crate) name: ProcedureName<'s>,
    pub(crate) span: Span,
    /// The procedure, once names are resolved.
    pub(crate) target: Option<Target>,
}

/// Kind of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvocationKind {
    /// The procedure is inlined.
    Exec,
    /// The procedure runs in a new context.
    Call,
    /// The procedure is in the kernel, and runs in the root context.
    SysCall,
    /// The digest of the procedure is pushed.
    Reference,
}

/// A resolved procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// A procedure of a source module.
    Procedure(ProcedureId),
    /// A procedure of a compiled library.
    Compiled(CompiledId),
    /// A procedure of the kernel, which already has its node.
    Kernel(NodeId),
}
