//! Parses the syntax tree of a source: declarations, instructions with their parameters, names of procedures. Errors
//! are collected, and elements with errors are left out.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use miden_assembly_syntax::{
    Name, Source, SourceWord, Span, Syntax, SyntaxElement, SyntaxErrorKind, SyntaxKind, excerpt,
    literal::ParameterProblem,
};

use crate::{
    AssemblyErrorKind,
    ast::{Module, ModuleKind},
    constants::{Constants, Declaration},
    errors::Errors,
    instructions::InstructionSet,
};

mod attribute;
mod body;
mod constant;
mod import;
mod instruction;
mod invocation;
mod parameter;
mod procedure;

/// Input of the parser.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a, 's> {
    pub(crate) kind: ModuleKind,
    pub(crate) source: &'s Source,
    pub(crate) syntax: &'a Syntax,
    pub(crate) instructions: &'a InstructionSet,
}

/// Parses imports, re-exports, submodules and declarations of constants.
pub(crate) fn parse_declarations<'s>(
    input: Input<'_, 's>,
    errors: &mut Errors,
) -> (Module<'s>, Vec<Declaration<'s>>) {
    let none = Constants::default();
    let mut parser = Parser::new(input, &none, errors);
    let module = parser.parse_imports();
    (module, parser.parse_constants())
}

/// Parses the rest of a source: procedures and the program.
pub(crate) fn parse_bodies<'s>(
    input: Input<'_, 's>,
    constants: &Constants<'s>,
    module: &mut Module<'s>,
    errors: &mut Errors,
) {
    Parser::new(input, constants, errors).parse_module(module);
}

/// The names that a source exports, correct or not.
pub(crate) fn exported_names<'s>(source: &'s Source, instructions: &InstructionSet) -> BTreeSet<&'s str> {
    let (syntax, _) = Syntax::parse(source, instructions.names());
    let input = Input { kind: ModuleKind::Library, source, syntax: &syntax, instructions };
    let (none, mut errors) = (Constants::default(), Errors::default());
    let mut parser = Parser::new(input, &none, &mut errors);
    let procedures: Vec<_> = parser.declared().collect();
    let mut names: BTreeSet<_> =
        procedures.iter().filter(|(_, exported)| *exported).map(|(label, _)| *label).collect();
    names.extend(parser.parse_imports().reexports.iter().map(|export| export.alias.text));
    let constants = parser.parse_constants().into_iter();
    names.extend(constants.filter(|constant| constant.is_public).map(|constant| constant.name.text));
    names
}

struct Parser<'a, 's> {
    kind: ModuleKind,
    source: &'s Source,
    syntax: &'a Syntax,
    constants: &'a Constants<'s>,
    /// Number of locals of the current procedure.
    locals: u16,
    /// The labels of the source's procedures, once an unknown instruction is looked up.
    labels: Option<BTreeSet<&'s str>>,
    instructions: &'a InstructionSet,
    errors: &'a mut Errors,
}

/// Maximum number of procedures of a file.
const MAX_PROCEDURES: usize = 1 << 16;

impl<'a, 's> Parser<'a, 's> {
    const fn new(input: Input<'a, 's>, constants: &'a Constants<'s>, errors: &'a mut Errors) -> Self {
        let Input { kind, source, syntax, instructions } = input;
        Self { kind, source, syntax, constants, locals: 0, labels: None, instructions, errors }
    }

    fn parse_imports(&mut self) -> Module<'s> {
        let mut module = Module { docs: self.syntax.module_docs(), ..Module::default() };
        for declaration in self.syntax.root().children() {
            match declaration.kind() {
                SyntaxKind::Import => self.parse_import(declaration, &mut module),
                SyntaxKind::Reexport => self.parse_reexport(declaration, &mut module),
                SyntaxKind::Submodule => self.parse_submodule(declaration, &mut module),
                _ => {}
            }
        }
        module
    }

    fn parse_module(mut self, module: &mut Module<'s>) {
        let mut attributes = Vec::new();
        let mut last = None;
        for declaration in self.syntax.root().children().filter(|child| !child.kind().is_trivia()) {
            let kind = declaration.kind();
            match kind {
                SyntaxKind::Attribute | SyntaxKind::Procedure => {}
                SyntaxKind::Program => {
                    module.program_attributes = self.parse_program_attributes(&mut attributes);
                }
                _ => self.reject_attributes(&mut attributes),
            }
            match kind {
                SyntaxKind::Attribute => attributes.extend(self.words(declaration)),
                SyntaxKind::Procedure => self.parse_procedure(declaration, &mut attributes, module),
                SyntaxKind::Program => self.parse_program(declaration, module),
                _ => {}
            }
            last = Some(kind);
        }
        self.reject_attributes(&mut attributes);
        // Misplaced words, an empty file and an unclosed body have been reported as such.
        let is_cut_off = |kind: &AssemblyErrorKind| {
            matches!(kind, AssemblyErrorKind::Syntax(SyntaxErrorKind::UnclosedBlock { .. }))
        };
        if last.is_some_and(|last| last != SyntaxKind::Lost) && !self.errors.any(is_cut_off) {
            let end = self.source.text().len();
            let end = Span::new(end, end);
            match self.kind {
                ModuleKind::Program if module.program.is_none() => {
                    self.errors.push(AssemblyErrorKind::MissingProgram, end);
                }
                ModuleKind::Kernel if !module.exports_any() => {
                    self.errors.push(AssemblyErrorKind::KernelWithoutExports, end);
                }
                _ => {}
            }
        }
    }

    fn parse_program(&mut self, declaration: SyntaxElement<'a>, module: &mut Module<'s>) {
        if let Some(header) = self.header(declaration) {
            self.limit_parameters(header, 0);
            if self.kind != ModuleKind::Program {
                self.errors.push(AssemblyErrorKind::ProgramInModule, header.span());
            }
        }
        let body = self.parse_body(declaration);
        // A second program has been reported.
        module.program.get_or_insert(body);
    }

    /// Reports that the assembler broke one of its own rules.
    fn internal_error(&mut self, broken: &'static str, span: Span) {
        self.errors.push(AssemblyErrorKind::Internal { broken }, span);
    }

    fn limit_parameters(&mut self, word: SourceWord<'s>, max: usize) {
        let got = word.parts().count() - 1;
        if got > max {
            let kind = AssemblyErrorKind::TooManyParameters { name: excerpt(word.head()), max, got };
            self.errors.push(kind, word.span());
        }
    }

    fn missing_parameter(&mut self, word: SourceWord<'s>, expected: String) {
        let kind = AssemblyErrorKind::MissingParameter { name: excerpt(word.head()), expected };
        self.errors.push(kind, word.span());
    }

    fn invalid_parameter(&mut self, name: &str, parameter: Name<'s>, problem: ParameterProblem) {
        let text = excerpt(parameter.text);
        let kind = AssemblyErrorKind::InvalidParameter { name: excerpt(name), parameter: text, problem };
        match self.constants.describe(parameter.text) {
            Some((definition, value)) => {
                self.errors.push_related(kind, parameter.span, definition.span, value);
            }
            None => self.errors.push(kind, parameter.span),
        }
    }

    /// A token as a word.
    fn word(&self, token: SyntaxElement<'a>) -> SourceWord<'s> {
        let span = token.span();
        SourceWord { text: self.source.slice(span), start: span.start }
    }

    /// The child words of an element.
    fn words(
        &self,
        element: SyntaxElement<'a>,
    ) -> impl Iterator<Item = SourceWord<'s>> + Clone + use<'a, 's> {
        let source = self.source;
        element.children_of(SyntaxKind::Word).map(move |token| {
            let span = token.span();
            SourceWord { text: source.slice(span), start: span.start }
        })
    }

    /// The first word of the header of a declaration or a block.
    fn header(&self, element: SyntaxElement<'a>) -> Option<SourceWord<'s>> {
        self.words(element.child(SyntaxKind::Header)?).next()
    }
}
