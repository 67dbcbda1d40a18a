//! Constants shared between modules.
//!
//! Parameters of instructions are numbers, so constants must be evaluated before bodies are parsed: first the
//! declarations of a module are parsed; its bodies follow once the modules whose constants it imports are complete.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly_syntax::{Name, Span, Syntax, check_constant_name, nearest};

use super::{
    Linking,
    modules::{Followed, ModuleVisit, ResolvedModule},
    scope::External,
};
use crate::{
    AssemblyError, AssemblyErrorKind,
    ast::{Imported, Module, ModuleId, ModuleKind, ProcedureName},
    constants::{Constants, Declaration, ImportedConstant, ImportedValue, Value},
    parser::{self, Input},
};

/// A module whose bodies have not been parsed yet.
#[derive(Debug)]
pub(super) struct PendingModule<'s> {
    pub(super) kind: ModuleKind,
    pub(super) syntax: Syntax,
    pub(super) constants: Vec<Declaration<'s>>,
    /// The exported names that may be constants.
    names: BTreeSet<&'s str>,
    /// Its position in the chain of waiting modules, if it waits.
    depth: Option<usize>,
}

impl<'s> PendingModule<'s> {
    pub(super) fn new(
        kind: ModuleKind,
        syntax: Syntax,
        constants: Vec<Declaration<'s>>,
        module: &Module<'s>,
    ) -> Self {
        let own = constants.iter().map(|constant| constant.name.text);
        let passed_on = module.reexports.iter().map(|export| export.alias.text);
        let names = own.chain(passed_on).collect();
        Self { kind, syntax, constants, names, depth: None }
    }
}

/// An imported name that may be a constant of another module.
struct Shared<'s> {
    /// The name in this source.
    alias: Name<'s>,
    external: External<'s>,
    /// Index of the re-export; `None` for an import.
    reexport: Option<usize>,
}

/// Result of looking up a constant in another module.
enum Lookup {
    /// A public constant with its value, if that has no errors, and documentation.
    Public(Option<Value>, Option<String>),
    /// A private constant.
    Private(Span),
    Nothing,
}

impl<'s> Linking<'s> {
    /// Completes a module after those whose constants it imports. Uses an explicit list of waiting modules instead of
    /// recursion.
    pub(super) fn complete(&mut self, id: ModuleId) {
        let mut open: Vec<ModuleVisit> = Vec::new();
        self.wait_for_constants(id, &mut open);
        while let Some(last) = open.last_mut() {
            let Some(&Followed { module, place }) = last.imports.get(last.next) else {
                let module = last.module;
                self.read_bodies(module);
                open.pop();
                continue;
            };
            last.next += 1;
            let from = last.module;
            if let Some(depth) = self.pending[module].as_ref().and_then(|pending| pending.depth) {
                let around = open.get(depth..).expect("a module that waits is in the list, at its depth");
                let error = self.import_cycle(around, module, place);
                self.errors[from].add(error);
                self.has_cycle_of_constants = true;
            } else {
                self.wait_for_constants(module, &mut open);
            }
        }
    }

    /// Starts to complete a module, unless it is complete.
    fn wait_for_constants(&mut self, id: ModuleId, open: &mut Vec<ModuleVisit>) {
        let Some(pending) = &mut self.pending[id] else { return };
        pending.depth = Some(open.len());
        let mut seen = BTreeSet::new();
        let mut imports = Vec::new();
        for Shared { external, .. } in self.shared_names(id) {
            if let Some(ResolvedModule::Source(module)) = self.find(&external.path)
                && self.pending[module]
                    .as_ref()
                    .is_some_and(|pending| pending.names.contains(external.label.text))
                && seen.insert(module)
            {
                imports.push(Followed { module, place: external.place });
            }
        }
        open.push(ModuleVisit { module: id, imports, next: 0 });
    }

    /// The imports and re-exports of a module whose names may be constants.
    fn shared_names(&self, id: ModuleId) -> Vec<Shared<'s>> {
        let (module, scope) = (&self.modules[id], &self.scopes[id]);
        let is_constant = |name: Name<'_>| check_constant_name(name.text).is_ok();
        let imports = &module.ast.imports;
        let items = imports.iter().filter(|import| matches!(import.imported, Imported::Item { .. }));
        let imported = items.map(|import| (import.alias, ProcedureName::Local(import.alias), None));
        let passed_on = module.ast.reexports.iter().zip(0..);
        let passed_on = passed_on.map(|(export, index)| (export.alias, export.item, Some(index)));
        let names = imported.chain(passed_on).filter(|(alias, ..)| is_constant(*alias));
        let shared = names.filter_map(|(alias, name, reexport)| {
            Some(Shared { alias, external: scope.external(&name)?, reexport })
        });
        shared.filter(|shared| is_constant(shared.external.label)).collect()
    }

    /// The imports of a module whose names may be constants.
    fn imported_names(&self, id: ModuleId) -> impl Iterator<Item = Shared<'s>> + use<'s> {
        self.shared_names(id).into_iter().filter(|shared| shared.reexport.is_none())
    }

    /// Evaluates the constants of a module and parses its bodies. The modules whose constants it imports are complete,
    /// except in an import cycle.
    fn read_bodies(&mut self, id: ModuleId) {
        let pending = self.pending[id].take().expect("the bodies of a module are read once");
        let PendingModule { kind, syntax, constants: declarations, .. } = pending;
        let imported = self.imported_constants(id);
        let (module, errors) = (&mut self.modules[id], &mut self.errors[id]);
        let mut constants = Constants::evaluate(&declarations, imported, errors);
        let input =
            Input { kind, source: module.source, syntax: &syntax, instructions: self.linker.instructions };
        parser::parse_bodies(input, &constants, &mut module.ast, errors);
        self.scopes[id].use_constants(&module.ast.imports, &constants);
        self.check_imported_constants(id, &constants);
        self.pass_on_constants(id, &mut constants);
        let module = &mut self.modules[id];
        self.scopes[id].add_procedures(kind, &module.ast, &mut self.errors[id]);
        module.constants = constants;
    }

    /// The constants that a module imports.
    fn imported_constants(&self, id: ModuleId) -> Vec<ImportedConstant<'s>> {
        let found = |external: &External<'_>| match self.lookup_constant(external) {
            Lookup::Public(value, _) => ImportedValue::Constant(value),
            Lookup::Private(_) | Lookup::Nothing => ImportedValue::Nothing,
        };
        let imported = self.imported_names(id);
        imported
            .map(|shared| ImportedConstant { alias: shared.alias, found: found(&shared.external) })
            .collect()
    }

    fn lookup_constant(&self, external: &External<'_>) -> Lookup {
        let name = external.label.text;
        let id = match self.found(&external.path) {
            Some(ResolvedModule::Source(id)) => id,
            Some(ResolvedModule::Compiled(id)) => {
                let constant = self.linker.libraries.constant(id, name);
                return constant.map_or(Lookup::Nothing, |constant| {
                    Lookup::Public(Some(constant.value.clone()), constant.docs.clone())
                });
            }
            None => return Lookup::Nothing,
        };
        if let Some(pending) = &self.pending[id] {
            // The import cycle has been reported.
            return match pending.names.contains(name) {
                true => Lookup::Public(None, None),
                false => Lookup::Nothing,
            };
        }
        match self.modules[id].constants.export(name) {
            Some(constant) if constant.is_public => {
                Lookup::Public(constant.value.clone(), constant.docs.clone())
            }
            Some(constant) => Lookup::Private(constant.name.span),
            None => Lookup::Nothing,
        }
    }

    /// Reports imported names that are used as constants but do not exist.
    fn check_imported_constants(&mut self, id: ModuleId, constants: &Constants<'s>) {
        for Shared { alias, external, .. } in self.imported_names(id) {
            let Some(state) = constants.import_state(alias.text) else { continue };
            if state.exists || !state.is_used {
                continue;
            }
            if self.found(&external.path).is_none() {
                let path = external.path.to_string();
                self.report_missing(id, &path, external.label.span, external.place);
            } else {
                self.report_constant(id, &external);
            }
        }
    }

    /// Reports that another module has no public constant with a name.
    fn report_constant(&mut self, id: ModuleId, external: &External<'s>) {
        let private = match self.lookup_constant(external) {
            Lookup::Private(span) => Some(span),
            _ => None,
        };
        let (errors, own) = (&self.errors[id], &self.modules[id]);
        let (path, name) = (external.path.to_string(), external.label.text);
        let suggest = private.is_none() && errors.want_suggestions();
        let found = self.found(&external.path);
        let exports: Vec<&str> = match found {
            _ if !suggest => Vec::new(),
            Some(ResolvedModule::Source(module)) => {
                self.modules[module].constants.exports().map(|constant| constant.name.text).collect()
            }
            Some(ResolvedModule::Compiled(module)) => {
                self.linker.libraries.constants(module).iter().map(|c| c.name.as_str()).collect()
            }
            None => Vec::new(),
        };
        let nearest = nearest(name, exports.into_iter()).map(ToString::to_string);
        let kind = AssemblyErrorKind::UndefinedImportedConstant {
            path,
            name: name.into(),
            private: private.is_some(),
            nearest,
        };
        let mut error = AssemblyError::new(kind, own.source.clone(), external.label.span);
        if let (Some(span), Some(ResolvedModule::Source(module))) = (private, found) {
            let source = self.modules[module].source;
            error = error.with_related(source, span, format!("`{name}` is defined here"));
        }
        self.errors[id].add(error);
    }

    /// Records the re-exports of a module that are constants.
    fn pass_on_constants(&mut self, id: ModuleId, constants: &mut Constants<'s>) {
        for Shared { alias, external, reexport } in self.shared_names(id) {
            let Some(index) = reexport else { continue };
            let lookup = self.lookup_constant(&external);
            let has_procedure = self.has_procedure(&external);
            let reexports = &mut self.modules[id].ast.reexports;
            let export = reexports.get_mut(index).expect("shared names know their exports");
            match lookup {
                Lookup::Public(value, docs) => {
                    export.is_constant = true;
                    let docs = export.docs.clone().or(docs);
                    constants.reexport(alias, value, docs, &mut self.errors[id]);
                }
                Lookup::Private(_) if !has_procedure => {
                    export.is_constant = true;
                    self.report_constant(id, &external);
                }
                Lookup::Private(_) | Lookup::Nothing => {}
            }
        }
    }

    /// Whether a module exports a procedure with this name.
    fn has_procedure(&self, external: &External<'_>) -> bool {
        let Some(ResolvedModule::Source(id)) = self.found(&external.path) else { return false };
        let procedure = self.scopes[id].procedure(external.label.text, &self.modules[id].ast);
        procedure.is_some_and(|procedure| procedure.exported)
    }

    /// The modules whose constants a module imports or re-exports, and the places of the imports.
    pub(super) fn modules_of_constants(&mut self, id: ModuleId) -> Vec<Followed> {
        let names = self.shared_names(id).into_iter().map(|shared| shared.external);
        let used = names.filter(|external| matches!(self.lookup_constant(external), Lookup::Public(..)));
        let followed = used.filter_map(|external| match self.found(&external.path)? {
            ResolvedModule::Source(module) => Some(Followed { module, place: external.place }),
            ResolvedModule::Compiled(_) => None,
        });
        followed.collect()
    }
}
