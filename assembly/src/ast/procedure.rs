use super::Body;
use crate::{Span, lexer::Part};

/// A procedure.
#[derive(Debug)]
pub(crate) struct Procedure<'s> {
    pub(crate) label: Part<'s>,
    pub(crate) body: Body<'s>,
}

/// Index of a procedure in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcedureId(pub(crate) usize);

/// The place where a procedure is invoked.
#[derive(Debug)]
pub(crate) struct Invocation<'s> {
    pub(crate) label: Part<'s>,
    pub(crate) span: Span,
    /// Which procedure it is, once names are resolved.
    pub(crate) target: Option<ProcedureId>,
}
