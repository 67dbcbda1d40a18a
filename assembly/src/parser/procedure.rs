use alloc::vec::Vec;

use miden_assembly_syntax::{Keyword, Name, SourceWord, SyntaxElement, SyntaxKind, excerpt};

use super::{MAX_PROCEDURES, Parser};
use crate::{
    AssemblyErrorKind,
    ast::{Module, ModuleKind, Procedure},
};

impl<'a, 's> Parser<'a, 's> {
    /// Parses `proc.name.N`, `export.name.N`, `proc name` or `pub proc name`, and the body. Takes the attributes.
    pub(super) fn parse_procedure(
        &mut self,
        declaration: SyntaxElement<'a>,
        attributes: &mut Vec<SourceWord<'s>>,
        module: &mut Module<'s>,
    ) {
        let header = declaration.child(SyntaxKind::Header);
        let Some((header, mut keyword)) = header.zip(self.header(declaration)) else {
            return self.internal_error("a procedure without a header", declaration.span());
        };
        let mut words = self.words(header).skip(1);
        let is_public = keyword.is(Keyword::Pub);
        if is_public && let Some(second) = words.next() {
            keyword = second;
        }
        let exported = is_public || keyword.keyword() == Some(Keyword::Export);
        // The name is a parameter, or a word of its own.
        let mut parts: Vec<Name<'s>> = keyword.parts().skip(1).collect();
        if parts.is_empty() {
            parts.extend(words.next().iter().flat_map(SourceWord::parts));
        }
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

    /// Parses a number of locals. If it is wrong, accesses to locals are not reported as well.
    pub(super) fn parse_num_locals(&mut self, name: &str, locals: Name<'s>) -> u16 {
        let number = self.parse_number(name, locals, 0..=u32::from(u16::MAX));
        number.and_then(|number| u16::try_from(number).ok()).unwrap_or(u16::MAX)
    }
}
