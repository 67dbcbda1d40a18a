//! Rendering of errors. No other module formats them.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, DiagnosticKind, RelatedPlace};
use crate::{Source, Span};

/// Errors or warnings, grouped by file, in the order of the text.
#[derive(Clone, Debug)]
pub struct Diagnostics<K> {
    errors: Vec<Diagnostic<K>>,
}

impl<K> Diagnostics<K> {
    /// Maximum number of errors that [`Self::render`] shows.
    pub const MAX_SHOWN: usize = 100;

    /// Collects errors.
    pub const fn new(errors: Vec<Diagnostic<K>>) -> Self {
        Self { errors }
    }

    /// The errors.
    pub fn errors(&self) -> &[Diagnostic<K>] {
        &self.errors
    }

    /// An iterator over the errors.
    pub fn iter(&self) -> core::slice::Iter<'_, Diagnostic<K>> {
        self.errors.iter()
    }

    /// Converts the kinds to those of a larger set of problems.
    pub fn convert<L: From<K>>(self) -> Diagnostics<L> {
        Diagnostics { errors: self.errors.into_iter().map(Diagnostic::convert).collect() }
    }
}

impl<K: DiagnosticKind> Diagnostics<K> {
    /// Renders the errors: message, file, line and column, the line with carets under the place, help.
    /// `styled` adds terminal colours.
    pub fn render(&self, styled: bool) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        let mut texts: Vec<String> =
            self.errors.iter().take(Self::MAX_SHOWN).map(|error| renderer.render(&[group(error)])).collect();
        if let Some(more @ 1..) = self.errors.len().checked_sub(Self::MAX_SHOWN) {
            let title = alloc::format!("{more} more errors are not shown");
            texts.push(renderer.render(&[Group::with_title(Level::NOTE.primary_title(title))]));
        }
        texts.join("\n\n")
    }
}

impl<K> Default for Diagnostics<K> {
    fn default() -> Self {
        Self { errors: Vec::new() }
    }
}

impl<K: DiagnosticKind> fmt::Display for Diagnostics<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl<K: DiagnosticKind> core::error::Error for Diagnostics<K> {}

impl<'a, K> IntoIterator for &'a Diagnostics<K> {
    type Item = &'a Diagnostic<K>;
    type IntoIter = core::slice::Iter<'a, Diagnostic<K>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// An error with the lines of its place and of related places, grouped by file.
fn group<K: DiagnosticKind>(error: &Diagnostic<K>) -> Group<'_> {
    let own = error.related().iter().filter(|place| place.source == *error.source());
    let primary = AnnotationKind::Primary.span(visible(error.source(), error.span()).range());
    let own_lines = snippet(error.source()).annotation(primary).annotations(own.map(annotation));
    let level = if error.is_warning() { Level::WARNING } else { Level::ERROR };
    let mut group = level.primary_title(error.to_string()).element(own_lines);
    // Places in other files: successive places in the same file share a snippet.
    let others: Vec<&RelatedPlace> =
        error.related().iter().filter(|place| place.source != *error.source()).collect();
    for places in others.chunk_by(|a, b| a.source == b.source) {
        let Some(first) = places.first() else { continue };
        group = group.element(snippet(&first.source).annotations(places.iter().copied().map(annotation)));
    }
    group.elements(error.help().map(|help| Level::HELP.message(help)))
}

fn snippet<'a>(source: &'a Source) -> Snippet<'a, Annotation<'a>> {
    Snippet::source(source.text()).path(source.name())
}

fn annotation(place: &RelatedPlace) -> Annotation<'_> {
    AnnotationKind::Context.span(visible(&place.source, place.span).range()).label(&*place.label)
}

/// The end of the file has no character, so it is shown at the last visible one.
fn visible(source: &Source, span: Span) -> Span {
    let text = source.text();
    if span.start < text.len() {
        return span;
    }
    let end = text.trim_end().len();
    let last = text.get(..end).and_then(|text| text.chars().next_back()).map_or(0, char::len_utf8);
    Span::new(end - last, end)
}
