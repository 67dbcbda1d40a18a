use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly_syntax::{
    COMMENTS, ForeignWords, Keyword, Name, Origin, SourceWord, Span, check_label, excerpt, foreign_word,
    literal, nearest, starts_foreign_comment,
};
use miden_core::{
    Felt,
    program::{DebugCommand, ErrorCode},
};

use super::Parser;
use crate::{
    AssemblyErrorKind,
    ast::ModuleKind,
    instructions::{DebugKind, Form, Instruction, InstructionRow, Operations},
};

/// First part of the names of debug commands.
const DEBUG: &str = "debug";

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
        let mut parts: Vec<Name<'s>> = word.parts().collect();
        split_text(&mut parts);
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
        if name == "adv" {
            self.missing_parameter(word, "the name of an injector, as in `adv.keyval`".into());
            return;
        }
        if name == DEBUG {
            self.missing_parameter(word, "the name of a debug command, as in `debug.stack`".into());
            return;
        }
        let meant = self.meaning(word, name);
        let foreign = foreign_word(name).or_else(|| foreign_word(&name.to_ascii_lowercase()));
        let kind = match foreign.filter(|_| meant.is_none()) {
            _ if starts_foreign_comment(name) => {
                let (name, origin) = (excerpt(word.text), Origin::Language);
                AssemblyErrorKind::ForeignInstruction { name, origin, instead: COMMENTS }
            }
            Some(ForeignWords { origin, instead, .. }) => {
                AssemblyErrorKind::ForeignInstruction { name: excerpt(name), origin: *origin, instead }
            }
            None => {
                let nearest = meant.or_else(|| self.similar_instruction(name));
                AssemblyErrorKind::UnknownInstruction { name: excerpt(name), nearest }
            }
        };
        self.errors.push(kind, word.span());
    }

    /// The meaning of a word that is not an instruction, if there is no doubt about it.
    fn meaning(&mut self, word: SourceWord<'s>, name: &str) -> Option<String> {
        let lower = name.to_ascii_lowercase();
        if self.labels().contains(name) || name.contains("::") {
            return Some(format!("exec.{}", excerpt(word.text)));
        }
        if self.instructions.find(&lower).is_some() || Keyword::named(&lower).is_some() {
            return Some(lower);
        }
        // `while(true)`: a parameter in parentheses.
        if let Some((stem, _)) = lower.split_once(['(', '{']) {
            let form = Keyword::named(stem).and_then(|keyword| keyword.forms().first().copied());
            let known = self.instructions.find(stem).map(|row| row.name);
            return form.or(known).map(String::from);
        }
        // A parameter after white space.
        let is_number = literal::parse_felt(name).is_ok() || literal::parse_constant(name).is_ok();
        is_number.then(|| format!("push.{}", excerpt(word.text)))
    }

    /// The instruction, keyword or procedure with the most similar name.
    fn similar_instruction(&mut self, name: &str) -> Option<String> {
        if !self.errors.want_suggestions() {
            return None;
        }
        let instructions = self.instructions;
        let names = instructions.names().body_names().map(|name| -> &'s str { name });
        let names = names.chain(self.labels().iter().copied());
        let similar = nearest(name, names)?;
        let is_instruction = instructions.names().body_names().any(|known| known == similar);
        Some(if is_instruction { similar.into() } else { format!("exec.{similar}") })
    }

    /// The procedures that are in scope by their name alone.
    fn labels(&mut self) -> &BTreeSet<&'s str> {
        let declared = match self.labels {
            Some(_) => BTreeSet::new(),
            None => {
                self.declared().map(|(label, _)| label).filter(|label| check_label(label).is_ok()).collect()
            }
        };
        self.labels.get_or_insert(declared)
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
                Form::Debug(kind) => Some(self.parse_debug(written, *kind, &[])?),
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
            Form::Operations(_) | Form::Plain(_) | Form::ErrorCode | Form::Debug(_) => {
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
            Form::DebugWith(kind) => return self.parse_debug(written, *kind, parameters),
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

    /// Parses the parameters of a debug command.
    fn parse_debug(
        &mut self,
        written: Written<'s>,
        kind: DebugKind,
        parameters: &[Name<'s>],
    ) -> Option<Instruction> {
        let name = written.name;
        let range = |parser: &mut Self, max: u32| match parameters {
            [] => Some(None),
            [first, rest @ ..] => {
                let first = parser.parse_number(name, *first, 0..=max)?;
                let last = rest.first().map(|last| parser.parse_number(name, *last, first..=max));
                Some(Some((first, last.unwrap_or(Some(first))?)))
            }
        };
        Some(Instruction::Debug(match kind {
            DebugKind::Breakpoint => DebugCommand::Breakpoint,
            DebugKind::Memory => DebugCommand::Memory { range: range(self, u32::MAX)? },
            DebugKind::Locals => {
                let Some(last) = self.locals.checked_sub(1) else {
                    let kind = AssemblyErrorKind::NoLocals { name: name.into() };
                    self.errors.push(kind, written.span);
                    return None;
                };
                let (first, end) = range(self, last.into())?.unwrap_or((0, last.into()));
                let local = |number: u32| u16::try_from(number).unwrap_or(last);
                DebugCommand::Locals { count: self.locals, first: local(first), last: local(end) }
            }
            DebugKind::Print => {
                let [text] = parameters else {
                    self.missing_form_parameter(written);
                    return None;
                };
                let ErrorCode { code, message } = self.parse_error_code(name, *text, text.text)?;
                DebugCommand::Print(message.unwrap_or_else(|| code.to_string().into()))
            }
            DebugKind::Stack | DebugKind::AdviceStack => {
                let count = match parameters {
                    [] => None,
                    [count, ..] => Some(self.parse_number(name, *count, 1..=u32::MAX)?),
                };
                match kind {
                    DebugKind::Stack => DebugCommand::Stack { count },
                    _ => DebugCommand::AdviceStack { count },
                }
            }
        }))
    }

    fn missing_form_parameter(&mut self, written: Written<'s>) {
        let expected = written.row.forms.iter().find_map(Form::parameter);
        let expected = expected.expect("a form that is missing a parameter takes one").to_string();
        let kind = AssemblyErrorKind::MissingParameter { name: written.name.into(), expected };
        self.errors.push(kind, written.span);
    }
}

/// Splits the text off `debug.print="…"`.
fn split_text(parts: &mut Vec<Name<'_>>) {
    if let [head, second, ..] = parts.as_slice()
        && head.text == DEBUG
        && let Some((name, text)) = second.split_once("=")
    {
        parts.splice(1..2, [name, text]);
    }
}

/// Splits an instruction into name and parameters. The names of injectors and of debug commands have two parts.
fn split_name<'p, 's>(word: SourceWord<'s>, parts: &'p [Name<'s>]) -> Option<(&'s str, &'p [Name<'s>])> {
    let (head, parameters) = parts.split_first()?;
    match parameters.split_first() {
        Some((second, rest)) if ["adv", DEBUG].contains(&head.text) => {
            let name = Span::new(0, second.span.end - word.start);
            Some((word.text.get(name.range())?, rest))
        }
        _ => Some((head.text, parameters)),
    }
}

/// Maximum number of parameters of a form.
const fn max_parameters(form: &Form) -> usize {
    match form {
        Form::Operations(_) | Form::Plain(_) | Form::ErrorCode | Form::Debug(_) => 0,
        Form::DebugWith(kind) => *kind.parameters().1.end(),
        Form::Words(_) => 2,
        Form::Values(_) => literal::MAX_PUSHED,
        _ => 1,
    }
}
