use crate::Span;

/// A name and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'s> {
    /// The name.
    pub text: &'s str,
    /// Its place.
    pub span: Span,
}

impl<'s> Name<'s> {
    /// The rest after the first `len` bytes; empty if a character does not begin there.
    pub fn skip(self, len: usize) -> Self {
        let text = self.text.get(len..).unwrap_or_default();
        Self { text, span: Span::new(self.span.end - text.len(), self.span.end) }
    }

    /// The first `len` bytes; everything if a character does not end there.
    pub fn take(self, len: usize) -> Self {
        let text = self.text.get(..len).unwrap_or(self.text);
        Self { text, span: Span::new(self.span.start, self.span.start + text.len()) }
    }

    /// The name without surrounding white space.
    pub fn trim(self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        let trimmed = self.skip(start);
        trimmed.take(trimmed.text.trim_end().len())
    }

    /// The texts before and after the first occurrence of `separator`.
    pub fn split_once(self, separator: &str) -> Option<(Self, Self)> {
        let at = self.text.find(separator)?;
        Some((self.take(at), self.skip(at + separator.len())))
    }
}
