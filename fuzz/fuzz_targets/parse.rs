//! Errors lie within their source and can be rendered; the elements around each byte are nested.

#![no_main]

use libfuzzer_sys::fuzz_target;
use miden_assembly::{Source, parse_syntax};

fuzz_target!(|text: &str| {
    let (syntax, errors) = parse_syntax(&Source::new("fuzz", text));
    for error in &errors {
        assert!(error.span().start <= error.span().end && error.span().end <= text.len());
        assert!(!error.to_string().is_empty());
    }
    assert!(errors.is_sorted_by_key(|error| error.span().start));
    for offset in [0, text.len() / 2, text.len()] {
        let spans: Vec<_> = syntax.path_to(offset).map(|element| element.span()).collect();
        assert!(spans.windows(2).all(|pair| pair[0].start <= pair[1].start && pair[1].end <= pair[0].end));
    }
});
