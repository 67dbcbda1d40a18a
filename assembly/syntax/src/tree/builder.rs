use alloc::vec::Vec;

use super::{Element, Syntax, SyntaxKind, offset};
use crate::{Source, SourceWord};

/// Groups tokens into nodes, without recursion.
pub(crate) struct TreeBuilder<'s> {
    text: &'s str,
    tokens: &'s [Element],
    /// The next token.
    position: usize,
    elements: Vec<Element>,
    /// Indices of the open nodes, innermost last.
    open: Vec<usize>,
}

impl<'s> TreeBuilder<'s> {
    /// A tree with an open root.
    pub(crate) fn new(text: &'s str, tokens: &'s [Element]) -> Self {
        let elements = Vec::with_capacity(tokens.len() + tokens.len() / 4 + 1);
        let mut builder = Self { text, tokens, position: 0, elements, open: Vec::new() };
        builder.open_here(SyntaxKind::File);
        builder
    }

    /// The next word; adds the trivia before it to the open node.
    pub(crate) fn next_word(&mut self) -> Option<SourceWord<'s>> {
        self.add_trivia();
        self.rest_of_line().next()
    }

    /// The remaining words of the line.
    pub(crate) fn rest_of_line(&self) -> impl Iterator<Item = SourceWord<'s>> {
        let (_, ahead) = self.tokens.split_at(self.position);
        let ahead = ahead.iter();
        let line = ahead.take_while(|token| token.kind != SyntaxKind::Newline);
        line.filter(|token| token.kind == SyntaxKind::Word).map(|token| {
            let (start, end) = (token.start as usize, token.end as usize);
            SourceWord { text: self.text.get(start..end).expect("tokens end between characters"), start }
        })
    }

    /// Adds the tokens before the next word to the open node.
    fn add_trivia(&mut self) {
        while let Some(token) = self.tokens.get(self.position).filter(|token| token.kind.is_trivia()) {
            self.elements.push(*token);
            self.position += 1;
        }
    }

    /// Adds the next word, and the trivia before it, to the open node.
    pub(crate) fn add_word(&mut self) {
        self.add_trivia();
        if let Some(token) = self.tokens.get(self.position) {
            self.elements.push(*token);
            self.position += 1;
        }
    }

    /// Adds a node with the next words.
    pub(crate) fn add_node(&mut self, kind: SyntaxKind, num_words: usize) {
        self.open(kind);
        (0..num_words).for_each(|_| self.add_word());
        self.close();
    }

    /// Opens a node at the next word; the trivia before it belongs to the enclosing node.
    pub(crate) fn open(&mut self, kind: SyntaxKind) {
        self.add_trivia();
        self.open_here(kind);
    }

    /// Opens a node after the last token.
    pub(crate) fn open_here(&mut self, kind: SyntaxKind) {
        self.open.push(self.elements.len());
        let start = self.tokens.get(self.position).map_or(self.text.len(), |token| token.start as usize);
        self.elements.push(Element::token(kind, start, start));
    }

    /// Closes the innermost node after the last token.
    pub(crate) fn close(&mut self) {
        let index = self.open.pop().expect("what is closed has been opened");
        let len = self.elements.len();
        let end = match self.position.checked_sub(1).and_then(|last| self.tokens.get(last)) {
            Some(token) => token.end,
            None => 0,
        };
        let node = self.elements.get_mut(index).expect("an open node is one of the elements");
        node.size = offset(len - index);
        node.end = end.max(node.start);
    }

    /// Closes a block before the next word; the trivia before that word belongs to the block.
    pub(crate) fn close_block(&mut self) {
        self.add_trivia();
        self.close();
    }

    /// Number of open nodes.
    pub(crate) const fn num_open(&self) -> usize {
        self.open.len()
    }

    /// Closes all nodes; remaining tokens belong to the file.
    pub(crate) fn finish(mut self, source: Source) -> Syntax {
        while self.open.len() > 1 {
            self.close();
        }
        while self.position < self.tokens.len() {
            self.add_word();
        }
        self.close();
        Syntax::new(source, self.elements)
    }
}
