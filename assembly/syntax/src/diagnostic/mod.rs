//! Errors and warnings of a source: what is wrong, where, and the way out.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use crate::{Source, Span};

mod collector;
mod render;

pub use collector::{ErrorCollector, excerpt};
pub use render::Diagnostics;

/// A kind of error or warning that a [`Diagnostic`] reports.
pub trait DiagnosticKind: core::error::Error {
    /// The way out, if there is more to say than what is wrong.
    fn help(&self) -> Option<String> {
        None
    }

    /// Whether it is a warning, which does not prevent assembly.
    fn is_warning(&self) -> bool {
        false
    }
}

/// An error or a warning, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic<K> {
    kind: K,
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

impl<K> Diagnostic<K> {
    /// A problem of a source, at a place of it.
    pub const fn new(kind: K, source: Source, span: Span) -> Self {
        Self { kind, source, span, related: Vec::new() }
    }

    /// Adds another place that explains the problem.
    #[must_use]
    pub fn with_related(mut self, source: &Source, span: Span, label: impl Into<Cow<'static, str>>) -> Self {
        self.related.push(RelatedPlace { source: source.clone(), span, label: label.into() });
        self
    }

    /// The same problem among more kinds of problems.
    pub fn convert<L: From<K>>(self) -> Diagnostic<L> {
        let Self { kind, source, span, related } = self;
        Diagnostic { kind: kind.into(), source, span, related }
    }

    /// What is wrong.
    pub const fn kind(&self) -> &K {
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
}

impl<K: DiagnosticKind> Diagnostic<K> {
    /// Whether it is a warning, which does not prevent assembly.
    pub fn is_warning(&self) -> bool {
        self.kind.is_warning()
    }

    /// The way out, if there is more to say than what is wrong.
    pub fn help(&self) -> Option<String> {
        self.kind.help()
    }
}

impl<K: fmt::Display> fmt::Display for Diagnostic<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl<K: core::error::Error> core::error::Error for Diagnostic<K> {}
