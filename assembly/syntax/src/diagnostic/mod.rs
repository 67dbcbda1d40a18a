//! Errors and warnings of a source: what is wrong, where, and how to fix it.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use crate::{Source, Span};

mod collector;
mod render;

pub use collector::{ErrorCollector, excerpt};
pub use render::Diagnostics;

/// Kind of an error or warning that a [`Diagnostic`] reports.
pub trait DiagnosticKind: core::error::Error {
    /// How to fix the error, where the message does not say it.
    fn help(&self) -> Option<String> {
        None
    }

    /// Whether it is a warning, which does not prevent assembly.
    fn is_warning(&self) -> bool {
        false
    }
}

/// An error or a warning, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic<K> {
    kind: K,
    source: Source,
    span: Span,
    related: Vec<RelatedPlace>,
}

/// Another place that explains an error, possibly in another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedPlace {
    /// The source.
    pub source: Source,
    /// The span in it.
    pub span: Span,
    /// Description of the place.
    pub label: Cow<'static, str>,
}

impl<K> Diagnostic<K> {
    /// A problem at a place in a source.
    pub const fn new(kind: K, source: Source, span: Span) -> Self {
        Self { kind, source, span, related: Vec::new() }
    }

    /// Adds another place that explains the problem.
    #[must_use]
    pub fn with_related(mut self, source: &Source, span: Span, label: impl Into<Cow<'static, str>>) -> Self {
        self.related.push(RelatedPlace { source: source.clone(), span, label: label.into() });
        self
    }

    /// Converts the kind to that of a larger set of problems.
    pub fn convert<L: From<K>>(self) -> Diagnostic<L> {
        let Self { kind, source, span, related } = self;
        Diagnostic { kind: kind.into(), source, span, related }
    }

    /// The kind of error.
    pub const fn kind(&self) -> &K {
        &self.kind
    }

    /// The source that contains the error.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The place of the error in its source.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Other places that explain the error, in reading order.
    pub fn related(&self) -> &[RelatedPlace] {
        &self.related
    }
}

impl<K: DiagnosticKind> Diagnostic<K> {
    /// Whether it is a warning, which does not prevent assembly.
    pub fn is_warning(&self) -> bool {
        self.kind.is_warning()
    }

    /// How to fix the error, where the message does not say it.
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
