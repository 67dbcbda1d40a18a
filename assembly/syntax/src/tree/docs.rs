//! Documentation comments: lines that start with `#!`.

use alloc::{string::String, vec::Vec};

use super::{Element, Syntax, SyntaxElement, SyntaxKind};
use crate::{ErrorCollector, Span, SyntaxErrorKind};

/// Reports documentation that a blank line separates from its declaration. At the start of a source it documents the
/// module instead.
pub(crate) fn check(text: &str, tokens: &[Element], errors: &mut ErrorCollector<SyntaxErrorKind>) {
    // The last line of the current block of documentation, if the block has any text.
    let mut block: Option<Span> = None;
    let mut is_blank = true;
    let mut is_first = true;
    for token in tokens {
        match token.kind {
            SyntaxKind::DocComment => {
                let span = Span::new(token.start as usize, token.end as usize);
                if block.is_some()
                    || !line(text.get(span.range()).expect("tokens end between characters")).is_empty()
                {
                    block = Some(span);
                }
                is_blank = false;
            }
            SyntaxKind::Newline => {
                if is_blank
                    && let Some(span) = block.take()
                    && !core::mem::replace(&mut is_first, false)
                {
                    errors.push(SyntaxErrorKind::DetachedDocComment, span);
                }
                is_blank = true;
            }
            SyntaxKind::Whitespace => {}
            kind => {
                block = None;
                is_blank = false;
                is_first &= kind == SyntaxKind::Comment;
            }
        }
    }
}

/// The text of a line of documentation.
fn line(comment: &str) -> &str {
    comment.strip_prefix("#!").unwrap_or(comment).trim()
}

impl Syntax {
    /// The documentation of a node: the comments directly before it, without empty lines. Attributes of a procedure
    /// come between the two.
    pub fn docs(&self, node: SyntaxElement<'_>) -> Option<String> {
        let mut lines = Vec::new();
        let mut before = node.previous();
        let mut num_newlines = 0;
        while let Some(element) = before {
            before = element.previous();
            match element.kind() {
                SyntaxKind::DocComment if num_newlines > 1 => break,
                SyntaxKind::DocComment => lines.push(line(element.text())),
                SyntaxKind::Newline => {
                    num_newlines += 1;
                    continue;
                }
                SyntaxKind::Whitespace => continue,
                SyntaxKind::Comment => {}
                // An attribute is a node with one word.
                SyntaxKind::Word if before.is_some_and(|node| node.kind() == SyntaxKind::Attribute) => {
                    before = before.and_then(SyntaxElement::previous);
                }
                _ => break,
            }
            num_newlines = 0;
        }
        lines.reverse();
        join(lines)
    }

    /// The documentation of the module: comments at the start of the source, before a blank line.
    pub fn module_docs(&self) -> Option<String> {
        let mut lines = Vec::new();
        let mut num_newlines = 0;
        for element in self.root().children() {
            match element.kind() {
                SyntaxKind::Newline if num_newlines == 1 && !lines.is_empty() => return join(lines),
                SyntaxKind::Newline => num_newlines += 1,
                SyntaxKind::Whitespace => {}
                SyntaxKind::DocComment => {
                    lines.push(line(element.text()));
                    num_newlines = 0;
                }
                SyntaxKind::Comment => num_newlines = 0,
                _ => return None,
            }
        }
        None
    }
}

/// The text of a block, without empty lines. `None` if nothing is left.
fn join(mut lines: Vec<&str>) -> Option<String> {
    lines.retain(|line| !line.is_empty());
    (!lines.is_empty()).then(|| lines.join("\n"))
}
