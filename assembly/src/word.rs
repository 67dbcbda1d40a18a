//! Words, and the parts between their dots.

use crate::{Span, syntax::Nesting};

/// A word of the source: what stands between white space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'s> {
    pub(crate) text: &'s str,
    pub(crate) start: usize,
}

/// A part of a word: what stands between its dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'s> {
    pub(crate) text: &'s str,
    pub(crate) span: Span,
}

impl<'s> Word<'s> {
    pub(crate) const fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// The parts: the first one selects the instruction or keyword, the others are its parameters. Between quotation
    /// marks and brackets a dot is a character like others.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'s>> + use<'s> {
        let mut start = self.start;
        let mut nesting = Nesting::default();
        let is_separator = move |c| {
            nesting.visit(c);
            nesting.is_outside() && c == '.'
        };
        self.text.split(is_separator).map(move |text| {
            let span = Span::new(start, start + text.len());
            start = span.end + 1;
            Part { text, span }
        })
    }

    /// The first part.
    pub(crate) fn head(&self) -> &'s str {
        self.parts().next().map_or("", |part| part.text)
    }

    /// Whether it has parameters.
    pub(crate) fn has_parameters(&self) -> bool {
        self.text.len() > self.head().len()
    }

    /// The word as a single part.
    pub(crate) const fn whole(&self) -> Part<'s> {
        Part { text: self.text, span: self.span() }
    }
}

impl<'s> Part<'s> {
    /// The rest behind the first `len` bytes.
    pub(crate) fn skip(self, len: usize) -> Self {
        let text = self.text.get(len..).unwrap_or_default();
        Self { text, span: Span::new(self.span.end - text.len(), self.span.end) }
    }

    /// The first `len` bytes.
    pub(crate) fn take(self, len: usize) -> Self {
        let text = self.text.get(..len).unwrap_or(self.text);
        Self { text, span: Span::new(self.span.start, self.span.start + text.len()) }
    }

    /// Without white space at its ends.
    pub(crate) fn trim(self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        let trimmed = self.skip(start);
        trimmed.take(trimmed.text.trim_end().len())
    }

    /// What stands before and behind the first occurrence of `separator`.
    pub(crate) fn split_once(self, separator: &str) -> Option<(Self, Self)> {
        let at = self.text.find(separator)?;
        Some((self.take(at), self.skip(at + separator.len())))
    }
}
