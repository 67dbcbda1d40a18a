//! Imports and re-exports.

use alloc::vec::Vec;

use miden_assembly_syntax::{
    Keyword, Name, PathProblem, Span, SyntaxElement, check_label, check_path, excerpt,
};

use super::Parser;
use crate::{
    AssemblyErrorKind,
    ast::{Import, Imported, Module, ProcedureName, Reexport},
};

impl<'a, 's> Parser<'a, 's> {
    /// Parses `use.path`, `use.path->alias`, `use path`, `use path as alias` or `use {items} from path`.
    pub(super) fn parse_import(&mut self, declaration: SyntaxElement<'a>, module: &mut Module<'s>) {
        let Some(clause) = self.parse_clause(declaration) else { return };
        let span = declaration.span();
        let Clause { path, items } = clause;
        let imports = match items {
            Items::Module { alias } => {
                let Some(path) = self.check_path(path, 2) else { return };
                [(Imported::Module(path), alias.unwrap_or_else(|| last_name(path)))].into()
            }
            Items::Some(items) => {
                let Some(path) = self.check_path(path, 1) else { return };
                let import = |(label, alias): (Name<'s>, Option<Name<'s>>)| {
                    (Imported::Item { path, label }, alias.unwrap_or(label))
                };
                items.into_iter().map(import).collect::<Vec<_>>()
            }
        };
        for (imported, alias) in imports {
            let is_valid = match imported {
                Imported::Module(_) => true,
                Imported::Item { label, .. } => self.check_label(label),
            };
            if is_valid && self.check_label(alias) {
                module.imports.push(Import { imported, alias, span });
            }
        }
    }

    /// Parses `export.module::label`, `export.module::label->alias` or `pub use {items} from path`.
    pub(super) fn parse_reexport(&mut self, declaration: SyntaxElement<'a>, module: &mut Module<'s>) {
        let docs = self.syntax.docs(declaration);
        let span = declaration.span();
        let Some(keyword) = self.words(declaration).next() else {
            return self.internal_error("an export without a keyword", span);
        };
        if keyword.is(Keyword::Pub) {
            let Some(Clause { path, items }) = self.parse_clause(declaration) else { return };
            let Items::Some(items) = items else {
                let kind = AssemblyErrorKind::InvalidPath {
                    path: excerpt(path.text),
                    problem: PathProblem::Reexport,
                };
                self.errors.push(kind, path.span);
                return;
            };
            // A leading `::` marks a full path; a single name is the alias of an imported module.
            let Some(checked) = self.check_path(path, 1) else { return };
            for (label, alias) in items {
                let alias = alias.unwrap_or(label);
                if self.check_label(label) && self.check_label(alias) {
                    let item = match checked.text.contains("::") || path.text.starts_with("::") {
                        true => ProcedureName::Absolute { path: checked, label },
                        false => ProcedureName::Imported { module: checked, label },
                    };
                    let docs = docs.clone();
                    module.reexports.push(Reexport { item, is_constant: false, alias, docs, span });
                }
            }
            return;
        }
        self.limit_parameters(keyword, 1);
        let Some(parameter) = keyword.parts().nth(1) else {
            return self.internal_error("an export without a name", span);
        };
        let (written, alias) = split_alias(parameter);
        let Some(item) = self.parse_procedure_name(written) else { return };
        let alias = alias.unwrap_or_else(|| item.label());
        if self.check_label(alias) {
            module.reexports.push(Reexport { item, is_constant: false, alias, docs, span });
        }
    }

    /// Parses `mod name`.
    pub(super) fn parse_submodule(&mut self, declaration: SyntaxElement<'a>, module: &mut Module<'s>) {
        let mut words = self.words(declaration).skip_while(|word| word.is(Keyword::Pub));
        let Some(keyword) = words.next() else {
            return self.internal_error("a module declaration without a keyword", declaration.span());
        };
        self.limit_parameters(keyword, 1);
        let Some(name) = keyword.parts().nth(1).or_else(|| words.next().map(|word| word.name())) else {
            self.missing_parameter(keyword, "the name of a module".into());
            return;
        };
        if self.check_label(name) {
            module.submodules.push(name);
        }
    }

    /// Parses the clause after `use`.
    fn parse_clause(&mut self, declaration: SyntaxElement<'a>) -> Option<Clause<'s>> {
        let mut words = self.words(declaration).skip_while(|word| word.is(Keyword::Pub));
        let Some(keyword) = words.next() else {
            self.internal_error("an import without a keyword", declaration.span());
            return None;
        };
        self.limit_parameters(keyword, 1);
        let Some(first) = keyword.parts().nth(1).or_else(|| words.next().map(|word| word.name())) else {
            self.missing_parameter(keyword, "the path of a module".into());
            return None;
        };
        let mut after = |preposition| {
            let is_there = words.clone().next().is_some_and(|word| word.text == preposition);
            is_there.then(|| words.nth(1).map(|word| word.name()))
        };
        if let Some(items) = first.text.strip_prefix('{') {
            let Some(Some(path)) = after("from") else {
                self.missing_parameter(keyword, "the path of a module after `from`".into());
                return None;
            };
            // A missing brace leaves a name that is not valid.
            let items = first.skip(1).take(items.strip_suffix('}').unwrap_or(items).len());
            return Some(Clause { path, items: Items::Some(split_items(items)) });
        }
        let (path, mut alias) = split_alias(first);
        match after("as") {
            Some(None) => {
                self.missing_parameter(keyword, "an alias after `as`".into());
                return None;
            }
            Some(name) => alias = name,
            None => {}
        }
        Some(Clause { path, items: Items::Module { alias } })
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

    /// The path without a leading `::`, if it has at least `min` components.
    fn check_path(&mut self, path: Name<'s>, min: usize) -> Option<Name<'s>> {
        let text = path.text.strip_prefix("::").unwrap_or(path.text);
        let problem = match check_path(text) {
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
        let result = check_label(label.text);
        if let Err(problem) = result {
            let kind = AssemblyErrorKind::InvalidLabel { label: excerpt(label.text), problem };
            self.errors.push(kind, label.span);
        }
        result.is_ok()
    }
}

/// Clause of an import.
struct Clause<'s> {
    path: Name<'s>,
    items: Items<'s>,
}

enum Items<'s> {
    /// The module itself.
    Module { alias: Option<Name<'s>> },
    /// Some of its exports, each with an optional alias.
    Some(Vec<(Name<'s>, Option<Name<'s>>)>),
}

/// `a, b as c`.
fn split_items(list: Name<'_>) -> Vec<(Name<'_>, Option<Name<'_>>)> {
    let mut items = Vec::new();
    let mut rest = Some(list);
    while let Some(list) = rest {
        let (item, after) = match list.split_once(",") {
            Some((item, after)) => (item.trim(), Some(after)),
            None => (list.trim(), None),
        };
        // A comma may follow the last item.
        if after.is_some() || !item.text.is_empty() {
            items.push(match item.split_once(" as ") {
                Some((item, alias)) => (item.trim(), Some(alias.trim())),
                None => (item, None),
            });
        }
        rest = after;
    }
    items
}

/// `name->alias`.
fn split_alias(written: Name<'_>) -> (Name<'_>, Option<Name<'_>>) {
    written.split_once("->").map_or((written, None), |(name, alias)| (name, Some(alias)))
}

/// The last component of a path.
fn last_name(path: Name<'_>) -> Name<'_> {
    let text = path.text.rsplit("::").next().unwrap_or(path.text);
    Name { text, span: Span::new(path.span.end - text.len(), path.span.end) }
}
