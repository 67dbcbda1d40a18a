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
        let mut words = self.words(element);
        let mut keyword = words.next()?;
        let is_public = keyword.is(Keyword::Pub);
        if is_public {
            keyword = words.next()?;
        }
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
