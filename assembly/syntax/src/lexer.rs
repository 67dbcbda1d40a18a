//! Splits text into tokens. Every byte belongs to exactly one token.

use alloc::vec::Vec;

use crate::{SyntaxKind, nesting::Nesting, tree::Element};

/// Splits a text of less than 2^32 bytes into tokens.
pub(crate) fn lex(text: &str) -> Vec<Element> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lex_line(line, start, &mut tokens);
        start += line.len();
    }
    tokens
}

/// Adds the tokens of a line that starts at `start`.
fn lex_line(line: &str, start: usize, tokens: &mut Vec<Element>) {
    let content = line.strip_suffix('\n').unwrap_or(line);
    // Trailing white space is not part of a word or a comment.
    let visible = content.trim_end();
    let mut position = 0;
    let mut add = |kind, position: &mut usize, len: usize| {
        if len > 0 {
            tokens.push(Element::token(kind, start + *position, start + *position + len));
            *position += len;
        }
    };
    let mut at_line_start = true;
    while position < visible.len() {
        let rest = visible.get(position..).expect("tokens end between characters");
        let space = rest.len() - rest.trim_start().len();
        add(SyntaxKind::Whitespace, &mut position, space);
        let rest = rest.trim_start();
        let (kind, len) = match rest.strip_prefix('#') {
            Some(comment) if at_line_start && comment.starts_with('!') => {
                (SyntaxKind::DocComment, rest.len())
            }
            Some(_) => (SyntaxKind::Comment, rest.len()),
            None => (SyntaxKind::Word, word_len(rest)),
        };
        add(kind, &mut position, len);
        at_line_start = false;
    }
    add(SyntaxKind::Whitespace, &mut position, content.len() - visible.len());
    add(SyntaxKind::Newline, &mut position, line.len() - content.len());
}

/// Length of the word at the start of a text. A comment may follow at once; an unclosed word extends to the end of the
/// line.
fn word_len(line: &str) -> usize {
    let mut nesting = Nesting::default();
    let end = line.char_indices().find(|&(_, c)| {
        nesting.visit(c);
        nesting.is_outside() && (c.is_whitespace() || c == '#')
    });
    end.map_or(line.len(), |(end, _)| end)
}
