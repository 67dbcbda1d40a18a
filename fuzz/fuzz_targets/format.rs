//! Formatting is idempotent and keeps words, comments and the program.

#![no_main]

use libfuzzer_sys::fuzz_target;
use miden_assembly::{Assembler, FormatOptions, Source, SyntaxKind, format, parse_syntax};

/// The texts of all tokens of these kinds, without white space.
fn texts(source: &Source, kinds: &[SyntaxKind]) -> Vec<String> {
    let (syntax, _) = parse_syntax(source);
    let tokens = syntax.root().descendants().filter(|element| kinds.contains(&element.kind()));
    tokens.map(|token| token.text().split_whitespace().collect()).collect()
}

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz", text);
    let Ok(formatted) = format(&source, &FormatOptions::default()) else { return };
    let formatted = Source::new("fuzz", formatted);
    let again = format(&formatted, &FormatOptions::default()).expect("a formatted text has no errors");
    assert_eq!(again, formatted.text());
    for kinds in [[SyntaxKind::Word].as_slice(), &[SyntaxKind::Comment, SyntaxKind::DocComment]] {
        assert_eq!(texts(&source, kinds).concat(), texts(&formatted, kinds).concat());
    }
    let assemble = |source| Assembler::new().assemble(source).map(|assembly| assembly.program.digest());
    assert_eq!(assemble(&source).ok(), assemble(&formatted).ok());
});
