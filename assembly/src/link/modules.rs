//! Follows imports to modules.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use miden_assembly_syntax::{Span, excerpt, nearest_path};

use super::{Linking, chain};
use crate::{
    AssemblyError, AssemblyErrorKind, MissingImport,
    ast::{Body, Imported, InvocationKind, ModuleId, ModuleKind, ProcedureName},
    library::{CompiledModuleId, LibraryModule},
    parser,
};

/// A module whose imports are being followed.
pub(super) struct ModuleVisit {
    pub(super) module: ModuleId,
    pub(super) imports: Vec<Followed>,
    pub(super) next: usize,
}

/// A module that another one uses, and the place of the import.
#[derive(Clone, Copy)]
pub(super) struct Followed {
    pub(super) module: ModuleId,
    pub(super) place: Span,
}

/// Module at a path.
#[derive(Clone, Copy)]
pub(super) enum ResolvedModule {
    Source(ModuleId),
    Compiled(CompiledModuleId),
}

impl ModuleVisit {
    /// The import that leads to the next open module.
    fn followed(&self) -> Followed {
        let followed = self.next.checked_sub(1).and_then(|index| self.imports.get(index));
        *followed.expect("a module with another one after it follows an import")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ModuleState {
    /// It is on the path to the current module, at this depth.
    Open(usize),
    Done,
}

impl<'s> Linking<'s> {
    /// Loads the modules that a module uses, and resolves its names. Uses an explicit list of open modules instead of
    /// recursion.
    pub(super) fn load(&mut self) {
        let mut states = BTreeMap::new();
        for root in (0..self.num_roots).map(ModuleId) {
            if !states.contains_key(&root) {
                self.load_from(root, &mut states);
            }
        }
    }

    fn load_from(&mut self, root: ModuleId, states: &mut BTreeMap<ModuleId, ModuleState>) {
        states.insert(root, ModuleState::Open(0));
        let mut open = vec![self.open(root)];
        while let Some(last) = open.last_mut() {
            let Some(&Followed { module, place }) = last.imports.get(last.next) else {
                let module = last.module;
                self.resolve(module);
                if module.0 < self.num_roots {
                    self.warn_unused(module);
                }
                states.insert(module, ModuleState::Done);
                open.pop();
                continue;
            };
            last.next += 1;
            let from = last.module;
            match states.get(&module) {
                Some(ModuleState::Done) => {}
                Some(ModuleState::Open(_)) if self.has_cycle_of_constants => {}
                Some(ModuleState::Open(depth)) => {
                    let around = open.get(*depth..).expect("an open module is in the list, at its depth");
                    let error = self.import_cycle(around, module, place);
                    self.errors[from].add(error);
                }
                None => {
                    states.insert(module, ModuleState::Open(open.len()));
                    let opened = self.open(module);
                    open.push(opened);
                }
            }
        }
    }

    /// Finds the modules that a module uses, each once, and reads new ones.
    fn open(&mut self, id: ModuleId) -> ModuleVisit {
        let mut imports: Vec<Followed> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut missing: BTreeSet<String> = BTreeSet::new();
        let names = self.names(id);
        for name in &names {
            let scope = &mut self.scopes[id];
            scope.mark_used(name);
            // The name of a procedure of this module, or an unknown one, which is reported when it is resolved.
            let Some(external) = scope.external(name) else { continue };
            match self.find(&external.path) {
                Some(ResolvedModule::Source(module)) => {
                    if seen.insert(module) {
                        imports.push(Followed { module, place: external.place });
                    }
                }
                Some(ResolvedModule::Compiled(_)) => {}
                None => {
                    if missing.insert(external.path.to_string()) {
                        self.report_missing(id, &external.path, name.span(), external.place);
                    }
                }
            }
        }
        // Modules whose constants are imported are followed like the others once they have been read.
        for followed in self.modules_of_constants(id) {
            if seen.insert(followed.module) {
                imports.push(followed);
            }
        }
        for followed in &imports {
            self.complete(followed.module);
        }
        self.check_submodules(id);
        ModuleVisit { module: id, imports, next: 0 }
    }

    /// Checks that declared submodules exist.
    fn check_submodules(&mut self, id: ModuleId) {
        let (module, errors) = (&self.modules[id], &mut self.errors[id]);
        for name in &module.ast.submodules {
            let path = module.path.map_or_else(|| name.text.into(), |own| format!("{own}::{}", name.text));
            if !self.known.contains_key(path.as_str()) && self.linker.libraries.find(&path).is_none() {
                errors.push(
                    AssemblyErrorKind::MissingModule { path: excerpt(&path), nearest: None },
                    name.span,
                );
            }
        }
    }

    /// The names of procedures in a module, except those of the kernel.
    fn names(&self, id: ModuleId) -> Vec<ProcedureName<'s>> {
        let module = &self.modules[id];
        let invocations = module.ast.bodies().flat_map(Body::invocations);
        let invoked = invocations.filter(|invocation| invocation.kind != InvocationKind::SysCall);
        let exported = module.ast.reexports.iter().map(|export| export.item);
        exported.chain(invoked.map(|invocation| invocation.name)).collect()
    }

    /// Finds the module with a path, and reads it if it is new.
    pub(super) fn find(&mut self, path: &str) -> Option<ResolvedModule> {
        if let Some(&known) = self.known.get(path) {
            return Some(ResolvedModule::Source(known));
        }
        let (path, module) = self.linker.libraries.find(path)?;
        Some(match module {
            LibraryModule::Source(source) => {
                ResolvedModule::Source(self.read(ModuleKind::Library, Some(path), source))
            }
            LibraryModule::Compiled(id) => ResolvedModule::Compiled(*id),
        })
    }

    /// The module with a path, if it has been read or is compiled.
    pub(super) fn found(&self, path: &str) -> Option<ResolvedModule> {
        let known = self.known.get(path).copied().map(ResolvedModule::Source);
        known.or_else(|| match self.linker.libraries.find(path)? {
            (_, LibraryModule::Compiled(id)) => Some(ResolvedModule::Compiled(*id)),
            (_, LibraryModule::Source(_)) => None,
        })
    }

    /// Reports a missing module, given the places of its name and of the import.
    pub(super) fn report_missing(&mut self, id: ModuleId, path: &str, name: Span, import: Span) {
        let errors = &mut self.errors[id];
        let nearest =
            errors.want_suggestions().then(|| nearest_path(path, self.linker.libraries.paths())).flatten();
        let kind = AssemblyErrorKind::MissingModule {
            path: excerpt(path),
            nearest: nearest.map(ToString::to_string),
        };
        match name == import {
            true => errors.push(kind, name),
            false => errors.push_related(kind, name, import, "imported here"),
        }
    }

    /// The error of an import cycle: the modules in `around`, the last of which imports the first.
    pub(super) fn import_cycle(&self, around: &[ModuleVisit], back: ModuleId, place: Span) -> AssemblyError {
        // A module without a path cannot be imported, so none is part of a cycle.
        let path = |id: ModuleId| self.modules[id].path.expect("an imported module has a path");
        let paths: Vec<&str> = around.iter().map(|open| path(open.module)).chain([path(back)]).collect();
        let kind = AssemblyErrorKind::ImportCycle { chain: chain::text(&paths) };
        let source = |id: ModuleId| self.modules[id].source;
        let last = around.last().expect("a cycle has a module");
        let mut error = AssemblyError::new(kind, source(last.module).clone(), place);
        // The last import is the place of the error.
        for (open, next) in
            around.iter().zip(paths.iter().skip(1)).take(around.len() - 1).take(chain::MAX_SHOWN)
        {
            let import = open.followed();
            error = error.with_related(source(open.module), import.place, format!("imports `{next}`"));
        }
        error
    }

    fn warn_unused(&mut self, id: ModuleId) {
        let (module, scope) = (&self.modules[id], &self.scopes[id]);
        let mut exports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for import in scope.unused(&module.ast.imports) {
            let (Imported::Module(path) | Imported::Item { path, .. }) = import.imported;
            let found = scope.absolute(path.text).and_then(|path| self.linker.libraries.find(&path));
            let missing = match (found, import.imported) {
                (None, _) => Some(MissingImport::Module),
                (Some((path, module)), Imported::Item { label, .. }) => {
                    let exports = exports.entry(path).or_insert_with(|| self.exported_names(module));
                    (!exports.contains(label.text)).then_some(MissingImport::Item)
                }
                (Some(_), Imported::Module(_)) => None,
            };
            let kind = AssemblyErrorKind::UnusedImport { alias: import.alias.text.into(), missing };
            self.warnings.push(AssemblyError::new(kind, module.source.clone(), import.span));
        }
    }

    /// The names that a module of a library exports. Its errors are of no interest unless it is used.
    fn exported_names(&self, module: &'s LibraryModule) -> BTreeSet<&'s str> {
        match module {
            LibraryModule::Source(source) => parser::exported_names(source, self.linker.instructions),
            LibraryModule::Compiled(id) => {
                let libraries = self.linker.libraries;
                let procedures = libraries.exports(*id).iter().map(|export| export.label.as_str());
                let constants = libraries.constants(*id).iter().map(|constant| constant.name.as_str());
                procedures.chain(constants).collect()
            }
        }
    }
}
