//! The tokens of any text add up to the text, and its tree is well formed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use miden_assembly::{Source, SyntaxElement, SyntaxKind, parse_syntax};

fuzz_target!(|text: &str| {
    let (syntax, _) = parse_syntax(&Source::new("fuzz", text));
    let mut end = 0;
    for token in syntax.root().descendants().filter(|element| element.kind().is_token()) {
        assert_eq!(token.span().start, end);
        assert!(!token.text().is_empty());
        end = token.span().end;
    }
    assert_eq!(end, text.len());
    // The children of a node lie within it, in order and without overlap.
    for node in syntax.root().descendants() {
        let mut position = node.span().start;
        for child in node.children().map(SyntaxElement::span) {
            assert!(position <= child.start && child.end <= node.span().end);
            position = child.end;
        }
        if node.kind() != SyntaxKind::File {
            assert!(syntax.docs(node).is_none_or(|docs| docs.len() <= text.len()));
        }
    }
});
