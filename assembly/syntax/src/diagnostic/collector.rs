use alloc::{borrow::Cow, string::String, vec::Vec};

use super::Diagnostic;
use crate::{Source, Span};

/// Errors found in a source so far.
#[derive(Debug)]
pub struct ErrorCollector<K> {
    source: Source,
    errors: Vec<Diagnostic<K>>,
}

impl<K> ErrorCollector<K> {
    /// Limits the search for similar names, which takes time for every error.
    const MAX_SUGGESTIONS: usize = 100;

    /// An empty collector for a source.
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

    /// Adds an error of this source, explained by another place in it.
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

    /// Whether an error satisfies `is`.
    pub fn any(&self, is: impl Fn(&K) -> bool) -> bool {
        self.errors.iter().any(|error| is(error.kind()))
    }

    /// Whether to look for a suggestion for the next error.
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

/// Source text for a message: shortened, and without control characters.
pub fn excerpt(text: &str) -> String {
    const MAX: usize = 60;
    let mut shown: String =
        text.chars().take(MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    shown
}
