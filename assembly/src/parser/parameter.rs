//! Parameters: literals, or constants instead.

use alloc::{borrow::Cow, string::ToString};
use core::ops::RangeInclusive;

use miden_assembly_syntax::{
    Name, is_constant_name,
    literal::{self, ParameterProblem},
};
use miden_core::{Felt, program::ErrorCode};

use super::Parser;
use crate::constants::Value;

impl<'s> Parser<'_, 's> {
    /// The literal of a parameter, which may be given by a constant. `None` after an error.
    pub(super) fn literal(&mut self, name: &str, parameter: Name<'s>) -> Option<Cow<'s, str>> {
        if !is_constant_name(parameter.text) {
            return Some(parameter.text.into());
        }
        match self.constants.lookup(parameter, self.errors)? {
            Value::Felt(number) => Some(number.to_string().into()),
            other => {
                let problem =
                    ParameterProblem::OtherConstant { expected: "a number", found: other.description() };
                self.invalid_parameter(name, parameter, problem);
                None
            }
        }
    }

    /// Parses a parameter with `parse`.
    pub(super) fn parse_parameter<T>(
        &mut self,
        name: &str,
        parameter: Name<'s>,
        parse: impl FnOnce(&str) -> Result<T, ParameterProblem>,
    ) -> Option<T> {
        let literal = self.literal(name, parameter)?;
        parse(&literal).map_err(|problem| self.invalid_parameter(name, parameter, problem)).ok()
    }

    /// Parses a number in a range.
    pub(super) fn parse_number(
        &mut self,
        name: &str,
        parameter: Name<'s>,
        range: RangeInclusive<u32>,
    ) -> Option<u32> {
        self.parse_parameter(name, parameter, |text| literal::parse_number(text, &range))
    }

    /// Parses the values of a `push`: elements; a word, or some elements of it; a long hexadecimal literal.
    pub(super) fn parse_pushed(
        &mut self,
        name: &str,
        parameters: &[Name<'s>],
    ) -> Option<alloc::vec::Vec<Felt>> {
        let [single] = parameters else {
            let values = parameters.iter().map(|part| self.parse_parameter(name, *part, literal::parse_felt));
            // Collects all errors.
            let values: alloc::vec::Vec<Option<Felt>> = values.collect();
            return values.into_iter().collect();
        };
        if let Some(inner) = single.text.strip_prefix('[') {
            return self.parse_word_literal(name, *single, inner);
        }
        if is_constant_name(single.text) {
            return self.parse_word_constant(name, *single);
        }
        let values = literal::parse_constant(single.text);
        values.map_err(|problem| self.invalid_parameter(name, *single, problem)).ok()
    }

    /// `[a, b, c, d]`, whose first element ends on top.
    fn parse_word_literal(
        &mut self,
        name: &str,
        word: Name<'s>,
        inner: &'s str,
    ) -> Option<alloc::vec::Vec<Felt>> {
        let elements = inner.strip_suffix(']').map(|inner| inner.split(',').map(str::trim));
        let Some(elements) = elements.filter(|elements| elements.clone().count() == 4) else {
            self.invalid_parameter(name, word, ParameterProblem::NotWord);
            return None;
        };
        let mut values = alloc::vec::Vec::new();
        for element in elements {
            let start = element.as_ptr() as usize - word.text.as_ptr() as usize;
            values.push(self.parse_parameter(
                name,
                word.skip(start).take(element.len()),
                literal::parse_felt,
            ));
        }
        values.into_iter().rev().collect()
    }

    /// `NAME`, `NAME[1]` or `NAME[1..3]`; the last element ends on top.
    fn parse_word_constant(&mut self, name: &str, constant: Name<'s>) -> Option<alloc::vec::Vec<Felt>> {
        let (constant_name, range) = match constant.split_once("[") {
            Some((name, range)) => (name, Some(range)),
            None => (constant, None),
        };
        let value = self.constants.lookup(constant_name, self.errors)?;
        let problem = match (value, range) {
            (Value::Felt(number), None) => return Some([*number].into()),
            (Value::Word(word), None) => return Some(word.as_slice().into()),
            (Value::Word(word), Some(range)) => {
                match parse_range(range.text).and_then(|range| word.get(range)) {
                    Some(elements) => return Some(elements.into()),
                    None => ParameterProblem::NotWord,
                }
            }
            (other, Some(_)) => {
                ParameterProblem::OtherConstant { expected: "a word", found: other.description() }
            }
            (other, None) => {
                ParameterProblem::OtherConstant { expected: "a number or a word", found: other.description() }
            }
        };
        self.invalid_parameter(name, constant, problem);
        None
    }

    /// Parses an error code, after `err=`: a number, a text, or a constant of either kind.
    pub(super) fn parse_error_code(
        &mut self,
        name: &str,
        whole: Name<'s>,
        code: &'s str,
    ) -> Option<ErrorCode> {
        let constant = whole.skip(whole.text.len() - code.len());
        if is_constant_name(code)
            && let Value::Text(message) = self.constants.lookup(constant, self.errors)?
        {
            return Some(ErrorCode { code: 0, message: Some(message.clone()) });
        }
        let literal = self.literal(name, constant)?;
        let parsed = literal::parse_error_code(&literal);
        parsed.map_err(|problem| self.invalid_parameter(name, whole, problem)).ok()
    }
}

/// `1]` or `1..3]`, of the elements 0 to 3 of a word; at least one element.
fn parse_range(text: &str) -> Option<core::ops::Range<usize>> {
    let inner = text.strip_suffix(']')?;
    let index =
        |text: &str| literal::parse_u32(text.trim(), 0, 4).ok().and_then(|index| usize::try_from(index).ok());
    let range = match inner.split_once("..") {
        Some((start, end)) => index(start)?..index(end)?,
        None => index(inner)?..index(inner)? + 1,
    };
    (!range.is_empty()).then_some(range)
}
