//! Conversion between byte offsets and positions of lines and characters.

use gen_lsp_types::{Position, PositionEncodingKind, Range};
use miden_assembly::Span;

/// Unit in which the characters of a line are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    /// The best encoding that a client offers; UTF-16 without an offer.
    pub(super) fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offers = |kind| offered.unwrap_or_default().contains(&kind);
        if offers(PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offers(PositionEncodingKind::UTF32) && !offers(PositionEncodingKind::UTF16) {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    pub(super) const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// Number of units of a character.
    const fn len(self, c: char) -> u32 {
        match self {
            Self::Utf8 => c.len_utf8() as u32,
            Self::Utf16 => c.len_utf16() as u32,
            Self::Utf32 => 1,
        }
    }
}

/// Positions in a text.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    encoding: Encoding,
    /// The start of each line, and further marks in long lines.
    marks: Vec<Mark>,
}

/// A place as offset and as position.
#[derive(Clone, Copy, Debug)]
struct Mark {
    offset: usize,
    position: Position,
}

impl<'t> Lines<'t> {
    /// Bytes between the marks of a long line.
    const DISTANCE: usize = 256;

    /// Finds the lines, which end with `\n`, `\r\n` or `\r`.
    pub(super) fn new(text: &'t str, encoding: Encoding) -> Self {
        let mut last = Mark { offset: 0, position: Position::default() };
        let mut marks = vec![last];
        let mut here = last;
        let mut chars = text.char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            here.offset = offset + c.len_utf8();
            if c == '\n' || c == '\r' && !matches!(chars.peek(), Some((_, '\n'))) {
                here.position = Position { line: here.position.line.saturating_add(1), character: 0 };
            } else {
                here.position.character = here.position.character.saturating_add(encoding.len(c));
            }
            if here.position.line > last.position.line || here.offset - last.offset >= Self::DISTANCE {
                marks.push(here);
                last = here;
            }
        }
        Self { text, encoding, marks }
    }

    /// Position of a byte; of the last character boundary before it if it is inside a character or past the end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let mark = self.last_mark(|mark| mark.offset <= offset);
        let chars = self.after(mark).char_indices();
        let before = chars.take_while(|(i, c)| mark.offset + i + c.len_utf8() <= offset);
        let units: u32 = before.map(|(_, c)| self.encoding.len(c)).sum();
        Position { line: mark.position.line, character: mark.position.character.saturating_add(units) }
    }

    /// Offset of a position, clamped to the end of its line and of the text.
    pub(super) fn offset(&self, position: Position) -> usize {
        let key = |position: Position| (position.line, position.character);
        let mark = self.last_mark(|mark| key(mark.position) <= key(position));
        if mark.position.line < position.line {
            return self.text.len();
        }
        let mut left = position.character - mark.position.character;
        let mut offset = mark.offset;
        for c in self.after(mark).chars() {
            let rest = left.checked_sub(self.encoding.len(c));
            let Some(rest) = rest.filter(|_| left > 0 && !matches!(c, '\n' | '\r')) else { break };
            left = rest;
            offset += c.len_utf8();
        }
        offset
    }

    fn last_mark(&self, is_before: impl Fn(&Mark) -> bool) -> Mark {
        let (before, _) = self.marks.split_at(self.marks.partition_point(is_before));
        *before.last().expect("the first mark is the start of the text")
    }

    fn after(&self, mark: Mark) -> &'t str {
        self.text.get(mark.offset..).expect("marks are at character boundaries")
    }

    pub(super) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The bytes of a range; empty if it ends before it starts.
    pub(super) fn span(&self, range: Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "ab\r\nä𝄞c\rd\n";

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn characters_are_counted_in_the_units_of_the_encoding() {
        let c = TEXT.find('c').unwrap();
        for (encoding, expected) in [(Encoding::Utf8, 6), (Encoding::Utf16, 3), (Encoding::Utf32, 2)] {
            let lines = Lines::new(TEXT, encoding);
            assert_eq!(lines.position(c), at(1, expected));
            assert_eq!(lines.offset(at(1, expected)), c);
        }
    }

    #[test]
    fn offsets_survive_the_round_trip() {
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let lines = Lines::new(TEXT, encoding);
            // The offset between `\r` and `\n` maps to the end of the line.
            for (offset, _) in TEXT.char_indices().filter(|(offset, _)| *offset != 3) {
                assert_eq!(lines.offset(lines.position(offset)), offset, "{encoding:?}");
            }
            assert_eq!(lines.position(TEXT.len()), at(3, 0));
            assert_eq!(lines.offset(at(3, 0)), TEXT.len());
        }
    }

    #[test]
    fn long_lines_work_like_short_ones() {
        let text = "x𝄞".repeat(1000) + "\n" + &"ä".repeat(1000);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let lines = Lines::new(&text, encoding);
            for (offset, _) in text.char_indices() {
                assert_eq!(lines.offset(lines.position(offset)), offset, "{encoding:?}");
            }
            assert_eq!(lines.offset(at(0, 999_999)), 5000);
        }
        assert_eq!(Lines::new(&text, Encoding::Utf16).position(5001), at(1, 0));
        assert_eq!(Lines::new(&text, Encoding::Utf16).position(5000), at(0, 3000));
    }

    #[test]
    fn positions_out_of_range_are_clamped() {
        let lines = Lines::new(TEXT, Encoding::Utf16);
        assert_eq!(lines.offset(at(0, 99)), 2);
        assert_eq!(lines.offset(at(1, 2)), 6, "inside a surrogate pair");
        assert_eq!(lines.offset(at(99, 0)), TEXT.len());
        assert_eq!(lines.offset(at(u32::MAX, u32::MAX)), TEXT.len());
        assert_eq!(lines.position(usize::MAX), at(3, 0));
        assert_eq!(lines.position(5), at(1, 0), "inside a character");
        let backwards = Range { start: at(2, 1), end: at(0, 0) };
        assert_eq!(lines.span(backwards), Span::new(13, 13));
    }

    #[test]
    fn utf_8_is_preferred_and_utf_16_is_the_default() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::negotiate(None), Encoding::Utf16);
        assert_eq!(Encoding::negotiate(Some(&[Kind::UTF16, Kind::UTF8])), Encoding::Utf8);
        assert_eq!(Encoding::negotiate(Some(&[Kind::UTF32, Kind::UTF16])), Encoding::Utf16);
        assert_eq!(Encoding::negotiate(Some(&[Kind::UTF32])), Encoding::Utf32);
    }
}
