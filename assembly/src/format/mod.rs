//! Sources in one style. The rules are in the book, under *Formatting*.
//!
//! A source becomes words and comments, these become lines (`lines`), and these text (`page`).

use alloc::string::String;

use crate::{AssemblyErrorKind, Diagnostics, Source, Syntax};

mod lines;
mod page;
mod spacing;

/// What can be chosen about the style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormatOptions {
    /// Number of columns that a line has at most if it can be broken.
    pub max_width: usize,
}

impl FormatOptions {
    /// Columns per level of nesting.
    const INDENT: usize = 4;

    /// The same with another number of columns.
    #[must_use]
    pub const fn with_max_width(self, max_width: usize) -> Self {
        Self { max_width }
    }

    /// The columns that indentation takes at most, so that the length of the result is linear in that of the source,
    /// however deep it is nested. Comments behind wider code are not aligned with others.
    const fn max_indent(self) -> usize {
        self.max_width / 5 * 3
    }

    /// The columns before what is nested in this number of blocks.
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

/// The text of a source in the style of the book's chapter *Formatting*. The words and the comments stay the same, and so
/// does what the source means; formatting the result changes nothing. Takes time and memory linear in the length of the
/// source.
///
/// # Errors
///
/// Returns the errors of the source's structure. Errors of single instructions and declarations are no obstacle, and
/// neither is a source without any word.
pub fn format(source: &Source, options: &FormatOptions) -> Result<String, Diagnostics> {
    let (syntax, mut errors) = Syntax::parse(source);
    errors.retain(|error| *error.kind() != AssemblyErrorKind::EmptySource);
    if errors.is_empty() {
        Ok(lines::lay_out(&syntax, *options).write())
    } else {
        Err(Diagnostics::new(errors))
    }
}
