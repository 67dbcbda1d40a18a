use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{AssemblyError, AssemblyErrorKind};
use crate::{Source, Span};

/// The errors found so far in a source.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    source: Source,
    errors: Vec<AssemblyError>,
}

impl Errors {
    /// Looking for similar names takes time for every error; nobody reads that many.
    const MAX_SUGGESTIONS: usize = 100;

    pub(crate) const fn new(source: Source) -> Self {
        Self { source, errors: Vec::new() }
    }

    pub(crate) fn push(&mut self, kind: AssemblyErrorKind, span: Span) {
        self.errors.push(AssemblyError::new(kind, self.source.clone(), span));
    }

    /// Adds an error of this source that is complete.
    pub(crate) fn add(&mut self, error: AssemblyError) {
        self.errors.push(error);
    }

    pub(crate) fn push_related(
        &mut self,
        kind: AssemblyErrorKind,
        span: Span,
        related: Span,
        label: impl Into<Cow<'static, str>>,
    ) {
        let error = AssemblyError::new(kind, self.source.clone(), span);
        self.errors.push(error.with_related(&self.source, related, label));
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Whether there is an error of a kind.
    pub(crate) fn any(&self, is: impl Fn(&AssemblyErrorKind) -> bool) -> bool {
        self.errors.iter().any(|error| is(error.kind()))
    }

    /// Whether the next error deserves a suggestion.
    pub(crate) const fn want_suggestions(&self) -> bool {
        self.errors.len() < Self::MAX_SUGGESTIONS
    }

    /// The errors in the order of the text.
    pub(crate) fn into_vec(mut self) -> Vec<AssemblyError> {
        self.errors.sort_by_key(|error| error.span().start);
        self.errors
    }
}

/// A text from the source as messages show it: not too long, and without control characters.
pub(crate) fn excerpt(text: &str) -> String {
    const MAX: usize = 60;
    let mut shown: String =
        text.chars().take(MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    shown
}
