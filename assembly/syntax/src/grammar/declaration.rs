use super::{Declaration, Parser, block::BodyEnd};
use crate::{SourceWord, SyntaxKind};

impl<'s> Parser<'_, 's> {
    /// Parses the declaration that starts with a word, if there is one.
    pub(super) fn parse_declaration(&mut self, word: SourceWord<'s>) -> bool {
        let Some(declaration) = Declaration::at(&self.tree) else { return false };
        match declaration {
            Declaration::Line(kind, num_words) => self.tree.add_node(kind, num_words),
            Declaration::Procedure(num_words) => {
                self.tree.open(SyntaxKind::Procedure);
                self.tree.add_node(SyntaxKind::Header, num_words);
                self.parse_body(word);
                self.tree.close();
            }
            Declaration::Program => {
                self.tree.open(SyntaxKind::Program);
                self.tree.add_node(SyntaxKind::Header, 1);
                let end = self.parse_body(word);
                self.tree.close();
                self.has_program |= end == BodyEnd::End;
            }
        }
        true
    }
}
