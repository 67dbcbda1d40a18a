//! Turns lines into text.

use alloc::{string::String, vec::Vec};
use core::ops::Range;

use super::FormatOptions;

/// The lines of a formatted source.
pub(super) struct Page<'t> {
    options: FormatOptions,
    /// The code of all lines, in order.
    pub(super) code: String,
    pub(super) lines: Vec<Line<'t>>,
}

/// A line: code, a comment, or both.
pub(super) struct Line<'t> {
    pub(super) role: Role,
    /// Whether a blank line precedes it.
    pub(super) blank_before: bool,
    /// Columns before the code, or before a comment on its own line.
    pub(super) indent: usize,
    pub(super) code: Range<usize>,
    /// Number of characters of the code.
    pub(super) width: usize,
    pub(super) comment: Option<&'t str>,
}

/// Role of a line for the lines next to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Instructions, a declaration, or a block on one line.
    Code,
    /// Opens the first block of a construct: `proc.p`, `if.true`, `do`.
    Opening,
    /// Closes a block and opens the next: `else`, and the `while` of a `do`.
    Turning,
    /// `end`.
    Closing,
    Attribute,
    /// A comment on a line of its own.
    Comment,
    /// A comment that continues the trailing comment above.
    Continuation,
}

impl Role {
    pub(super) const fn opens(self) -> bool {
        matches!(self, Self::Opening | Self::Turning)
    }

    pub(super) const fn closes(self) -> bool {
        matches!(self, Self::Turning | Self::Closing)
    }

    /// Whether it belongs to a declaration directly below.
    pub(super) const fn leads(self) -> bool {
        matches!(self, Self::Comment | Self::Attribute)
    }
}

impl Line<'_> {
    /// The column after the code.
    pub(super) const fn end(&self) -> usize {
        self.indent + self.width
    }
}

impl<'t> Page<'t> {
    pub(super) const fn new(options: FormatOptions) -> Self {
        Self { options, code: String::new(), lines: Vec::new() }
    }

    /// Writes the text.
    pub(super) fn write(&self) -> String {
        let comments: usize = self.lines.iter().filter_map(|line| line.comment).map(str::len).sum();
        let mut text = String::with_capacity(self.code.len() + comments + 8 * self.lines.len());
        for group in self.lines.chunk_by(|_, next| !next.blank_before) {
            self.write_group(group, &mut text);
        }
        text
    }

    /// Part of the code.
    pub(super) fn code(&self, range: Range<usize>) -> &str {
        self.code.get(range).expect("code is cut where it was appended")
    }

    /// Writes lines without a blank line between them.
    fn write_group(&self, group: &[Line<'t>], text: &mut String) {
        if group.first().is_some_and(|line| line.blank_before) {
            text.push('\n');
        }
        let aligned = group.iter().filter(|line| line.has_both() && line.end() <= self.options.max_indent());
        let aligned = aligned.map(|line| comment_column(line.end())).max().unwrap_or(0);
        let mut column = 0;
        for line in group {
            // A continuation is below the comment of the previous line.
            if line.role != Role::Continuation {
                column = if line.has_both() { aligned.max(line.end() + COMMENT_GAP) } else { line.indent };
            }
            let mut end = 0;
            if line.width > 0 {
                pad(text, line.indent);
                text.push_str(self.code(line.code.clone()));
                end = line.end();
            }
            if let Some(comment) = line.comment {
                pad(text, column.saturating_sub(end));
                text.push_str(comment);
            }
            text.push('\n');
        }
    }
}

/// Minimum number of columns between code and a trailing comment.
const COMMENT_GAP: usize = 2;

/// The column of a trailing comment after code that ends at column `end`.
const fn comment_column(end: usize) -> usize {
    (end + COMMENT_GAP).next_multiple_of(FormatOptions::INDENT)
}

impl Line<'_> {
    const fn has_both(&self) -> bool {
        self.width > 0 && self.comment.is_some()
    }
}

fn pad(text: &mut String, num_spaces: usize) {
    text.extend(core::iter::repeat_n(' ', num_spaces));
}
