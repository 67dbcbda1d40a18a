use alloc::{string::ToString, vec::Vec};

use super::{Declaration, Parser};
use crate::{Keyword, Origin, SourceWord, SyntaxErrorKind, SyntaxKind, excerpt, foreign_word, nearest};

/// End of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    /// Its `end`.
    End,
    /// A declaration, which is not allowed in a body; it is the next word.
    Declaration,
    /// The end of the file.
    EndOfFile,
}

/// A block that has not ended.
#[derive(Clone, Copy)]
struct OpenBlock<'s> {
    /// The word that opened it.
    word: SourceWord<'s>,
    kind: SyntaxKind,
    /// Whether it is the second block of its construct: after `else`, or after the `while` of a `do`.
    is_second: bool,
}

impl<'s> Parser<'_, 's> {
    /// Parses a body after its header, up to its `end`.
    pub(super) fn parse_body(&mut self, header: SourceWord<'s>) -> BodyEnd {
        let num_around = self.tree.num_open();
        let end = self.parse_blocks(header);
        // Unclosed nodes end here.
        while self.tree.num_open() > num_around {
            self.tree.close();
        }
        end
    }

    fn parse_blocks(&mut self, header: SourceWord<'s>) -> BodyEnd {
        let mut outer: Vec<OpenBlock<'s>> = Vec::new();
        let mut block = OpenBlock { word: header, kind: SyntaxKind::Block, is_second: false };
        self.tree.open_here(SyntaxKind::Block);
        loop {
            let Some(word) = self.tree.next_word() else {
                let kind = SyntaxErrorKind::UnclosedBlock { keyword: excerpt(block.word.text) };
                self.errors.push_related(kind, self.end, block.word.span(), "opened here");
                return BodyEnd::EndOfFile;
            };
            let head = word.head();
            let opened = match Keyword::named(head) {
                Some(Keyword::End) => {
                    self.tree.close_block();
                    self.tree.add_word();
                    let Some(parent) = outer.pop() else { return BodyEnd::End };
                    self.tree.close();
                    block = parent;
                    continue;
                }
                Some(Keyword::Else) => {
                    if block.kind == SyntaxKind::If && !block.is_second {
                        self.begin_second_block(&mut block);
                    } else {
                        let opened = block.word.span();
                        let kind = SyntaxErrorKind::MisplacedElse;
                        self.errors.push_related(kind, word.span(), opened, "in this block");
                        self.tree.add_node(SyntaxKind::Lost, 1);
                    }
                    continue;
                }
                // In the body of a `do`, a `while` without a parameter precedes the condition.
                Some(Keyword::While)
                    if block.kind == SyntaxKind::DoWhile && !block.is_second && !word.has_parameters() =>
                {
                    self.begin_second_block(&mut block);
                    continue;
                }
                Some(Keyword::If) => Some(SyntaxKind::If),
                Some(Keyword::While) => Some(SyntaxKind::While),
                Some(Keyword::Repeat) => Some(SyntaxKind::Repeat),
                Some(Keyword::Do) => Some(SyntaxKind::DoWhile),
                _ => None,
            };
            if let Some(kind) = opened {
                outer.push(block);
                block = self.open_block(kind, word);
            } else if let Some(declaration) = Declaration::at(&self.tree) {
                let kind = SyntaxErrorKind::DeclarationInBody { keyword: head.to_string() };
                self.errors.push_related(kind, word.span(), block.word.span(), "the body is not closed");
                match declaration {
                    // A procedure, the program or an attribute indicates a missing `end`.
                    Declaration::Procedure(_)
                    | Declaration::Program
                    | Declaration::Line(SyntaxKind::Attribute, _) => return BodyEnd::Declaration,
                    Declaration::Line(_, num_words) => self.tree.add_node(SyntaxKind::Lost, num_words),
                }
            } else if self.opens_unknown_block(word, head) {
                outer.push(block);
                block = self.open_block(SyntaxKind::UnknownBlock, word);
            } else {
                self.tree.add_word();
            }
        }
    }

    fn open_block(&mut self, kind: SyntaxKind, word: SourceWord<'s>) -> OpenBlock<'s> {
        self.tree.open(kind);
        self.tree.add_node(SyntaxKind::Header, 1);
        self.tree.open_here(SyntaxKind::Block);
        OpenBlock { word, kind, is_second: false }
    }

    fn begin_second_block(&mut self, block: &mut OpenBlock<'s>) {
        self.tree.close_block();
        self.tree.add_node(SyntaxKind::Header, 1);
        self.tree.open_here(SyntaxKind::Block);
        block.is_second = true;
    }

    /// Whether an unknown instruction looks like a keyword that opens a block, so that its `end` must not
    /// close another one.
    fn opens_unknown_block(&mut self, word: SourceWord<'s>, head: &str) -> bool {
        /// Limits comparisons with all names, which take time.
        const MAX_SUGGESTIONS: usize = 100;
        if foreign_word(head).is_some_and(|words| words.origin == Origin::Block) {
            return !self.instructions.contains(head);
        }
        if !word.has_parameters() || self.instructions.contains(head) || self.suggestions >= MAX_SUGGESTIONS {
            return false;
        }
        self.suggestions += 1;
        nearest(head, self.instructions.body_names())
            .and_then(Keyword::named)
            .is_some_and(Keyword::opens_block)
    }
}
