use alloc::{string::ToString, vec::Vec};

use miden_assembly_syntax::{Name, SourceWord, Span, excerpt, literal, nearest};
use miden_core::{Felt, program::ErrorCode};

use super::Parser;
use crate::{
    AssemblyErrorKind,
    ast::ModuleKind,
    instructions::{Form, Instruction, InstructionRow, Operations, instead_of},
};

/// An instruction in the source, without its parameters.
#[derive(Clone, Copy)]
struct Written<'s> {
    /// One of its names.
    name: &'s str,
    /// The whole word.
    span: Span,
    row: &'static InstructionRow,
}

impl<'s> Parser<'_, 's> {
    pub(super) fn parse_instruction(&mut self, word: SourceWord<'s>) -> Option<Instruction> {
        let parts: Vec<Name<'s>> = word.parts().collect();
        let Some((name, parameters)) = split_name(word, &parts) else {
            self.internal_error("an instruction without a name", word.span());
            return None;
        };
        let Some(row) = self.instructions.find(name) else {
            self.unknown_instruction(word, name);
            return None;
        };
        let written = Written { name, span: word.span(), row };
        if name == "caller" && self.kind == ModuleKind::Program {
            self.errors.push(AssemblyErrorKind::CallerOutsideKernel, word.span());
        }
        let (parameters, code) = self.split_error_code(written, parameters)?;
        let instruction = self.parse_form(written, parameters)?;
        Some(match code {
            Some(code) => Instruction::WithError(instruction.into(), code),
            None => instruction,
        })
    }

    fn unknown_instruction(&mut self, word: SourceWord<'s>, name: &str) {
        let kind = if name == "adv" {
            self.missing_parameter(word, "the name of an injector, as in `adv.keyval`".into());
            return;
        } else if let Some(instead) = instead_of(name) {
            AssemblyErrorKind::ForeignInstruction { name: excerpt(name), instead }
        } else {
            let suggest = self.errors.want_suggestions();
            let nearest = suggest.then(|| nearest(name, self.instructions.names().body_names())).flatten();
            AssemblyErrorKind::UnknownInstruction { name: excerpt(name), nearest }
        };
        self.errors.push(kind, word.span());
    }

    /// Splits a trailing `err=…` off the parameters of an instruction that takes an error code.
    fn split_error_code<'p>(
        &mut self,
        written: Written<'s>,
        parameters: &'p [Name<'s>],
    ) -> Option<(&'p [Name<'s>], Option<ErrorCode>)> {
        let takes_code = written.row.forms.iter().any(|form| matches!(form, Form::ErrorCode));
        let Some((last, rest)) = parameters.split_last().filter(|_| takes_code) else {
            return Some((parameters, None));
        };
        let Some(text) = last.text.strip_prefix("err=") else { return Some((parameters, None)) };
        let code = self.parse_error_code(written.name, *last, text)?;
        Some((rest, Some(code)))
    }

    /// Selects the form by the parameters.
    fn parse_form(&mut self, written: Written<'s>, parameters: &[Name<'s>]) -> Option<Instruction> {
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
        let max = row.forms.iter().map(max_parameters).max().expect("an instruction has a form");
        if parameters.len() > max {
            let kind = AssemblyErrorKind::TooManyParameters { name: name.into(), max, got: parameters.len() };
            self.errors.push(kind, span);
            return None;
        }
        // `u…` can only be a number of bits.
        let wants_bits = |form: &&Form| matches!(form, Form::Bits(_)) == first.text.starts_with('u');
        let with_parameter = || row.forms.iter().filter(|form| form.parameter().is_some());
        let Some(form) = with_parameter().find(wants_bits).or_else(|| with_parameter().next()) else {
            self.internal_error("no form of the instruction takes a parameter", span);
            return None;
        };
        let (name, first) = (written.name, *first);
        Some(match form {
            Form::Operations(_) | Form::Plain(_) | Form::ErrorCode => {
                self.internal_error("a form without a parameter was chosen", span);
                return None;
            }
            Form::Pushed(range, opcodes) => {
                Instruction::Pushed(self.parse_number(name, first, range.clone())?, opcodes)
            }
            Form::Operand(range, lower) | Form::Number(range, lower) => {
                Instruction::Number(*lower, self.parse_number(name, first, range.clone())?)
            }
            Form::Felt(lower) => {
                Instruction::Felt(*lower, self.parse_parameter(name, first, literal::parse_felt)?)
            }
            Form::Exponent(lower) => {
                Instruction::Felt(*lower, self.parse_parameter(name, first, literal::parse_exponent)?)
            }
            Form::Divisor(lower) => {
                Instruction::Felt(*lower, self.parse_parameter(name, first, literal::parse_divisor)?)
            }
            Form::Bits(lower) => {
                Instruction::Bits(*lower, self.parse_parameter(name, first, literal::parse_bits)?)
            }
            Form::Index(range, lower) => {
                let parse = |text: &str| literal::parse_index(text, *range.start(), *range.end());
                Instruction::Index(*lower, self.parse_parameter(name, first, parse)?)
            }
            Form::Local(lower) => return self.parse_local(written, first, *lower),
            Form::Words(lower) => return self.parse_words(written, parameters, *lower),
            Form::Values(lower) => Instruction::Values(*lower, self.parse_pushed(name, parameters)?.into()),
        })
    }

    /// The address of local `i` of `n` is `fmp − (n − 1) + i`.
    fn parse_local(
        &mut self,
        written: Written<'s>,
        index: Name<'s>,
        lower: fn(Felt, &mut Operations),
    ) -> Option<Instruction> {
        let Some(last) = self.locals.checked_sub(1) else {
            let kind = AssemblyErrorKind::NoLocals { name: written.name.into() };
            self.errors.push(kind, written.span);
            return None;
        };
        let parse = |text: &str| literal::parse_u32(text, 0, last.into());
        let index = self.parse_parameter(written.name, index, parse)?;
        Some(Instruction::Felt(lower, Felt::from(index) - Felt::from(last)))
    }

    /// Parses an address and a number of words that fit into memory from there.
    fn parse_words(
        &mut self,
        written: Written<'s>,
        parameters: &[Name<'s>],
        lower: fn(u32, u32, &mut Operations),
    ) -> Option<Instruction> {
        let [address, count] = parameters else {
            self.missing_form_parameter(written);
            return None;
        };
        // The range must not contain the last word: at least one word, and fewer than 2^32 − address.
        let name = written.name;
        let parse = |text: &str| literal::parse_u32(text, 0, u32::MAX - 1);
        let address = self.parse_parameter(name, *address, parse);
        // After an error in the address, the count is checked by itself.
        let max_count = u32::MAX - address.unwrap_or(0);
        let count = self.parse_parameter(name, *count, |text| literal::parse_u32(text, 1, max_count));
        Some(Instruction::Words(lower, address?, count?))
    }

    fn missing_form_parameter(&mut self, written: Written<'s>) {
        let expected = written.row.forms.iter().find_map(Form::parameter);
        let expected = expected.expect("a form that is missing a parameter takes one").to_string();
        let kind = AssemblyErrorKind::MissingParameter { name: written.name.into(), expected };
        self.errors.push(kind, written.span);
    }
}

/// Splits an instruction into name and parameters. The name of an injector has two parts.
fn split_name<'p, 's>(word: SourceWord<'s>, parts: &'p [Name<'s>]) -> Option<(&'s str, &'p [Name<'s>])> {
    let (head, parameters) = parts.split_first()?;
    match parameters.split_first() {
        Some((second, rest)) if head.text == "adv" => {
            let name = Span::new(0, second.span.end - word.start);
            Some((word.text.get(name.range())?, rest))
        }
        _ => Some((head.text, parameters)),
    }
}

/// Maximum number of parameters of a form.
const fn max_parameters(form: &Form) -> usize {
    match form {
        Form::Operations(_) | Form::Plain(_) | Form::ErrorCode => 0,
        Form::Words(_) => 2,
        Form::Values(_) => literal::MAX_PUSHED,
        _ => 1,
    }
}
