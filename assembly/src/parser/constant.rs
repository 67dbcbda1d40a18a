//! `const.NAME=value`, `const NAME = value`.

use alloc::vec::Vec;

use super::{Declaration, Parser};
use crate::{
    Span,
    ast::Name,
    constants::Constants,
    syntax::{SyntaxElement, SyntaxKind},
};

impl<'a, 's> Parser<'a, 's> {
    /// Parses and evaluates all constants.
    pub(super) fn parse_constants(&mut self) -> Constants<'s> {
        let elements = self.syntax.root().children_of(SyntaxKind::Constant);
        let declarations: Vec<_> = elements.filter_map(|element| self.parse_constant(element)).collect();
        Constants::evaluate(&declarations, self.errors)
    }

    fn parse_constant(&mut self, element: SyntaxElement<'a>) -> Option<Declaration<'s>> {
        let mut words = self.words(element).skip_while(|word| word.text == "pub");
        let keyword = words.next()?;
        // Behind `const.` or `const`.
        let start = keyword.start + keyword.head().len() + usize::from(keyword.has_parameters());
        let span = Span::new(start, element.span().end);
        let declaration = Name { text: self.source.slice(span), span };
        match declaration.split_once("=") {
            Some((name, expression)) => {
                Some(Declaration { name: name.trim(), expression: expression.trim() })
            }
            None => {
                self.missing_parameter(keyword, "a name and a value, as in `const.NAME=1`".into());
                None
            }
        }
    }
}
