//! `@name(…)` before a procedure.

use alloc::vec::Vec;

use miden_assembly_syntax::{Name, SourceWord, check_label, excerpt};

use super::Parser;
use crate::{AssemblyErrorKind, AttributeProblem, ast::Attribute};

/// The attribute that turns lints of an analysis off.
const ALLOW: &str = "allow";

/// The only attribute with a meaning for the machine: the number of locals of the procedure.
const LOCALS: &str = "locals";

impl<'s> Parser<'_, 's> {
    /// Parses the attributes before a procedure; returns the number of locals separately.
    pub(super) fn parse_attributes(
        &mut self,
        words: &mut Vec<SourceWord<'s>>,
        has_locals: bool,
    ) -> (Vec<Attribute<'s>>, Option<u16>) {
        let mut attributes = Vec::new();
        let mut locals = None;
        for word in core::mem::take(words) {
            match parse_attribute(word.name()) {
                Ok(Attribute { name, value }) if name.text == LOCALS => {
                    if has_locals || locals.is_some() {
                        self.invalid_attribute(word, AttributeProblem::LocalsTwice);
                    }
                    match value {
                        Some(value) => locals = Some(self.parse_num_locals("@locals", value.trim())),
                        None => self.invalid_attribute(word, AttributeProblem::WithoutNumber),
                    }
                }
                Ok(attribute) => attributes.push(attribute),
                Err(problem) => self.invalid_attribute(word, problem),
            }
        }
        (attributes, locals)
    }

    /// Parses the attributes before the program, which are only for analyses.
    pub(super) fn parse_program_attributes(&mut self, words: &mut Vec<SourceWord<'s>>) -> Vec<Attribute<'s>> {
        let is_allow =
            |word: &SourceWord<'s>| parse_attribute(word.name()).is_ok_and(|a| a.name.text == ALLOW);
        let (mut allowed, mut others) = core::mem::take(words).into_iter().partition(is_allow);
        self.reject_attributes(&mut others);
        self.parse_attributes(&mut allowed, false).0
    }

    /// Reports attributes that no procedure follows.
    pub(super) fn reject_attributes(&mut self, words: &mut Vec<SourceWord<'s>>) {
        for word in core::mem::take(words) {
            self.invalid_attribute(word, AttributeProblem::WithoutProcedure);
        }
    }

    fn invalid_attribute(&mut self, word: SourceWord<'s>, problem: AttributeProblem) {
        let kind = AssemblyErrorKind::InvalidAttribute { attribute: excerpt(word.text), problem };
        self.errors.push(kind, word.span());
    }
}

fn parse_attribute(text: Name<'_>) -> Result<Attribute<'_>, AttributeProblem> {
    let text = text.skip(1);
    let (name, value) = match text.split_once("(") {
        None => (text, None),
        Some((name, value)) if value.text.ends_with(')') => (name, Some(value.take(value.text.len() - 1))),
        Some(_) => return Err(AttributeProblem::Form),
    };
    check_label(name.text).map_err(AttributeProblem::Name)?;
    Ok(Attribute { name, value })
}
