//! Names in the scope of a module: its own and imported ones.

use alloc::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
    format,
    string::String,
    vec,
    vec::Vec,
};

use miden_assembly_syntax::{Name, Span, candidates, excerpt, nearest, same_module};

use crate::{
    AssemblyErrorKind,
    ast::{Import, Imported, Module, ModuleKind, Procedure, ProcedureName},
    constants::Constants,
    errors::Errors,
    library::Libraries,
};

/// The first name of a path that begins with the path of the module itself.
const OWN: &str = "self";

/// Names in the scope of a module.
#[derive(Debug)]
pub(super) struct Scope<'s> {
    path: Option<&'s str>,
    /// Indices of procedures.
    pub(super) procedures: BTreeMap<&'s str, usize>,
    /// Imported modules by their short names.
    modules: BTreeMap<&'s str, ImportedModule<'s>>,
    /// Imported procedures and constants by their names here.
    items: BTreeMap<&'s str, ImportedItem<'s>>,
    /// Whether each import is used.
    used: Vec<bool>,
}

/// A module that is imported under a short name.
#[derive(Clone, Copy, Debug)]
struct ImportedModule<'s> {
    /// Index of the import.
    import: usize,
    path: Name<'s>,
    alias: Span,
    span: Span,
}

/// A procedure or a constant that is imported by itself.
#[derive(Clone, Copy, Debug)]
struct ImportedItem<'s> {
    /// Index of the import.
    import: usize,
    path: Name<'s>,
    label: Name<'s>,
    alias: Span,
    span: Span,
}

/// A procedure or a constant of another module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct External<'s> {
    /// The path of its module.
    pub(super) path: Cow<'s, str>,
    pub(super) label: Name<'s>,
    /// The place that names the module.
    pub(super) place: Span,
}

impl<'s> Scope<'s> {
    /// Collects the imports of a module.
    pub(super) fn new(path: Option<&'s str>, module: &Module<'s>, errors: &mut Errors) -> Self {
        let used = vec![false; module.imports.len()];
        let mut scope = Self {
            path,
            procedures: BTreeMap::new(),
            modules: BTreeMap::new(),
            items: BTreeMap::new(),
            used,
        };
        for (index, import) in module.imports.iter().enumerate() {
            let Name { text: name, span: alias } = import.alias;
            let span = import.span;
            let first = match import.imported {
                Imported::Module(path) => {
                    let imported = ImportedModule { import: index, path, alias, span };
                    insert_new(&mut scope.modules, name, imported).map(|first| first.alias)
                }
                Imported::Item { path, label } => {
                    let imported = ImportedItem { import: index, path, label, alias, span };
                    insert_new(&mut scope.items, name, imported).map(|first| first.alias)
                }
            };
            if let Some(first) = first {
                let kind = AssemblyErrorKind::DuplicateImport { alias: name.into() };
                errors.push_related(kind, alias, first, "first imported here");
            }
        }
        scope
    }

    /// Adds the procedures of the module.
    pub(super) fn add_procedures(&mut self, kind: ModuleKind, module: &Module<'s>, errors: &mut Errors) {
        for (index, procedure) in module.procedures.iter().enumerate() {
            let label = procedure.label;
            let first = self.procedure(label.text, module).map(|procedure| procedure.label.span);
            let imported = || self.items.get(label.text).map(|item| item.alias);
            if let Some(first) = first.or_else(imported) {
                duplicate(label, first, errors);
            } else {
                self.procedures.insert(label.text, index);
            }
        }
        let mut passed_on: BTreeMap<&str, Span> = BTreeMap::new();
        for export in &module.reexports {
            let alias = export.alias;
            if kind == ModuleKind::Program {
                let kind = AssemblyErrorKind::ReexportInProgram { label: excerpt(alias.text) };
                errors.push(kind, export.span);
            }
            // Constants have their own namespace.
            if export.is_constant {
                continue;
            }
            let first = self.procedure(alias.text, module).map(|own| own.label.span);
            if let Some(first) = first.or_else(|| passed_on.get(alias.text).copied()) {
                duplicate(alias, first, errors);
            }
            passed_on.entry(alias.text).or_insert(alias.span);
        }
    }

    /// Marks imports that are used as constants.
    pub(super) fn use_constants(&mut self, imports: &[Import<'s>], constants: &Constants<'s>) {
        for (import, used) in imports.iter().zip(&mut self.used) {
            let state = constants.import_state(import.alias.text);
            *used |=
                matches!(import.imported, Imported::Item { .. }) && state.is_some_and(|state| state.is_used);
        }
    }

    /// The procedure of this module, whose tree is `module`, with a name.
    pub(super) fn procedure<'m>(&self, label: &str, module: &'m Module<'s>) -> Option<&'m Procedure<'s>> {
        let index = *self.procedures.get(label)?;
        Some(module.procedures.get(index).expect("the indexes of a scope are those of its module"))
    }

    /// The item of another module that a name refers to; `None` for procedures of this module and unknown names.
    pub(super) fn external(&self, name: &ProcedureName<'s>) -> Option<External<'s>> {
        match *name {
            ProcedureName::Local(label) => {
                let &ImportedItem { path, label, span, .. } = self.items.get(label.text)?;
                Some(External { path: self.absolute(path.text)?, label, place: span })
            }
            ProcedureName::Absolute { path, label } => {
                Some(External { path: self.absolute(path.text)?, label, place: path.span })
            }
            ProcedureName::Imported { module, label } => {
                let (first, rest) = split_first(module.text);
                if first == OWN {
                    return Some(External { path: self.absolute(module.text)?, label, place: module.span });
                }
                let imported = self.modules.get(first)?;
                let path = self.absolute(imported.path.text)?;
                let path = if rest.is_empty() { path } else { Cow::Owned(format!("{path}::{rest}")) };
                Some(External { path, label, place: imported.span })
            }
        }
    }

    /// Replaces a leading `self` of a path with the module's own path.
    pub(super) fn absolute(&self, path: &'s str) -> Option<Cow<'s, str>> {
        match split_first(path) {
            (OWN, "") => self.path.map(Cow::Borrowed),
            (OWN, rest) => self.path.map(|own| Cow::Owned(format!("{own}::{rest}"))),
            _ => Some(Cow::Borrowed(path)),
        }
    }

    /// Marks the import of a name as used.
    pub(super) fn mark_used(&mut self, name: &ProcedureName<'s>) {
        let import = match *name {
            ProcedureName::Local(label) => self.items.get(label.text).map(|item| item.import),
            ProcedureName::Imported { module, .. } => {
                self.modules.get(split_first(module.text).0).map(|module| module.import)
            }
            ProcedureName::Absolute { .. } => None,
        };
        if let Some(import) = import {
            *self.used.get_mut(import).expect("there is an entry for each import") = true;
        }
    }

    /// The unused imports.
    pub(super) fn unused<'m>(&self, imports: &'m [Import<'s>]) -> impl Iterator<Item = &'m Import<'s>> {
        imports.iter().zip(&self.used).filter(|(_, used)| !**used).map(|(import, _)| import)
    }

    /// The error of a name that cannot be resolved, and its place. Names are suggested if `libraries` are given.
    pub(super) fn unknown(
        &self,
        name: &ProcedureName<'s>,
        libraries: Option<&Libraries>,
    ) -> (AssemblyErrorKind, Span) {
        match *name {
            ProcedureName::Local(label) => {
                let names = self.procedures.keys().chain(self.items.keys()).copied();
                let similar = libraries.map(|_| candidates(label.text, names)).unwrap_or_default();
                let similar = similar.into_iter().map(String::from).collect();
                (AssemblyErrorKind::UndefinedProcedure { label: label.text.into(), similar }, label.span)
            }
            ProcedureName::Imported { module, .. } | ProcedureName::Absolute { path: module, .. } => {
                let alias = split_first(module.text).0;
                let span = Span::new(module.span.start, module.span.start + alias.len());
                let (mut found, mut modules) = (None, Vec::new());
                if let Some(libraries) = libraries {
                    found = match libraries.find(module.text) {
                        Some((path, _)) => Some(format!("::{path}")),
                        None => nearest(alias, self.modules.keys().copied()).map(String::from),
                    };
                    if found.is_none() && module.text == alias {
                        modules =
                            same_module(alias, libraries.paths()).into_iter().map(String::from).collect();
                    }
                }
                (AssemblyErrorKind::UnknownModule { alias: alias.into(), nearest: found, modules }, span)
            }
        }
    }
}

/// The first component of a path, and the rest.
fn split_first(path: &str) -> (&str, &str) {
    path.split_once("::").unwrap_or((path, ""))
}

/// Inserts a value under a new name; returns the first one if there is one.
fn insert_new<'m, 's, T>(names: &'m mut BTreeMap<&'s str, T>, name: &'s str, value: T) -> Option<&'m T> {
    match names.entry(name) {
        Entry::Vacant(entry) => {
            entry.insert(value);
            None
        }
        Entry::Occupied(entry) => Some(entry.into_mut()),
    }
}

fn duplicate(label: Name<'_>, first: Span, errors: &mut Errors) {
    let kind = AssemblyErrorKind::DuplicateProcedure { label: label.text.into() };
    errors.push_related(kind, label.span, first, "first defined here");
}
