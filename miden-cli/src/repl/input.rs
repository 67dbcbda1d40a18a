//! Inputs of a session: declarations, or code.

use miden_assembly::{Keyword, Source, SyntaxKind, parse_syntax};

/// The words of a text, without comments.
pub(super) fn words(text: &str) -> Vec<String> {
    let (syntax, _) = parse_syntax(&Source::new("repl", text));
    let elements = syntax.root().descendants();
    let words = elements.filter(|element| element.kind() == SyntaxKind::Word);
    words.map(|word| word.text().to_owned()).collect()
}

/// Whether every block and procedure of an input has its `end`. A command is complete.
pub(super) fn is_complete(text: &str) -> bool {
    text.trim_start().starts_with('!') || depth(&words(text)) <= 0
}

/// Number of blocks and procedures that are open at the end.
fn depth(words: &[String]) -> i64 {
    words.iter().map(|word| opened(word)).sum()
}

/// 1 for a word that opens a block or a procedure, −1 for `end`.
fn opened(word: &str) -> i64 {
    let (head, parameters) = word.split_once('.').map_or((word, None), |(head, rest)| (head, Some(rest)));
    match Keyword::named(head) {
        Some(Keyword::End) => -1,
        // The `while` of a `do` belongs to the same block; a re-export has no body.
        Some(Keyword::While) if parameters.is_none() => 0,
        Some(Keyword::Export) if parameters.is_some_and(|name| name.contains("::")) => 0,
        Some(Keyword::Proc | Keyword::Export | Keyword::Begin) => 1,
        Some(keyword) if keyword.opens_block() => 1,
        _ => 0,
    }
}

/// Whether an input consists of declarations.
pub(super) fn is_declaration(text: &str) -> bool {
    let words = words(text);
    let Some(first) = words.first() else { return false };
    let keyword = Keyword::named(first.split('.').next().unwrap_or_default());
    let declares = matches!(
        keyword,
        Some(
            Keyword::Use
                | Keyword::Const
                | Keyword::AdvMap
                | Keyword::Proc
                | Keyword::Export
                | Keyword::Pub
                | Keyword::Mod
        )
    );
    declares || first.starts_with('@')
}

/// The procedure that a declaration defines.
pub(super) fn procedure(text: &str) -> Option<String> {
    let words = words(text);
    let mut words = words.iter().skip_while(|word| word.starts_with('@'));
    let head = words.find(|word| *word != "pub")?;
    let (keyword, name) = head.split_once('.').map_or((head.as_str(), None), |(a, b)| (a, Some(b)));
    match Keyword::named(keyword)? {
        Keyword::Proc | Keyword::Export => {
            let name = name.or_else(|| words.next().map(String::as_str))?;
            Some(name.split(['.', '(']).next()?.to_owned())
        }
        _ => None,
    }
}

/// The declarations of a program and its body; the whole text as declarations if it is a module.
pub(super) fn split_program(text: &str) -> (String, String) {
    let (syntax, _) = parse_syntax(&Source::new("repl", text));
    let elements: Vec<_> =
        syntax.root().descendants().filter(|element| element.kind() == SyntaxKind::Word).collect();
    let begin = elements.iter().find(|word| word.text() == Keyword::Begin.name());
    let end = elements.iter().rev().find(|word| word.text() == Keyword::End.name());
    let (Some(begin), Some(end)) = (begin, end) else { return (text.into(), String::new()) };
    let part = |start: usize, end: usize| text.get(start..end).unwrap_or_default().trim().to_owned();
    (part(0, begin.span().start), part(begin.span().end, end.span().start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_complete_when_their_blocks_end() {
        for text in [
            "push.1",
            "if.true add end",
            "do add while dup end",
            "!stack",
            "proc.p add end",
            "use.std::sys",
            "export.std::sys::truncate_stack",
            "# if.true",
            "end",
        ] {
            assert!(is_complete(text), "{text}");
        }
        for text in ["if.true", "repeat.3 while.true end", "proc.p", "do add while dup", "begin"] {
            assert!(!is_complete(text), "{text}");
        }
    }

    #[test]
    fn declarations_and_programs_are_recognized() {
        for text in ["use.std::sys", "const.A=1", "proc.p end", "pub proc p end", "@locals(1)\nproc p end"] {
            assert!(is_declaration(text), "{text}");
        }
        assert!(!is_declaration("push.1") && !is_declaration("begin end"));
        for text in ["proc.p add end", "pub proc p(a: felt) end", "@locals(1)\nproc p end", "export.p.2 end"]
        {
            assert_eq!(procedure(text).as_deref(), Some("p"), "{text}");
        }
        assert_eq!(procedure("use.std::sys"), None);
        let program = "use.std::sys\nbegin\n    push.1\nend\n";
        assert_eq!(split_program(program), ("use.std::sys".into(), "push.1".into()));
        assert_eq!(split_program("proc.p end"), ("proc.p end".into(), String::new()));
    }
}
