//! `const.NAME=value`, `const NAME = value`.

use alloc::vec::Vec;

use miden_assembly_syntax::{Keyword, Name, Span, SyntaxElement, SyntaxKind};

use super::{Declaration, Parser};

impl<'a, 's> Parser<'a, 's> {
    /// Parses the declarations of all constants.
    pub(super) fn parse_constants(&mut self) -> Vec<Declaration<'s>> {
        let elements = self.syntax.root().children_of(SyntaxKind::Constant);
        elements.filter_map(|element| self.parse_constant(element)).collect()
    }

    fn parse_constant(&mut self, element: SyntaxElement<'a>) -> Option<Declaration<'s>> {
        let is_public = self.words(element).next().is_some_and(|word| word.is(Keyword::Pub));
        let Some(keyword) = self.words(element).nth(usize::from(is_public)) else {
            self.internal_error("a constant without a keyword", element.span());
            return None;
        };
        // After `const.` or `const`.
        let start = keyword.start + keyword.head().len() + usize::from(keyword.has_parameters());
        let span = Span::new(start, element.span().end);
        let declaration = Name { text: self.source.slice(span), span };
        match declaration.split_once("=") {
            Some((name, expression)) => {
                let docs = self.syntax.docs(element);
                Some(Declaration { name: name.trim(), expression: expression.trim(), is_public, docs })
            }
            None => {
                self.missing_parameter(keyword, "a name and a value, as in `const.NAME=1`".into());
                None
            }
        }
    }
}
