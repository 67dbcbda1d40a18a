use alloc::{string::String, sync::Arc, vec::Vec};
use core::{fmt, ops::Range};

/// A source file: its name, for messages, and its text. Cheap to clone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Source(Arc<File>);

#[derive(Default, PartialEq, Eq)]
struct File {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl Source {
    /// Wraps a source text. The name is used in messages only.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let after_newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(i, _)| i + 1);
        let line_starts = core::iter::once(0).chain(after_newlines).collect();
        Self(Arc::new(File { name: name.into(), text, line_starts }))
    }

    /// The name of the library.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// A number shared by clones; it differs between sources that exist at the same time.
    pub fn id(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// The text of a span; empty if the span is not within this source.
    pub fn slice(&self, span: Span) -> &str {
        self.0.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte offset.
    pub fn location(&self, offset: usize) -> Location {
        let line = self.0.line_starts.partition_point(|&start| start <= offset);
        let line_start = line.checked_sub(1).and_then(|index| self.0.line_starts.get(index)).copied();
        let before = self.0.text.get(line_start.unwrap_or(0)..offset).unwrap_or_default();
        Location { line, column: before.chars().count() + 1 }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.0.name).finish_non_exhaustive()
    }
}

/// A range of bytes of a source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset of the byte after the last.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to but not including `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The span as a range.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A place in a source text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// Line number.
    pub line: usize,
    /// Position of the character in its line.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let source = Source::new("test", "ab\nä c\n");
        let at = |offset| source.location(offset);
        assert_eq!(at(0), Location { line: 1, column: 1 });
        assert_eq!(at(2), Location { line: 1, column: 3 });
        assert_eq!(at(3), Location { line: 2, column: 1 });
        assert_eq!(at(6), Location { line: 2, column: 3 });
        assert_eq!(at(8), Location { line: 3, column: 1 });
    }
}
