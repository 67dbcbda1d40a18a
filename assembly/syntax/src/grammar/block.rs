use alloc::{string::ToString, vec::Vec};

use super::{Declaration, Parser};
use crate::{BLOCK_KEYWORDS, SourceWord, SyntaxErrorKind, SyntaxKind, excerpt, nearest};

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    /// By its `end`.
    End,
    /// By a declaration, which cannot stand in a body; it is the next word.
    Declaration,
    /// By the end of the file.
    EndOfFile,
}

/// A block that has not ended.
#[derive(Clone, Copy)]
struct OpenBlock<'s> {
    /// What opened it.
    word: SourceWord<'s>,
    kind: SyntaxKind,
    /// Whether it is the second block of its kind: behind `else`, or behind the `while` of a `do`.
    is_second: bool,
}

impl<'s> Parser<'_, 's> {
    /// Parses what follows the header of a body, up to its `end`.
    pub(super) fn parse_body(&mut self, header: SourceWord<'s>) -> BodyEnd {
        let num_around = self.tree.num_open();
        let end = self.parse_blocks(header);
        // What is not closed ends here.
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
            let opened = match head {
                "end" => {
                    self.tree.close_block();
                    self.tree.add_word();
                    let Some(parent) = outer.pop() else { return BodyEnd::End };
                    self.tree.close();
                    block = parent;
                    continue;
                }
                "else" => {
                    if block.kind == SyntaxKind::If && !block.is_second {
                        self.begin_second_block(&mut block);
                    } else {
                        let opened = block.word.span();
                        let kind = SyntaxErrorKind::MisplacedElse;
                        self.errors.push_related(kind, word.span(), opened, "the block that it stands in");
                        self.tree.add_node(SyntaxKind::Lost, 1);
                    }
                    continue;
                }
                // In the body of a `do`, a `while` without a parameter goes before the condition.
                "while"
                    if block.kind == SyntaxKind::DoWhile && !block.is_second && !word.has_parameters() =>
                {
                    self.begin_second_block(&mut block);
                    continue;
                }
                "if" => Some(SyntaxKind::If),
                "while" => Some(SyntaxKind::While),
                "repeat" => Some(SyntaxKind::Repeat),
                "do" => Some(SyntaxKind::DoWhile),
                _ => None,
            };
            if let Some(kind) = opened {
                outer.push(block);
                block = self.open_block(kind, word);
            } else if let Some(declaration) = Declaration::at(&self.tree) {
                let kind = SyntaxErrorKind::DeclarationInBody { keyword: head.to_string() };
                self.errors.push_related(kind, word.span(), block.word.span(), "the body is not closed");
                match declaration {
                    // A procedure or what belongs to one shows that an `end` is missing.
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
        /// Comparing with all names takes time; nobody reads that many errors.
        const MAX_SUGGESTIONS: usize = 100;
        if !word.has_parameters() || self.instructions.contains(head) || self.suggestions >= MAX_SUGGESTIONS {
            return false;
        }
        self.suggestions += 1;
        nearest(head, self.instructions.body_names()).is_some_and(|name| BLOCK_KEYWORDS.contains(&name))
    }
}
