//! Tokens to syntax tree. Errors are collected; after one, parsing goes on with the next token.

use crate::{
    AssemblyErrorKind, Span,
    ast::{Module, ModuleKind, Procedure},
    errors::{Errors, excerpt},
    instructions::{InstructionRow, InstructionSet, rows},
    lexer::{Part, Token},
};

mod block;
mod immediate;
mod import;
mod instruction;
mod invocation;
pub(crate) mod label;

use block::BodyEnd;

/// Parses the tokens of a program or a kernel.
pub(crate) fn parse<'s>(
    kind: ModuleKind,
    source_len: usize,
    tokens: &[Token<'s>],
    instructions: &InstructionSet,
    errors: &mut Errors,
) -> Module<'s> {
    let end = Span::new(source_len, source_len);
    Parser { kind, tokens, position: 0, end, locals: 0, instructions, errors }.parse_module()
}

struct Parser<'a, 's> {
    kind: ModuleKind,
    tokens: &'a [Token<'s>],
    position: usize,
    /// The end of the file.
    end: Span,
    /// Number of locals of the procedure that is being parsed.
    locals: u16,
    instructions: &'a InstructionSet,
    errors: &'a mut Errors,
}

/// Largest number of procedures of a file.
const MAX_PROCEDURES: usize = 1 << 16;

impl<'a, 's> Parser<'a, 's> {
    fn next(&mut self) -> Option<&'a Token<'s>> {
        let token = self.tokens.get(self.position)?;
        self.position += 1;
        Some(token)
    }

    /// Puts the last token back.
    fn step_back(&mut self) {
        self.position = self.position.saturating_sub(1);
    }

    fn parse_module(mut self) -> Module<'s> {
        let mut module = Module::default();
        if self.tokens.is_empty() {
            self.errors.push(AssemblyErrorKind::EmptySource, self.end);
            return module;
        }
        // Of several tokens that have no place here, the first one is reported.
        let mut lost = false;
        while let Some(token) = self.next() {
            let mut parts = token.parts();
            let was_lost = core::mem::replace(&mut lost, false);
            let head = parts.next().map_or("", |part| part.text);
            let end = match head {
                "export" if self.parse_reexport(token, &mut module) => BodyEnd::End,
                "proc" | "export" => self.parse_procedure(token, &mut module),
                "begin" => {
                    self.expect_no_parameters(token);
                    if self.kind != ModuleKind::Program {
                        self.errors.push(AssemblyErrorKind::ProgramInModule, token.span());
                    }
                    let (body, end) = self.parse_body(token);
                    module.program = Some(body);
                    if end == BodyEnd::End {
                        self.expect_end_of_file();
                        return module;
                    }
                    end
                }
                "use" => {
                    self.parse_import(token, &mut module);
                    BodyEnd::End
                }
                _ => {
                    lost = true;
                    if !was_lost {
                        let kind = if head == "end" {
                            AssemblyErrorKind::UnmatchedEnd
                        } else {
                            AssemblyErrorKind::ExpectedDeclaration { found: excerpt(token.text) }
                        };
                        self.errors.push(kind, token.span());
                    }
                    BodyEnd::End
                }
            };
            if end == BodyEnd::EndOfFile {
                return module;
            }
        }
        // A program that something stands in front of has been reported as what it is.
        if !lost {
            match self.kind {
                ModuleKind::Program if module.program.is_none() => {
                    self.errors.push(AssemblyErrorKind::MissingProgram, self.end);
                }
                ModuleKind::Kernel if !module.exports_any() => {
                    self.errors.push(AssemblyErrorKind::KernelWithoutExports, self.end);
                }
                _ => {}
            }
        }
        module
    }

    fn parse_procedure(&mut self, token: &'a Token<'s>, module: &mut Module<'s>) -> BodyEnd {
        let mut parts = token.parts();
        let keyword = parts.next().map_or("", |part| part.text);
        let label = parts.next();
        let locals = parts.next();
        self.limit_parameters(token, 2);
        if let Some(label) = label {
            if let Err(problem) = label::check(label.text) {
                let kind = AssemblyErrorKind::InvalidLabel { label: excerpt(label.text), problem };
                self.errors.push(kind, label.span);
            }
            if keyword == "export" && self.kind == ModuleKind::Program {
                let kind = AssemblyErrorKind::ExportInProgram { label: excerpt(label.text) };
                self.errors.push(kind, token.span());
            }
        } else {
            self.missing_parameter(token, "the name of the procedure".into());
        }
        self.locals = match locals {
            None => 0,
            Some(locals) => match immediate::parse_decimal(locals.text, 0, u16::MAX.into()) {
                Ok(number) => u16::try_from(number).unwrap_or(u16::MAX),
                Err(problem) => {
                    self.invalid_parameter(keyword, locals, problem);
                    // So that accesses to locals are no errors of their own.
                    u16::MAX
                }
            },
        };
        let (body, end) = self.parse_body(token);
        let locals = core::mem::take(&mut self.locals);
        if let Some(label) = label {
            if module.procedures.len() == MAX_PROCEDURES {
                let kind = AssemblyErrorKind::TooManyProcedures { max: MAX_PROCEDURES };
                self.errors.push(kind, token.span());
            }
            let exported = keyword == "export";
            let header = token.span();
            let (docs, attributes) = (None, alloc::vec::Vec::new());
            module.procedures.push(Procedure { label, header, exported, locals, docs, attributes, body });
        }
        end
    }

    fn expect_end_of_file(&mut self) {
        if let Some(token) = self.next() {
            let kind = AssemblyErrorKind::TextAfterProgram { found: excerpt(token.text) };
            self.errors.push(kind, token.span());
        }
    }

    fn expect_no_parameters(&mut self, token: &Token<'s>) {
        self.limit_parameters(token, 0);
    }

    fn limit_parameters(&mut self, token: &Token<'s>, max: usize) {
        let got = token.parts().count() - 1;
        if got > max {
            let kind = AssemblyErrorKind::TooManyParameters { name: excerpt(token.head()), max, got };
            self.errors.push(kind, token.span());
        }
    }

    fn missing_parameter(&mut self, token: &Token<'s>, expected: alloc::string::String) {
        let kind = AssemblyErrorKind::MissingParameter { name: excerpt(token.head()), expected };
        self.errors.push(kind, token.span());
    }

    fn invalid_parameter(&mut self, name: &str, parameter: Part<'s>, problem: crate::ParameterProblem) {
        let parameter_text = excerpt(parameter.text);
        let kind =
            AssemblyErrorKind::InvalidParameter { name: excerpt(name), parameter: parameter_text, problem };
        self.errors.push(kind, parameter.span);
    }
}

/// Structural keywords that open a block of a body.
const BLOCK_KEYWORDS: [&str; 3] = ["if", "while", "repeat"];

/// Other keywords that stand in bodies.
const OTHER_KEYWORDS: [&str; 8] = ["else", "end", "exec", "call", "syscall", "procref", "dynexec", "dyncall"];

/// Every name that can stand in a body, for suggestions.
fn body_names() -> impl Iterator<Item = &'static str> {
    let instructions = rows().flat_map(InstructionRow::names);
    instructions.chain(BLOCK_KEYWORDS).chain(OTHER_KEYWORDS)
}
