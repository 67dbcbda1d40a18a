//! `use`, and exports of procedures of other modules.

use super::{Parser, label};
use crate::{
    AssemblyErrorKind, PathProblem, Span,
    ast::{Import, Imported, Module, Name, ProcedureName, Reexport},
    errors::excerpt,
    lexer::Token,
};

impl<'a, 's> Parser<'a, 's> {
    /// Parses `use.path`, `use.path->alias`, `use path` or `use path as alias`.
    pub(super) fn parse_import(&mut self, token: &'a Token<'s>, module: &mut Module<'s>) {
        let (written, alias, end) = match token.parts().nth(1) {
            Some(parameter) => {
                self.limit_parameters(token, 1);
                let (path, alias) = split_alias(parameter);
                (path, alias, parameter.span.end)
            }
            None => {
                let Some(path) = self.next().map(Token::name) else {
                    self.missing_parameter(token, "the path of a module".into());
                    return;
                };
                match self.tokens.get(self.position) {
                    Some(Token { text: "as", .. }) => {
                        self.next();
                        let Some(alias) = self.next().map(Token::name) else {
                            self.missing_parameter(token, "a short name behind `as`".into());
                            return;
                        };
                        (path, Some(alias), alias.span.end)
                    }
                    _ => (path, None, path.span.end),
                }
            }
        };
        let Some(path) = self.check_path(written, 2) else { return };
        let alias = alias.unwrap_or_else(|| last_name(path));
        if self.check_label(alias) {
            let span = Span::new(token.start, end);
            module.imports.push(Import { imported: Imported::Module(path), alias, span });
        }
    }

    /// Parses `export.module::label` or `export.module::label->alias`; whether the declaration is one of these.
    pub(super) fn parse_reexport(&mut self, token: &'a Token<'s>, module: &mut Module<'s>) -> bool {
        let Some(parameter) = token.parts().nth(1).filter(|_| token.head() == "export") else { return false };
        let (written, alias) = split_alias(parameter);
        if !written.text.contains("::") {
            return false;
        }
        self.limit_parameters(token, 1);
        let Some(procedure) = self.parse_procedure_name(written) else { return true };
        let alias = alias.unwrap_or_else(|| procedure.label());
        if self.check_label(alias) {
            module.reexports.push(Reexport { procedure, alias, docs: None, span: token.span() });
        }
        true
    }

    /// Parses `label`, `module::label` or `::path::label`.
    pub(super) fn parse_procedure_name(&mut self, written: Name<'s>) -> Option<ProcedureName<'s>> {
        let Some((module, label)) = written.text.rsplit_once("::") else {
            return self.check_label(written).then_some(ProcedureName::Local(written));
        };
        let start = written.span.start;
        let label = Name { text: label, span: Span::new(written.span.end - label.len(), written.span.end) };
        let module = Name { text: module, span: Span::new(start, start + module.len()) };
        if !self.check_label(label) {
            return None;
        }
        Some(match module.text.starts_with("::") {
            true => ProcedureName::Absolute { path: self.check_path(module, 1)?, label },
            false => ProcedureName::Imported { module: self.check_path(module, 1)?, label },
        })
    }

    /// The path without a `::` in front, if it consists of at least `min` names.
    fn check_path(&mut self, path: Name<'s>, min: usize) -> Option<Name<'s>> {
        let text = path.text.strip_prefix("::").unwrap_or(path.text);
        let problem = match label::check_path(text) {
            Ok(()) if text.split("::").count() >= min => {
                let span = Span::new(path.span.end - text.len(), path.span.end);
                return Some(Name { text, span });
            }
            Ok(()) => PathProblem::NoModule,
            Err(problem) => problem,
        };
        self.errors.push(AssemblyErrorKind::InvalidPath { path: excerpt(path.text), problem }, path.span);
        None
    }

    pub(super) fn check_label(&mut self, label: Name<'s>) -> bool {
        let result = label::check(label.text);
        if let Err(problem) = result {
            let kind = AssemblyErrorKind::InvalidLabel { label: excerpt(label.text), problem };
            self.errors.push(kind, label.span);
        }
        result.is_ok()
    }
}

/// `name->alias`.
fn split_alias(written: Name<'_>) -> (Name<'_>, Option<Name<'_>>) {
    match written.text.split_once("->") {
        None => (written, None),
        Some((name, alias)) => {
            let name_end = written.span.start + name.len();
            let name = Name { text: name, span: Span::new(written.span.start, name_end) };
            let span = Span::new(written.span.end - alias.len(), written.span.end);
            (name, Some(Name { text: alias, span }))
        }
    }
}

/// The last name of a path.
fn last_name(path: Name<'_>) -> Name<'_> {
    let text = path.text.rsplit("::").next().unwrap_or(path.text);
    Name { text, span: Span::new(path.span.end - text.len(), path.span.end) }
}
