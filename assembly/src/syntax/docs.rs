//! Documentation comments: lines that begin with `#!`.

use alloc::{string::String, vec::Vec};

use super::{Syntax, SyntaxElement, SyntaxKind, tree::Element};
use crate::{AssemblyErrorKind, Span, errors::Errors};

/// Reports blocks of documentation that a blank line separates from what they document.
pub(super) fn check(text: &str, tokens: &[Element], errors: &mut Errors) {
    // The last line of the block that the line before belongs to, if the block has any text.
    let mut block: Option<Span> = None;
    let mut is_blank = true;
    for token in tokens {
        match token.kind {
            SyntaxKind::DocComment => {
                let span = Span::new(token.start as usize, token.end as usize);
                if block.is_some() || !line(text.get(span.range()).unwrap_or_default()).is_empty() {
                    block = Some(span);
                }
                is_blank = false;
            }
            SyntaxKind::Newline => {
                if is_blank && let Some(span) = block.take() {
                    errors.push(AssemblyErrorKind::DetachedDocComment, span);
                }
                is_blank = true;
            }
            SyntaxKind::Whitespace => {}
            _ => {
                block = None;
                is_blank = false;
            }
        }
    }
}

/// The text of a line of documentation.
fn line(comment: &str) -> &str {
    comment.strip_prefix("#!").unwrap_or(comment).trim()
}

impl Syntax {
    /// The documentation of a node: the lines of the comments right before it, without those that are empty. The
    /// attributes of a procedure stand between it and its documentation.
    pub fn docs(&self, node: SyntaxElement<'_>) -> Option<String> {
        let mut lines = Vec::new();
        let mut before = node.previous();
        while let Some(element) = before {
            before = element.previous();
            match element.kind() {
                SyntaxKind::DocComment => lines.push(line(element.text())),
                SyntaxKind::Whitespace | SyntaxKind::Newline | SyntaxKind::Comment => {}
                // An attribute is a node with one word.
                SyntaxKind::Word if before.is_some_and(|node| node.kind() == SyntaxKind::Attribute) => {
                    before = before.and_then(SyntaxElement::previous);
                }
                _ => break,
            }
        }
        lines.retain(|line| !line.is_empty());
        lines.reverse();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
