//! What can be wrong with a source, where it is, and the way out.

use alloc::{borrow::Cow, string::String, vec::Vec};

use crate::{Source, Span};

mod found;
mod help;
mod kind;
mod problem;

pub(crate) use found::{Errors, excerpt};
pub use kind::AssemblyErrorKind;
pub use problem::{
    AttributeProblem, ConstantNameProblem, ConstantProblem, LabelProblem, ParameterProblem, PathProblem,
};

/// An error, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssemblyError {
    kind: AssemblyErrorKind,
    source: Source,
    span: Span,
    related: Vec<RelatedPlace>,
}

/// Another place that has to do with an error; it can lie in another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedPlace {
    /// The source.
    pub source: Source,
    /// The place in it.
    pub span: Span,
    /// What is there.
    pub label: Cow<'static, str>,
}

impl AssemblyError {
    pub(crate) const fn new(kind: AssemblyErrorKind, source: Source, span: Span) -> Self {
        Self { kind, source, span, related: Vec::new() }
    }

    #[must_use]
    pub(crate) fn with_related(
        mut self,
        source: &Source,
        span: Span,
        label: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.related.push(RelatedPlace { source: source.clone(), span, label: label.into() });
        self
    }

    /// Whether it is a warning only: what was asked for has been done all the same.
    pub const fn is_warning(&self) -> bool {
        matches!(self.kind, AssemblyErrorKind::UnusedImport { .. })
    }

    /// What is wrong.
    pub const fn kind(&self) -> &AssemblyErrorKind {
        &self.kind
    }

    /// The file that it is in.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Where it is.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Other places that have to do with it, in the order in which they explain it.
    pub fn related(&self) -> &[RelatedPlace] {
        &self.related
    }

    /// The way out, if there is more to say than what is wrong.
    pub fn help(&self) -> Option<String> {
        self.kind.help()
    }
}

impl core::fmt::Display for AssemblyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for AssemblyError {}
