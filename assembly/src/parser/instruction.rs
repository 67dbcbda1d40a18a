use alloc::{string::ToString, vec::Vec};

use miden_core::{Felt, field::FieldElement, program::ErrorCode};

use super::{Parser, body_names, immediate};
use crate::{
    AssemblyErrorKind, ParameterProblem, Span,
    ast::ModuleKind,
    errors::excerpt,
    instructions::{Form, Instruction, InstructionRow, Operations},
    lexer::{Part, Token},
    suggest::nearest,
};

/// An instruction as it is written, without its parameters.
#[derive(Clone, Copy)]
struct Written<'s> {
    /// One of its names.
    name: &'s str,
    /// The whole token.
    span: Span,
    row: &'static InstructionRow,
}

impl<'s> Parser<'_, 's> {
    pub(super) fn parse_instruction(&mut self, token: &Token<'s>) -> Option<Instruction> {
        let parts: Vec<Part<'s>> = token.parts().collect();
        let (name, parameters) = split_name(token, &parts)?;
        let Some(row) = self.instructions.find(name) else {
            self.unknown_instruction(token, name);
            return None;
        };
        let written = Written { name, span: token.span(), row };
        if name == "caller" && self.kind == ModuleKind::Program {
            self.errors.push(AssemblyErrorKind::CallerOutsideKernel, token.span());
        }
        let (parameters, code) = self.split_error_code(written, parameters)?;
        let instruction = self.parse_form(written, parameters)?;
        Some(match code {
            Some(code) => Instruction::WithError(instruction.into(), code),
            None => instruction,
        })
    }

    fn unknown_instruction(&mut self, token: &Token<'s>, name: &str) {
        let kind = if name == "adv" {
            self.missing_parameter(token, "the name of an injector, as in `adv.keyval`".into());
            return;
        } else {
            let suggest = self.errors.want_suggestions();
            let nearest = suggest.then(|| nearest(name, body_names())).flatten();
            AssemblyErrorKind::UnknownInstruction { name: excerpt(name), nearest }
        };
        self.errors.push(kind, token.span());
    }

    /// Takes `err=…`, which stands last, off the parameters of an instruction that can have it.
    fn split_error_code<'p>(
        &mut self,
        written: Written<'_>,
        parameters: &'p [Part<'s>],
    ) -> Option<(&'p [Part<'s>], Option<ErrorCode>)> {
        let takes_code = written.row.forms.iter().any(|form| matches!(form, Form::ErrorCode));
        let Some((last, rest)) = parameters.split_last().filter(|_| takes_code) else {
            return Some((parameters, None));
        };
        let Some(text) = last.text.strip_prefix("err=") else { return Some((parameters, None)) };
        match immediate::parse_error_code(text) {
            Ok(code) => Some((rest, Some(code))),
            Err(problem) => {
                self.invalid_parameter(written.name, *last, problem);
                None
            }
        }
    }

    /// Chooses the form by the parameters.
    fn parse_form(&mut self, written: Written<'_>, parameters: &[Part<'s>]) -> Option<Instruction> {
        let Written { name, span, row } = written;
        let Some(first) = parameters.first() else {
            let plain = row.forms.iter().find_map(|form| match form {
                Form::Operations(opcodes) => Some(Instruction::Operations(opcodes)),
                Form::Plain(lower) => Some(Instruction::Plain(*lower)),
                _ => None,
            });
            if plain.is_none() {
                self.missing_form_parameter(written);
            }
            return plain;
        };
        let max = row.forms.iter().map(max_parameters).max().unwrap_or(0);
        if parameters.len() > max {
            let kind = AssemblyErrorKind::TooManyParameters { name: name.into(), max, got: parameters.len() };
            self.errors.push(kind, span);
            return None;
        }
        // `u…` can only be a number of bits.
        let wants_bits = |form: &&Form| matches!(form, Form::Bits(_)) == first.text.starts_with('u');
        let with_parameter = || row.forms.iter().filter(|form| form.parameter().is_some());
        let form = with_parameter().find(wants_bits).or_else(|| with_parameter().next())?;
        let parsed = match form {
            Form::Operations(_) | Form::Plain(_) | Form::ErrorCode => return None,
            Form::Pushed(range, opcodes) => {
                immediate::parse_number(first.text, range).map(|value| Instruction::Pushed(value, opcodes))
            }
            Form::Operand(range, lower) | Form::Number(range, lower) => {
                immediate::parse_number(first.text, range).map(|value| Instruction::Number(*lower, value))
            }
            Form::Felt(lower) => {
                immediate::parse_felt(first.text).map(|value| Instruction::Felt(*lower, value))
            }
            Form::Divisor(lower) => match immediate::parse_felt(first.text) {
                Ok(value) if value == Felt::ZERO => Err(ParameterProblem::DivisionByZero),
                other => other.map(|value| Instruction::Felt(*lower, value)),
            },
            Form::Bits(lower) => {
                immediate::parse_bits(first.text).map(|bits| Instruction::Bits(*lower, bits))
            }
            Form::Index(range, lower) => immediate::parse_index(first.text, *range.start(), *range.end())
                .map(|index| Instruction::Index(*lower, index)),
            Form::Local(lower) => return self.parse_local(written, *first, *lower),
            Form::Words(lower) => return self.parse_words(written, parameters, *lower),
            Form::Values(lower) => match immediate::parse_pushed(parameters) {
                Ok(values) => Ok(Instruction::Values(*lower, values.into())),
                Err((parameter, problem)) => {
                    self.invalid_parameter(name, parameter, problem);
                    return None;
                }
            },
        };
        parsed.map_err(|problem| self.invalid_parameter(name, *first, problem)).ok()
    }

    /// The address of local `i` of `n` is `fmp − (n − 1) + i`.
    fn parse_local(
        &mut self,
        written: Written<'_>,
        index: Part<'s>,
        lower: fn(Felt, &mut Operations),
    ) -> Option<Instruction> {
        let Some(last) = self.locals.checked_sub(1) else {
            let kind = AssemblyErrorKind::NoLocals { name: written.name.into() };
            self.errors.push(kind, written.span);
            return None;
        };
        match immediate::parse_u32(index.text, 0, last.into()) {
            Ok(index) => Some(Instruction::Felt(lower, Felt::from(index) - Felt::from(last))),
            Err(problem) => {
                self.invalid_parameter(written.name, index, problem);
                None
            }
        }
    }

    /// An address, and a number of words from there that ends in the memory.
    fn parse_words(
        &mut self,
        written: Written<'_>,
        parameters: &[Part<'s>],
        lower: fn(u32, u32, &mut Operations),
    ) -> Option<Instruction> {
        let [address, count] = parameters else {
            self.missing_form_parameter(written);
            return None;
        };
        // A range that holds the last word is not possible: at least one word, and fewer than 2^32 − address.
        let parsed_address = immediate::parse_u32(address.text, 0, u32::MAX - 1);
        let max_count = u32::MAX - parsed_address.unwrap_or(0);
        let parsed_count = immediate::parse_u32(count.text, 1, max_count);
        for (parameter, problem) in [(*address, parsed_address.err()), (*count, parsed_count.err())] {
            if let Some(problem) = problem {
                self.invalid_parameter(written.name, parameter, problem);
            }
        }
        Some(Instruction::Words(lower, parsed_address.ok()?, parsed_count.ok()?))
    }

    fn missing_form_parameter(&mut self, written: Written<'_>) {
        let expected = written.row.forms.iter().find_map(Form::parameter);
        let expected = expected.map(|form| form.to_string()).unwrap_or_default();
        let kind = AssemblyErrorKind::MissingParameter { name: written.name.into(), expected };
        self.errors.push(kind, written.span);
    }
}

/// The name of an instruction, and its parameters. The name of an injector has two parts.
fn split_name<'p, 's>(token: &Token<'s>, parts: &'p [Part<'s>]) -> Option<(&'s str, &'p [Part<'s>])> {
    let (head, parameters) = parts.split_first()?;
    match parameters.split_first() {
        Some((second, rest)) if head.text == "adv" => {
            let name = Span::new(0, second.span.end - token.start);
            Some((token.text.get(name.range())?, rest))
        }
        _ => Some((head.text, parameters)),
    }
}

/// Largest number of parameters of a form.
const fn max_parameters(form: &Form) -> usize {
    match form {
        Form::Operations(_) | Form::Plain(_) | Form::ErrorCode => 0,
        Form::Words(_) => 2,
        Form::Values(_) => immediate::MAX_PUSHED,
        _ => 1,
    }
}
