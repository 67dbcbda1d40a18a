//! Groups tokens into nodes. Errors are collected; parsing continues with the next word.

use crate::{
    ErrorCollector, InstructionNames, Keyword, Source, SourceWord, Span, Syntax, SyntaxErrorKind, SyntaxKind,
    excerpt,
    tree::{Element, TreeBuilder, check_docs},
};

mod block;
mod declaration;

/// Parses the tokens of a source.
pub(crate) fn parse(
    source: &Source,
    text: &str,
    tokens: &[Element],
    instructions: &InstructionNames,
    errors: &mut ErrorCollector<SyntaxErrorKind>,
) -> Syntax {
    check_docs(text, tokens, errors);
    let end = Span::new(text.len(), text.len());
    let mut parser = Parser {
        tree: TreeBuilder::new(text, tokens),
        end,
        instructions,
        suggestions: 0,
        has_program: false,
        errors,
    };
    parser.parse_file();
    parser.tree.finish(source.clone())
}

struct Parser<'a, 's> {
    tree: TreeBuilder<'s>,
    /// The end of the file.
    end: Span,
    instructions: &'a InstructionNames,
    /// Number of words compared with all keywords.
    suggestions: usize,
    /// Whether the program has ended.
    has_program: bool,
    errors: &'a mut ErrorCollector<SyntaxErrorKind>,
}

impl<'s> Parser<'_, 's> {
    fn parse_file(&mut self) {
        if self.tree.next_word().is_none() {
            self.errors.push(SyntaxErrorKind::EmptySource, self.end);
        }
        // Of successive misplaced words, and of all that follows the program, only the first is reported.
        let mut lost = false;
        let mut has_ended = false;
        while let Some(word) = self.tree.next_word() {
            if self.has_program && !core::mem::replace(&mut has_ended, true) {
                let kind = SyntaxErrorKind::TextAfterProgram { found: excerpt(word.text) };
                self.errors.push(kind, word.span());
            }
            let was_lost = core::mem::replace(&mut lost, false);
            if self.parse_declaration(word) {
                continue;
            }
            lost = true;
            if !was_lost && !has_ended {
                let kind = match word.keyword() {
                    Some(Keyword::End) => SyntaxErrorKind::UnmatchedEnd,
                    _ => SyntaxErrorKind::ExpectedDeclaration { found: excerpt(word.text) },
                };
                self.errors.push(kind, word.span());
            }
            self.tree.add_node(SyntaxKind::Lost, 1);
        }
    }
}

/// Declaration that starts with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Declaration {
    /// A declaration of this number of words.
    Line(SyntaxKind, usize),
    /// A procedure with a header of this number of words.
    Procedure(usize),
    Program,
}

impl Declaration {
    /// The declaration that starts with the next word, if there is one.
    fn at(tree: &TreeBuilder<'_>) -> Option<Self> {
        let mut line = tree.rest_of_line();
        let first = line.next()?;
        Some(match first.keyword() {
            Some(Keyword::Begin) => Self::Program,
            Some(Keyword::Proc) => {
                Self::Procedure(if first.has_parameters() { 1 } else { 1 + line.take(1).count() })
            }
            // `export.a::p` re-exports a procedure of another module.
            Some(Keyword::Export) if first.parts().nth(1).is_some_and(|part| part.text.contains("::")) => {
                Self::Line(SyntaxKind::Reexport, 1)
            }
            Some(Keyword::Export) => Self::Procedure(1),
            Some(Keyword::Use) if first.has_parameters() => Self::Line(SyntaxKind::Import, 1),
            Some(Keyword::Use) => Self::Line(SyntaxKind::Import, 1 + import_len(line)),
            Some(Keyword::Const) if first.text.contains('=') => Self::Line(SyntaxKind::Constant, 1),
            Some(Keyword::Const) => Self::Line(SyntaxKind::Constant, 1 + line.count()),
            Some(Keyword::AdvMap) if first.text.contains('=') => Self::Line(SyntaxKind::AdviceMap, 1),
            Some(Keyword::AdvMap) => Self::Line(SyntaxKind::AdviceMap, 1 + line.count()),
            Some(Keyword::Mod) if first.has_parameters() => Self::Line(SyntaxKind::Submodule, 1),
            Some(Keyword::Mod) => Self::Line(SyntaxKind::Submodule, 1 + line.take(1).count()),
            Some(Keyword::Pub) => {
                let public = line.next()?;
                match public.keyword()? {
                    Keyword::Proc if public.has_parameters() => Self::Procedure(2),
                    Keyword::Proc => Self::Procedure(2 + line.take(1).count()),
                    Keyword::Use if public.has_parameters() => Self::Line(SyntaxKind::Reexport, 2),
                    Keyword::Use => Self::Line(SyntaxKind::Reexport, 2 + import_len(line)),
                    Keyword::Const if public.text.contains('=') => Self::Line(SyntaxKind::Constant, 2),
                    Keyword::Const => Self::Line(SyntaxKind::Constant, 2 + line.count()),
                    Keyword::Mod if public.has_parameters() => Self::Line(SyntaxKind::Submodule, 2),
                    Keyword::Mod => Self::Line(SyntaxKind::Submodule, 2 + line.take(1).count()),
                    _ => return None,
                }
            }
            None if first.text.starts_with('@') => Self::Line(SyntaxKind::Attribute, 1),
            _ => return None,
        })
    }
}

/// Number of words of an import after its `use`: a path or items, then `as` or `from` with a name.
fn import_len<'s>(mut words: impl Iterator<Item = SourceWord<'s>>) -> usize {
    let mut len = words.by_ref().take(1).count();
    while words.next().is_some_and(|word| matches!(word.text, "as" | "from")) {
        len += 1 + words.by_ref().take(1).count();
    }
    len
}
