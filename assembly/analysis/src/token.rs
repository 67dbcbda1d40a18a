//! The parts of a text by kind, for highlighting.

use alloc::vec::Vec;

use miden_assembly::{Span, SyntaxKind};
use miden_assembly_syntax::{Keyword, SourceWord, check_constant_name};

use crate::{Analysis, Occurrence, Role, SymbolKind};

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its place.
    pub span: Span,
    /// Its kind.
    pub kind: TokenKind,
}

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// A comment.
    Comment,
    /// A keyword, also `from`, `as`, `true` and `false`.
    Keyword,
    /// A part of the name of an instruction.
    Instruction,
    /// A number.
    Number,
    /// A text in quotation marks.
    Text,
    /// The name of a procedure.
    Procedure,
    /// The name or path of a module.
    Module,
    /// The name of a constant.
    Constant,
    /// The name of an attribute.
    Attribute,
}

/// Words that are special only in a declaration or a header.
const DECLARATION_WORDS: [&str; 4] = ["from", "as", "true", "false"];

impl Analysis {
    /// The tokens of the text, in its order; no two overlap.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut rest = self.occurrences.as_slice();
        // A word before this offset belongs to a declaration or a header.
        let mut declared_up_to = 0;
        for element in self.syntax().root().descendants() {
            let span = element.span();
            match element.kind() {
                SyntaxKind::Comment | SyntaxKind::DocComment => {
                    tokens.push(Token { span, kind: TokenKind::Comment });
                }
                SyntaxKind::Word => {
                    let before = rest.partition_point(|occurrence| occurrence.span.start < span.start);
                    rest = rest.get(before..).unwrap_or_default();
                    let inside = rest.partition_point(|occurrence| occurrence.span.start < span.end);
                    let (names, after) = rest.split_at(inside);
                    rest = after;
                    self.add_word(element.word(), names, span.start < declared_up_to, &mut tokens);
                }
                SyntaxKind::Import
                | SyntaxKind::Reexport
                | SyntaxKind::Submodule
                | SyntaxKind::Constant
                | SyntaxKind::AdviceMap
                | SyntaxKind::Attribute
                | SyntaxKind::Header => declared_up_to = span.end,
                _ => {}
            }
        }
        tokens
    }

    /// Adds the names in a word, and the tokens between them.
    fn add_word(
        &self,
        word: SourceWord<'_>,
        names: &[Occurrence],
        is_declaration: bool,
        tokens: &mut Vec<Token>,
    ) {
        if let Some(rest) = word.text.strip_prefix('@') {
            let len = 1 + rest.find('(').unwrap_or(rest.len());
            tokens.push(Token { span: word.name().take(len).span, kind: TokenKind::Attribute });
            return;
        }
        let mut start = word.start;
        for name in names {
            self.add_between(Span::new(start, name.span.start), is_declaration, tokens);
            tokens.push(Token { span: name.span, kind: self.kind_of(name) });
            start = name.span.end;
        }
        self.add_between(Span::new(start, word.span().end), is_declaration, tokens);
    }

    fn kind_of(&self, occurrence: &Occurrence) -> TokenKind {
        let is_constant = check_constant_name(self.source().slice(occurrence.span)).is_ok();
        let by_name = if is_constant { TokenKind::Constant } else { TokenKind::Procedure };
        match occurrence.role {
            Role::Alias | Role::Module => TokenKind::Module,
            Role::Constant => TokenKind::Constant,
            Role::Procedure | Role::SystemCall => TokenKind::Procedure,
            Role::Member(_) | Role::Export(_) => by_name,
            Role::Declaration(position) => match self.symbols.get(position).map(|symbol| &symbol.kind) {
                Some(SymbolKind::Import { .. } | SymbolKind::Submodule) => TokenKind::Module,
                Some(SymbolKind::Constant) => TokenKind::Constant,
                Some(SymbolKind::Procedure { .. }) => TokenKind::Procedure,
                _ => by_name,
            },
        }
    }

    /// Adds the texts, numbers and words in a part of a word without names.
    fn add_between(&self, span: Span, is_declaration: bool, tokens: &mut Vec<Token>) {
        let mut rest = self.source().slice(span);
        while let Some(first) = rest.chars().next() {
            let start = span.end - rest.len();
            let (len, kind) = match first {
                '"' => (quoted(rest), Some(TokenKind::Text)),
                '0'..='9' => (name(rest), Some(TokenKind::Number)),
                c if c.is_ascii_alphabetic() || c == '_' => {
                    let len = name(rest);
                    (len, kind_of_word(rest.get(..len).unwrap_or_default(), is_declaration))
                }
                c => (c.len_utf8(), None),
            };
            tokens.extend(kind.map(|kind| Token { span: Span::new(start, start + len), kind }));
            rest = rest.get(len..).unwrap_or_default();
        }
    }
}

fn kind_of_word(word: &str, is_declaration: bool) -> Option<TokenKind> {
    if Keyword::named(word).is_some() || is_declaration && DECLARATION_WORDS.contains(&word) {
        return Some(TokenKind::Keyword);
    }
    (!is_declaration).then_some(TokenKind::Instruction)
}

/// Length of the letters, digits and `_` at the start.
fn name(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// Length of a text in quotation marks at the start, or of everything if it does not end.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|&(_, c)| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |(offset, _)| offset + 1)
}
