//! Formatter of sources. The rules are in the book, under *Formatting*.
//!
//! `lines` lays out words and comments in lines, which `page` turns into text.

use alloc::string::String;

use crate::{Diagnostics, InstructionNames, Source, Syntax, SyntaxErrorKind};

mod lines;
mod page;
mod spacing;

/// Options of the formatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormatOptions {
    /// Maximum number of columns of a line that can be broken.
    pub max_width: usize,
}

impl FormatOptions {
    /// Columns per level of nesting.
    const INDENT: usize = 4;

    /// Sets the maximum number of columns.
    #[must_use]
    pub const fn with_max_width(self, max_width: usize) -> Self {
        Self { max_width }
    }

    /// Maximum indentation, which keeps the length of the result linear in that of the source, however deep it is
    /// nested. Trailing comments after wider code are not aligned.
    const fn max_indent(self) -> usize {
        self.max_width / 5 * 3
    }

    /// The indentation at a nesting depth.
    const fn indent(self, num_blocks: usize) -> usize {
        let indent = num_blocks.saturating_mul(Self::INDENT);
        if indent < self.max_indent() { indent } else { self.max_indent() }
    }
}

impl Default for FormatOptions {
    /// Lines of 100 columns.
    fn default() -> Self {
        Self { max_width: 100 }
    }
}

/// Formats a source as described in the book, under *Formatting*. Words and comments are kept, and so is the meaning;
/// formatting the result changes nothing. Time and memory are linear in the length of the source.
///
/// # Errors
///
/// Returns the errors of the source's structure. Errors of single instructions and declarations do not prevent
/// formatting, nor does a source without words.
pub fn format(
    source: &Source,
    instructions: &InstructionNames,
    options: &FormatOptions,
) -> Result<String, Diagnostics<SyntaxErrorKind>> {
    let (syntax, mut errors) = Syntax::parse(source, instructions);
    errors.retain(|error| *error.kind() != SyntaxErrorKind::EmptySource);
    if errors.is_empty() {
        Ok(lines::lay_out(&syntax, *options).write())
    } else {
        Err(Diagnostics::new(errors))
    }
}
