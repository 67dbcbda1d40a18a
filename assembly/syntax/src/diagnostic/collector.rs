use alloc::{borrow::Cow, string::String, vec::Vec};

use super::Diagnostic;
use crate::{Source, Span};

/// The errors found so far in a source.
#[derive(Debug)]
pub struct ErrorCollector<K> {
    source: Source,
    errors: Vec<Diagnostic<K>>,
}

impl<K> ErrorCollector<K> {
    /// Looking for similar names takes time for every error; nobody reads that many.
    const MAX_SUGGESTIONS: usize = 100;

    /// No errors of a source.
    pub const fn new(source: Source) -> Self {
        Self { source, errors: Vec::new() }
    }

    /// Adds an error of this source.
    pub fn push(&mut self, kind: impl Into<K>, span: Span) {
        self.errors.push(Diagnostic::new(kind.into(), self.source.clone(), span));
    }

    /// Adds an error with its place.
    pub fn add(&mut self, error: Diagnostic<K>) {
        self.errors.push(error);
    }

    /// Adds an error of this source that another place of it explains.
    pub fn push_related(
        &mut self,
        kind: impl Into<K>,
        span: Span,
        related: Span,
        label: impl Into<Cow<'static, str>>,
    ) {
        let error = Diagnostic::new(kind.into(), self.source.clone(), span);
        self.errors.push(error.with_related(&self.source, related, label));
    }

    /// Whether there are no errors.
    pub const fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Whether there is an error of a kind.
    pub fn any(&self, is: impl Fn(&K) -> bool) -> bool {
        self.errors.iter().any(|error| is(error.kind()))
    }

    /// Whether the next error deserves a suggestion.
    pub const fn want_suggestions(&self) -> bool {
        self.errors.len() < Self::MAX_SUGGESTIONS
    }

    /// The errors in the order of the text.
    pub fn into_vec(mut self) -> Vec<Diagnostic<K>> {
        self.errors.sort_by_key(|error| error.span().start);
        self.errors
    }
}

impl<K> Default for ErrorCollector<K> {
    fn default() -> Self {
        Self { source: Source::default(), errors: Vec::new() }
    }
}

/// A text from the source as messages show it: not too long, and without control characters.
pub fn excerpt(text: &str) -> String {
    const MAX: usize = 60;
    let mut shown: String =
        text.chars().take(MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    shown
}
