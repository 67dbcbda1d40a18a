//! The lossless syntax tree: text to tokens, tokens to nodes.

mod builder;
mod docs;
mod grammar;
mod kind;
mod lexer;
#[cfg(test)]
mod tests;
mod tree;

pub use kind::SyntaxKind;
pub(crate) use lexer::Nesting;
pub use tree::{Syntax, SyntaxElement};

use crate::{AssemblyError, AssemblyErrorKind, Source, Span, errors::Errors};

impl Syntax {
    /// Largest length of a source, in bytes.
    pub const MAX_LEN: usize = u32::MAX as usize - 1;

    /// Parses a source. There is always a tree; the errors are those of its structure, in the order of the text.
    /// What instructions and declarations mean is not checked.
    pub fn parse(source: &Source) -> (Self, alloc::vec::Vec<AssemblyError>) {
        let mut errors = Errors::new(source.clone());
        let syntax = Self::parse_into(source, &mut errors);
        (syntax, errors.into_vec())
    }

    /// The same, adding to other errors.
    pub(crate) fn parse_into(source: &Source, errors: &mut Errors) -> Self {
        let mut text = source.text();
        if text.len() > Self::MAX_LEN {
            errors.push(AssemblyErrorKind::SourceTooLong { max: Self::MAX_LEN }, Span::new(0, 0));
            text = "";
        }
        let tokens = lexer::lex(text);
        grammar::parse(source, text, &tokens, errors)
    }
}
