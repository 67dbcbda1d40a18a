//! Text to tokens, tokens to a tree.

use alloc::vec::Vec;

use crate::{
    ErrorCollector, InstructionNames, Source, Span, Syntax, SyntaxError, SyntaxErrorKind, grammar, lexer,
};

impl Syntax {
    /// Maximum length of a source, in bytes.
    pub const MAX_LEN: usize = u32::MAX as usize - 1;

    /// Parses a source. There is always a tree; the errors are those of its structure, in the order of the text.
    /// Instructions and declarations are not checked.
    pub fn parse(source: &Source, instructions: &InstructionNames) -> (Self, Vec<SyntaxError>) {
        let mut errors = ErrorCollector::new(source.clone());
        let mut text = source.text();
        if text.len() > Self::MAX_LEN {
            errors.push(SyntaxErrorKind::SourceTooLong { max: Self::MAX_LEN }, Span::new(0, 0));
            text = "";
        }
        let tokens = lexer::lex(text);
        let syntax = grammar::parse(source, text, &tokens, instructions, &mut errors);
        (syntax, errors.into_vec())
    }
}
