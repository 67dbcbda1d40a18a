//! The formatter: expected results for the sources in `format/`, and properties of any source. `UPDATE_EXPECT=1`
//! writes the expectations.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use expect_test::expect_file;
use miden_assembly::{
    Assembler, AssemblyErrorKind, FormatOptions, Source, Syntax, SyntaxElement, SyntaxErrorKind, SyntaxKind,
    format, parse_syntax,
};
use proptest::prelude::*;

/// The sources of the repository below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "masm") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn formatted(text: &str, options: FormatOptions) -> String {
    format(&Source::new("test", text), &options).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

/// Words and comments in order, without insignificant white space. The words of a constant count as one.
fn content(syntax: &Syntax) -> Vec<String> {
    let mut content = Vec::new();
    let mut constants = syntax.root().children_of(SyntaxKind::Constant).peekable();
    for element in syntax.root().descendants() {
        let (kind, span) = (element.kind(), element.span());
        while constants.next_if(|constant| constant.span().end <= span.start).is_some() {}
        let in_constant = constants.peek().is_some_and(|constant| constant.span().start <= span.start);
        match kind {
            SyntaxKind::Constant => content.push(visible(element.text())),
            SyntaxKind::Word if !in_constant => content.push(visible(element.text())),
            SyntaxKind::Comment | SyntaxKind::DocComment => content.push(element.text().to_owned()),
            _ => {}
        }
    }
    content
}

/// A text without white space outside quotation marks.
fn visible(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let is_visible = |c: &char| {
        quoted ^= *c == '"' && !escaped;
        escaped = quoted && *c == '\\' && !escaped;
        quoted || !c.is_whitespace()
    };
    text.chars().filter(is_visible).collect()
}

/// The kinds of all nodes, with the documentation of those that can have it.
fn structure(syntax: &Syntax) -> Vec<(SyntaxKind, Option<String>)> {
    let nodes = syntax.root().descendants().filter(|element| !element.kind().is_token());
    let is_documented = |node: &SyntaxElement<'_>| {
        matches!(node.kind(), SyntaxKind::Procedure | SyntaxKind::Program | SyntaxKind::Constant)
    };
    nodes.map(|node| (node.kind(), is_documented(&node).then(|| syntax.docs(node)).flatten())).collect()
}

/// Checks the properties of any source without errors.
#[track_caller]
fn check(text: &str, options: FormatOptions) {
    let result = formatted(text, options);
    assert_eq!(formatted(&result, options), result, "formatted again, of {text:?}");
    let (before, _) = parse_syntax(&Source::new("before", text));
    let (after, _) = parse_syntax(&Source::new("after", &*result));
    assert_eq!(content(&before), content(&after), "{text:?} {result:?}");
    assert_eq!(structure(&before), structure(&after), "{text:?} {result:?}");
    assert!(
        !result.contains("\n\n\n") && !result.starts_with('\n') && !result.ends_with("\n\n"),
        "{result:?}"
    );
    assert!(result.is_empty() || result.ends_with('\n'), "{result:?}");
    let lines = result.lines();
    assert!(lines.clone().all(|line| line == line.trim_end()), "{result:?}");
    assert!(lines.clone().all(|line| !line.trim_start_matches(' ').starts_with(char::is_whitespace)));
}

#[test]
fn sources_are_formatted_as_expected() {
    let paths = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format"));
    assert!(!paths.is_empty());
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        check(&text, FormatOptions::default());
        let result = formatted(&text, FormatOptions::default());
        expect_file![path.with_extension("formatted")].assert_eq(&result);
    }
}

#[test]
fn sources_of_the_repository_keep_their_content_and_their_digest() {
    let mut num_programs = 0;
    let paths = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    for path in &paths {
        let source = Source::new(path.display().to_string(), fs::read_to_string(path).unwrap());
        for width in [8, 40, 100] {
            let options = FormatOptions::default().with_max_width(width);
            let Ok(result) = format(&source, &options) else { continue };
            check(source.text(), options);
            if let Ok(assembly) = Assembler::new().assemble(&source) {
                num_programs += 1;
                let formatted = Assembler::new().assemble(&Source::new("formatted", result)).unwrap();
                assert_eq!(formatted.program.digest(), assembly.program.digest(), "{}", source.name());
            }
        }
    }
    assert!(num_programs > paths.len(), "most sources are programs");
}

#[test]
fn examples_in_the_book_are_formatted() {
    for page in ["assembly.md", "formatting.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/user").join(page);
        let text = fs::read_to_string(&path).unwrap();
        let mut blocks = text.split("```masm");
        let mut result = blocks.next().unwrap().to_owned();
        for block in blocks {
            // The rest of the line is the example's label.
            let (label, rest) = block.split_once('\n').unwrap();
            let (example, prose) = rest.split_once("```").unwrap();
            let example = formatted(example, FormatOptions::default());
            result.push_str(&format!("```masm{label}\n{example}```{prose}"));
        }
        assert!(result.contains("```masm"));
        expect_file![path].assert_eq(&result);
    }
}

#[test]
fn line_ends_become_line_feeds() {
    let options = FormatOptions::default();
    assert_eq!(formatted("begin\r\n\r\n\tadd # c \r\nend", options), "begin\n    add     # c\nend\n");
    assert_eq!(formatted("", options), "");
    assert_eq!(formatted(" \r\n\n", options), "");
}

#[test]
fn a_source_with_errors_is_not_formatted() {
    let options = FormatOptions::default();
    for text in ["begin add", "begin end end", "add", "use.a::b\n#! x\n\nbegin add end", "begin else end"] {
        let source = Source::new("test", text);
        let (_, errors) = parse_syntax(&source);
        assert_eq!(format(&source, &options).unwrap_err().errors(), errors);
    }
    // Wrong instructions do not prevent formatting.
    assert_eq!(formatted("begin  ad.d push. end", options), "begin ad.d push. end\n");
}

#[test]
fn nesting_may_be_deep() {
    const DEPTH: usize = 100_000;
    let options = FormatOptions::default();
    for (header, end) in [("if.true\n", "end\n"), ("if.true ", "end "), ("do while # c\n", "end # d\n")] {
        let text = format!("begin {}{} end", header.repeat(DEPTH), end.repeat(DEPTH));
        let result = formatted(&text, options);
        assert!(result.len() < 3 * DEPTH * 80);
        assert!(formatted(&result, options) == result);
    }
}

// --- any source -----------------------------------------------------------------------------------------------------

/// Text between two words.
#[derive(Clone, Debug)]
enum Gap {
    Space(&'static str),
    /// A trailing comment, and the number of lines that continue it.
    Trailing(usize),
    /// A comment on a line of its own.
    Own,
    Doc,
}

fn gap() -> impl Strategy<Value = Gap> {
    let space =
        prop::sample::select(vec![" ", " ", "  ", "\t", "\n", "\n", "\r\n", "\n\n", "\n \t\n\n", "\u{2028}"]);
    prop_oneof![
        12 => space.prop_map(Gap::Space),
        2 => (0_usize..3).prop_map(Gap::Trailing),
        1 => Just(Gap::Own),
        1 => Just(Gap::Doc),
    ]
}

const INSTRUCTIONS: [&str; 10] = [
    "add",
    "dup.1",
    "push.[1,2 ,3].4",
    "push.0x1234567890",
    "assert.err=\"a # b,  c\"",
    "exec.\"a b\"",
    "é[ x ]",
    "mtree_verify.err=\"not a member of the group of those who may\"",
    "x{a=b}",
    "u32checked_add",
];
const OPENERS: [&str; 6] = ["if.true", "if.false", "while.true", "repeat.3", "do", "repaet.2"];
const HEADERS: [&str; 8] =
    ["proc.f", "export.f.2", "proc f", "pub  proc f", "pub proc.f", "proc.f", "begin", "begin"];
const LINES: [&str; 12] = [
    "use.a::b",
    "use a::b as   c",
    "use {p,q as r} from m",
    "pub use {p} from m",
    "export.a::p",
    "mod a",
    "const.A=[1,2]",
    "const A=B+1",
    "const  A = ( B*2 )//C",
    "const A=#b \"x",
    "@a(b=1,c)",
    "pub const A = \"a  b\"",
];

/// A source without errors: a word or a declaration for each number, followed by a gap.
fn source(parts: &[(u8, Gap)]) -> String {
    let mut text = String::new();
    let mut open: Vec<&str> = Vec::new();
    let mut ended = false;
    let mut gaps = parts.iter().map(|(_, gap)| gap.clone()).cycle();
    let mut add = |text: &mut String, word: &str| {
        text.push_str(word);
        match gaps.next().unwrap_or(Gap::Own) {
            Gap::Space(space) => text.push_str(space),
            Gap::Trailing(more) => {
                let column = text.rsplit('\n').next().unwrap().chars().count() + 1;
                text.push_str(" # trailing\n");
                (0..more).for_each(|_| text.push_str(&format!("{:column$}# more\n", "")));
            }
            Gap::Own => text.push_str("\n  # own   \n"),
            Gap::Doc => text.push_str("\n  #! doc\n"),
        }
    };
    for (choice, _) in parts {
        let choice = usize::from(*choice);
        if ended {
            break;
        }
        match (open.last().copied(), choice % 8) {
            (None, 0..=3) => {
                let header = HEADERS[choice / 8 % HEADERS.len()];
                open.push(header);
                add(&mut text, header);
            }
            (None, _) => {
                let line = LINES[choice / 8 % LINES.len()];
                let start = text.len();
                add(&mut text, line);
                // A constant extends to the end of its line.
                if line.contains("const ") && !text[start..].contains('\n') {
                    text.push('\n');
                }
            }
            (Some(_), 0) => {
                let opener = OPENERS[choice / 8 % OPENERS.len()];
                open.push(opener);
                add(&mut text, opener);
            }
            (Some(opener), 1) if opener.starts_with("if") => {
                *open.last_mut().unwrap() = "else";
                add(&mut text, "else");
            }
            (Some("do"), 1) => {
                *open.last_mut().unwrap() = "while";
                add(&mut text, "while");
            }
            (Some(opener), 1 | 2) if opener != "do" => {
                open.pop();
                add(&mut text, "end");
                ended = opener == "begin";
            }
            (Some(_), _) => add(&mut text, INSTRUCTIONS[choice / 8 % INSTRUCTIONS.len()]),
        }
    }
    while let Some(opener) = open.pop() {
        if opener == "do" {
            add(&mut text, "while");
        }
        add(&mut text, "end");
    }
    text
}

fn width() -> impl Strategy<Value = usize> {
    prop_oneof![0_usize..60, Just(100)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn a_source_keeps_its_content(
        parts in prop::collection::vec((any::<u8>(), gap()), 1..80),
        width in width(),
    ) {
        let text = source(&parts);
        let (_, errors) = parse_syntax(&Source::new("test", &*text));
        let is_empty = errors.iter().all(|error| *error.kind() == AssemblyErrorKind::Syntax(SyntaxErrorKind::EmptySource));
        prop_assert!(is_empty, "{text:?}: {errors:?}");
        check(&text, FormatOptions::default().with_max_width(width));
    }

    #[test]
    fn any_text_is_rejected_or_keeps_its_content(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "begin", "end", "add", " ", " ", "\n", "\n\n", "#", "#!", "\"", "[", ")", ",", "=", "const ", "A=1+2",
                "proc.f", "@a", "use ", "mod", "pub ", "if.true", "else", "do", "while", "\r", "\u{a0}", "é", ".",
            ]),
            0..24,
        ),
        width in width(),
    ) {
        let text: String = words.concat();
        let options = FormatOptions::default().with_max_width(width);
        for text in [format!("begin {text}\nend"), format!("{text}\nproc.f end"), text] {
            if format(&Source::new("test", &*text), &options).is_ok() {
                check(&text, options);
            }
        }
    }
}
