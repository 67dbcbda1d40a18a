//! Lists for the advice map: `adv_map.NAME(KEY)=[a, b, …]`.

use alloc::vec::Vec;

use miden_assembly_syntax::{Name, literal};
use miden_core::{Digest, Felt, hash_elements};

use super::{Value, expression::Expression, token::Located};
use crate::ConstantProblem;

/// Parsed list, and its key.
#[derive(Debug)]
pub(super) struct List<'s> {
    /// Without a key, the hash of the list.
    key: Option<(Name<'s>, Expression<'s>)>,
    /// Each element or word, and its place.
    items: Vec<(Name<'s>, Expression<'s>)>,
}

impl<'s> List<'s> {
    pub(super) fn parse(key: Option<Name<'s>>, text: Name<'s>) -> Located<'s, Self> {
        let expression = |part: Name<'s>| -> Located<'s, (Name<'s>, Expression<'s>)> {
            Ok((part, Expression::parse(part)?))
        };
        let inner = text.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let inner = inner.map(|inner| text.skip(1).take(inner.len()).trim());
        let inner = inner.ok_or((text, ConstantProblem::NotList))?;
        let mut rest = (!inner.text.is_empty()).then_some(inner);
        let mut items = Vec::new();
        while let Some(part) = rest {
            let (item, after) = match split_item(part) {
                Some((item, after)) => (item.trim(), Some(after.trim())),
                None => (part, None),
            };
            items.push(expression(item)?);
            // A comma may follow the last item.
            rest = after.filter(|after| !after.text.is_empty());
        }
        Ok(Self { key: key.map(expression).transpose()?, items })
    }

    /// The constants it names.
    pub(super) fn names(&self) -> impl Iterator<Item = Name<'s>> {
        self.items.iter().chain(&self.key).flat_map(|(_, expression)| expression.names())
    }

    /// The key and the elements. `None` if a constant is unknown.
    pub(super) fn evaluate<'v>(
        &self,
        mut lookup: impl FnMut(Name<'s>) -> Option<&'v Value>,
    ) -> Located<'s, Option<(Digest, Vec<Felt>)>> {
        let mut elements = Vec::new();
        let mut is_known = true;
        for (place, item) in &self.items {
            match item.evaluate(&mut lookup)? {
                Some(Value::Felt(element)) => elements.push(element),
                Some(Value::Word(word)) => elements.extend(word),
                Some(text @ Value::Text(_)) => {
                    return Err((*place, ConstantProblem::NotNumber { found: text.description() }));
                }
                None => is_known = false,
            }
        }
        let key = match &self.key {
            None => Some(hash_elements(&elements)),
            Some((place, key)) => match key.evaluate(&mut lookup)? {
                Some(Value::Word(word)) => Some(Digest::from(word)),
                Some(_) => return Err((*place, ConstantProblem::NotWord)),
                None => None,
            },
        };
        Ok(key.filter(|_| is_known).map(|key| (key, elements)))
    }
}

/// The first item and the rest: commas in brackets, parentheses and texts do not separate.
fn split_item(text: Name<'_>) -> Option<(Name<'_>, Name<'_>)> {
    let comma = literal::find_outside(text.text, ',')?;
    Some((text.take(comma), text.skip(comma + 1)))
}
