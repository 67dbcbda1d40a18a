use alloc::vec::Vec;

use miden_assembly_syntax::{Keyword, Name, SourceWord, SyntaxElement, SyntaxKind, excerpt};

use super::{MAX_PROCEDURES, Parser};
use crate::{
    AssemblyErrorKind,
    ast::{Module, ModuleKind, Procedure},
};

/// Header of a procedure.
struct Header<'a, 's> {
    element: SyntaxElement<'a>,
    keyword: SourceWord<'s>,
    exported: bool,
    /// The label and the number of locals, as far as they are there.
    parts: Vec<Name<'s>>,
}

impl<'a, 's> Parser<'a, 's> {
    /// Parses `proc.name.N`, `export.name.N`, `proc name` or `pub proc name`, and the body. Takes the attributes.
    pub(super) fn parse_procedure(
        &mut self,
        declaration: SyntaxElement<'a>,
        attributes: &mut Vec<SourceWord<'s>>,
        module: &mut Module<'s>,
    ) {
        let Some(Header { element: header, keyword, exported, parts }) = self.parse_header(declaration)
        else {
            return self.internal_error("a procedure without a header", declaration.span());
        };
        let (label, locals) = (parts.first().copied(), parts.get(1).copied());
        if parts.len() > 2 {
            let (name, got) = (excerpt(keyword.head()), parts.len());
            let kind = AssemblyErrorKind::TooManyParameters { name, max: 2, got };
            self.errors.push(kind, keyword.span());
        }
        if let Some(label) = label {
            self.check_label(label);
            if exported && self.kind == ModuleKind::Program {
                let kind = AssemblyErrorKind::ExportInProgram { label: excerpt(label.text) };
                self.errors.push(kind, header.span());
            }
        } else {
            self.missing_parameter(keyword, "the name of the procedure".into());
        }
        let num_locals = locals.map(|locals| self.parse_num_locals(keyword.head(), locals));
        let (attributes, locals_attribute) = self.parse_attributes(attributes, num_locals.is_some());
        self.locals = num_locals.or(locals_attribute).unwrap_or(0);
        let body = self.parse_body(declaration);
        let locals = core::mem::take(&mut self.locals);
        // A procedure without a name has been reported.
        let Some(label) = label else { return };
        if module.procedures.len() == MAX_PROCEDURES {
            let kind = AssemblyErrorKind::TooManyProcedures { max: MAX_PROCEDURES };
            self.errors.push(kind, header.span());
        }
        let docs = self.syntax.docs(declaration);
        let header = header.span();
        module.procedures.push(Procedure { label, header, exported, locals, docs, attributes, body });
    }

    /// The labels of the procedures that a source declares, each with whether it is exported.
    pub(super) fn declared(&self) -> impl Iterator<Item = (&'s str, bool)> {
        let declarations = self.syntax.root().children_of(SyntaxKind::Procedure);
        let headers = declarations.filter_map(|declaration| self.parse_header(declaration));
        headers.filter_map(|header| Some((header.parts.first()?.text, header.exported)))
    }

    fn parse_header(&self, declaration: SyntaxElement<'a>) -> Option<Header<'a, 's>> {
        let element = declaration.child(SyntaxKind::Header)?;
        let mut words = self.words(element);
        let first = words.next()?;
        let is_public = first.is(Keyword::Pub);
        let keyword = if is_public { words.next().unwrap_or(first) } else { first };
        let exported = is_public || keyword.keyword() == Some(Keyword::Export);
        // The name is a parameter, or a word of its own.
        let mut parts: Vec<Name<'s>> = keyword.parts().skip(1).collect();
        if parts.is_empty() {
            parts.extend(words.next().iter().flat_map(SourceWord::parts));
        }
        Some(Header { element, keyword, exported, parts })
    }

    /// Parses a number of locals. If it is wrong, accesses to locals are not reported as well.
    pub(super) fn parse_num_locals(&mut self, name: &str, locals: Name<'s>) -> u16 {
        let number = self.parse_number(name, locals, 0..=u32::from(u16::MAX));
        number.and_then(|number| u16::try_from(number).ok()).unwrap_or(u16::MAX)
    }
}
