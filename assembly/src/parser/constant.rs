//! `const.NAME=value`, `const NAME = value`, `adv_map.NAME=[a, b]`.

use alloc::vec::Vec;

use miden_assembly_syntax::{Keyword, Name, Span, SyntaxElement, SyntaxKind};

use super::{Declaration, Parser};
use crate::constants::ListKey;

impl<'a, 's> Parser<'a, 's> {
    /// Parses the declarations of all constants.
    pub(super) fn parse_constants(&mut self) -> Vec<Declaration<'s>> {
        let is_declared = |element: &SyntaxElement<'_>| {
            matches!(element.kind(), SyntaxKind::Constant | SyntaxKind::AdviceMap)
        };
        let elements = self.syntax.root().children().filter(is_declared);
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
        let is_list = element.kind() == SyntaxKind::AdviceMap;
        let Some((name, expression)) = declaration.split_once("=") else {
            let expected = match is_list {
                true => "a name and a list, as in `adv_map.NAME=[1, 2]`",
                false => "a name and a value, as in `const.NAME=1`",
            };
            self.missing_parameter(keyword, expected.into());
            return None;
        };
        let (name, list) = match name.split_once("(").filter(|_| is_list) {
            Some((name, key)) => {
                let key = key.trim();
                // A missing parenthesis is reported as part of the key.
                let len = key.text.strip_suffix(')').map_or(key.text.len(), str::len);
                (name, Some(ListKey(Some(key.take(len).trim()))))
            }
            None => (name, is_list.then_some(ListKey(None))),
        };
        let docs = self.syntax.docs(element);
        Some(Declaration { name: name.trim(), expression: expression.trim(), list, is_public, docs })
    }
}
