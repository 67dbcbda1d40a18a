//! The only place that turns errors into text for people.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{AssemblyError, Source, Span};

/// All errors of a source file, in the order of its text; there is at least one.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    source: Source,
    errors: Vec<AssemblyError>,
}

impl Diagnostics {
    /// Number of errors that [`Self::render`] shows.
    pub const MAX_SHOWN: usize = 100;

    pub(crate) const fn new(source: Source, errors: Vec<AssemblyError>) -> Self {
        Self { source, errors }
    }

    /// The source file.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The errors.
    pub fn errors(&self) -> &[AssemblyError] {
        &self.errors
    }

    /// An iterator over the errors.
    pub fn iter(&self) -> core::slice::Iter<'_, AssemblyError> {
        self.errors.iter()
    }

    /// The errors for people: message, file, line and column, the line with a caret under the place, help.
    /// With `styled`, in the colours of a terminal.
    pub fn render(&self, styled: bool) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        let mut texts: Vec<String> = self
            .errors
            .iter()
            .take(Self::MAX_SHOWN)
            .map(|error| renderer.render(&[self.group(error)]))
            .collect();
        if let Some(more @ 1..) = self.errors.len().checked_sub(Self::MAX_SHOWN) {
            let title = alloc::format!("{more} more errors are not shown");
            texts.push(renderer.render(&[Group::with_title(Level::NOTE.primary_title(title))]));
        }
        texts.join("\n\n")
    }

    fn group<'a>(&'a self, error: &'a AssemblyError) -> Group<'a> {
        let primary = AnnotationKind::Primary.span(self.visible(error.span()).range());
        let related = error
            .related()
            .map(|(span, label)| AnnotationKind::Context.span(self.visible(span).range()).label(label));
        let snippet = Snippet::source(self.source.text())
            .path(self.source.name())
            .annotations([primary].into_iter().chain(related));
        let help = error.help().map(|help| Level::HELP.message(help));
        Level::ERROR.primary_title(error.to_string()).element(snippet).elements(help)
    }

    /// The end of the file has no character of its own; its place is that of the last one that can be seen.
    fn visible(&self, span: Span) -> Span {
        let text = self.source.text();
        if span.start < text.len() {
            return span;
        }
        let end = text.trim_end().len();
        let last = text.get(..end).and_then(|text| text.chars().next_back()).map_or(0, char::len_utf8);
        Span::new(end - last, end)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl core::error::Error for Diagnostics {}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a AssemblyError;
    type IntoIter = core::slice::Iter<'a, AssemblyError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
