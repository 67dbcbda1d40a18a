//! Source text to tokens: maximal runs of characters that are not white space, outside of comments. Between
//! quotation marks, white space, dots and `#` are characters like others.

use alloc::vec::Vec;

use crate::{AssemblyErrorKind, Span, ast::Name, errors::Errors};

/// A token.
#[derive(Clone, Debug)]
pub(crate) struct Token<'s> {
    pub(crate) text: &'s str,
    pub(crate) start: usize,
}

/// A part of a token: what stands between its dots.
pub(crate) type Part<'s> = Name<'s>;

impl<'s> Token<'s> {
    pub(crate) const fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// The token as a name.
    pub(crate) const fn name(&self) -> Name<'s> {
        Name { text: self.text, span: self.span() }
    }

    /// The parts: the first one selects the instruction or keyword, the others are its parameters.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'s>> + use<'s> {
        let mut start = self.start;
        self.text.split(unquoted(|c| c == '.')).map(move |text| {
            let span = Span::new(start, start + text.len());
            start = span.end + 1;
            Part { text, span }
        })
    }

    /// The first part.
    pub(crate) fn head(&self) -> &'s str {
        self.parts().next().map_or("", |part| part.text)
    }
}

/// Splits a text into tokens.
///
/// Documentation comments, lines that begin with `#!`, document exported procedures. A program has none, so
/// they are only checked.
pub(crate) fn lex<'s>(text: &'s str, errors: &mut Errors) -> Vec<Token<'s>> {
    let mut tokens = Vec::new();
    // The last line of the documentation comment that the line before belongs to, if that has any text.
    let mut docs: Option<Span> = None;
    let mut line_start = 0;
    for line in text.split('\n') {
        let trimmed = line.trim();
        if let Some(doc) = trimmed.strip_prefix("#!") {
            let start = line_start + line.len() - line.trim_start().len();
            if docs.is_some() || !doc.trim().is_empty() {
                docs = Some(Span::new(start, start + trimmed.len()));
            }
        } else {
            if let Some(span) = docs.take()
                && trimmed.is_empty()
            {
                errors.push(AssemblyErrorKind::DetachedDocComment, span);
            }
            let words = words(line).take_while(|(_, word)| !word.starts_with('#'));
            tokens.extend(words.map(|(offset, text)| Token { text, start: line_start + offset }));
        }
        line_start += line.len() + 1;
    }
    tokens
}

/// The words of a line, with their offsets. A quotation mark that is not closed reaches to the end of the line.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let line = line.trim_end();
    let mut offset = 0;
    core::iter::from_fn(move || {
        let rest = line.get(offset..)?;
        let start = offset + rest.find(|c: char| !c.is_whitespace())?;
        let rest = line.get(start..)?;
        let word = rest.split(unquoted(char::is_whitespace)).next()?;
        offset = start + word.len();
        Some((start, word))
    })
}

/// Tells the characters with a property that stand outside of quotation marks, visited in order.
fn unquoted(has_property: impl Fn(char) -> bool) -> impl FnMut(char) -> bool {
    let mut quoted = false;
    move |c| {
        quoted ^= c == '"';
        !quoted && has_property(c)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        lex(text, &mut Errors::default()).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn a_comment_begins_with_a_token_that_begins_with_a_hash() {
        assert_eq!(texts("add # mul\n#sub\ndiv #"), ["add", "div"]);
        assert_eq!(texts("push.1#x neg"), ["push.1#x", "neg"]);
    }

    #[test]
    fn quotation_marks_keep_a_token_together() {
        assert_eq!(texts("assert.err=\"a b.c #d\" add"), ["assert.err=\"a b.c #d\"", "add"]);
        assert_eq!(texts("x\"y z \n add"), ["x\"y z", "add"]);
        assert_eq!(texts("# a \" b\nadd"), ["add"]);
        let tokens = lex("assert.err=\"a.b\".1", &mut Errors::default());
        let parts: Vec<_> = tokens[0].parts().map(|part| part.text).collect();
        assert_eq!(parts, vec!["assert", "err=\"a.b\"", "1"]);
    }

    #[test]
    fn parts_know_their_spans() {
        let tokens = lex("a\n  push.1..0x2", &mut Errors::default());
        let parts: Vec<_> = tokens[1].parts().map(|part| (part.text, part.span.start)).collect();
        assert_eq!(parts, vec![("push", 4), ("1", 9), ("", 11), ("0x2", 12)]);
    }

    #[test]
    fn documentation_before_a_blank_line_is_an_error_and_at_the_end_is_not() {
        let mut errors = Errors::default();
        lex("#! lost\n \nbegin\n#!\n\n#! end", &mut errors);
        let spans: Vec<_> = errors.into_vec().iter().map(|error| error.span()).collect();
        assert_eq!(spans, vec![Span::new(0, 7)]);
    }
}
