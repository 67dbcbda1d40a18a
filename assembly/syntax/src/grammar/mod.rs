//! Tokens to nodes. Errors are collected; after one, parsing goes on with the next word.

use crate::{
    ErrorCollector, InstructionNames, Source, SourceWord, Span, Syntax, SyntaxErrorKind, SyntaxKind, excerpt,
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
    let mut parser =
        Parser { tree: TreeBuilder::new(text, tokens), end, instructions, suggestions: 0, errors };
    parser.parse_file();
    parser.tree.finish(source.clone())
}

struct Parser<'a, 's> {
    tree: TreeBuilder<'s>,
    /// The end of the file.
    end: Span,
    instructions: &'a InstructionNames,
    /// Number of words that have been compared with all keywords.
    suggestions: usize,
    errors: &'a mut ErrorCollector<SyntaxErrorKind>,
}

impl<'s> Parser<'_, 's> {
    fn parse_file(&mut self) {
        if self.tree.next_word().is_none() {
            self.errors.push(SyntaxErrorKind::EmptySource, self.end);
        }
        // Of several words that have no place here, the first one is reported.
        let mut lost = false;
        while let Some(word) = self.tree.next_word() {
            let was_lost = core::mem::replace(&mut lost, false);
            if self.parse_declaration(word) {
                continue;
            }
            lost = true;
            if !was_lost {
                let kind = match word.head() {
                    "end" => SyntaxErrorKind::UnmatchedEnd,
                    _ => SyntaxErrorKind::ExpectedDeclaration { found: excerpt(word.text) },
                };
                self.errors.push(kind, word.span());
            }
            self.tree.add_node(SyntaxKind::Lost, 1);
        }
    }

    /// Reports what follows a program, and adds it.
    fn expect_end_of_file(&mut self) {
        if let Some(word) = self.tree.next_word() {
            let kind = SyntaxErrorKind::TextAfterProgram { found: excerpt(word.text) };
            self.errors.push(kind, word.span());
        }
        while self.tree.next_word().is_some() {
            self.tree.add_node(SyntaxKind::Lost, 1);
        }
    }
}

/// What a word at the start of a declaration announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Declaration {
    /// With this number of words.
    Line(SyntaxKind, usize),
    /// A procedure, whose header has this number of words.
    Procedure(usize),
    Program,
}

impl Declaration {
    /// What the next word begins, if it is a declaration.
    fn at(tree: &TreeBuilder<'_>) -> Option<Self> {
        let mut line = tree.rest_of_line();
        let first = line.next()?;
        Some(match first.head() {
            "begin" => Self::Program,
            "proc" => Self::Procedure(if first.has_parameters() { 1 } else { 1 + line.take(1).count() }),
            // `export.a::p` passes on a procedure of another module.
            "export" if first.parts().nth(1).is_some_and(|part| part.text.contains("::")) => {
                Self::Line(SyntaxKind::Reexport, 1)
            }
            "export" => Self::Procedure(1),
            "use" if first.has_parameters() => Self::Line(SyntaxKind::Import, 1),
            "use" => Self::Line(SyntaxKind::Import, 1 + import_len(line)),
            "const" if first.text.contains('=') => Self::Line(SyntaxKind::Constant, 1),
            "const" => Self::Line(SyntaxKind::Constant, 1 + line.count()),
            "mod" if first.has_parameters() => Self::Line(SyntaxKind::Submodule, 1),
            "mod" => Self::Line(SyntaxKind::Submodule, 1 + line.take(1).count()),
            "pub" => {
                let public = line.next()?;
                match public.head() {
                    "proc" if public.has_parameters() => Self::Procedure(2),
                    "proc" => Self::Procedure(2 + line.take(1).count()),
                    "use" if public.has_parameters() => Self::Line(SyntaxKind::Reexport, 2),
                    "use" => Self::Line(SyntaxKind::Reexport, 2 + import_len(line)),
                    "const" if public.text.contains('=') => Self::Line(SyntaxKind::Constant, 2),
                    "const" => Self::Line(SyntaxKind::Constant, 2 + line.count()),
                    "mod" if public.has_parameters() => Self::Line(SyntaxKind::Submodule, 2),
                    "mod" => Self::Line(SyntaxKind::Submodule, 2 + line.take(1).count()),
                    _ => return None,
                }
            }
            head if head.starts_with('@') => Self::Line(SyntaxKind::Attribute, 1),
            _ => return None,
        })
    }
}

/// Number of words that belong to an import, of those behind its `use`: a path or items, then `as` or `from` and what
/// follows it.
fn import_len<'s>(mut words: impl Iterator<Item = SourceWord<'s>>) -> usize {
    let mut len = words.by_ref().take(1).count();
    while words.next().is_some_and(|word| matches!(word.text, "as" | "from")) {
        len += 1 + words.by_ref().take(1).count();
    }
    len
}
