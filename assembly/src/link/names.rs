//! Resolves names to procedures.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly_syntax::{candidates, excerpt};

use super::{Linker, Linking, modules::ResolvedModule};
use crate::{
    AssemblyError, AssemblyErrorKind,
    ast::{Invocation, InvocationKind, ModuleId, ProcedureId, ProcedureName, Target},
    errors::Errors,
};

impl<'s> Linking<'s> {
    /// Resolves the exports of a module and the procedures it names. The modules it uses are resolved.
    pub(super) fn resolve(&mut self, id: ModuleId) {
        // Names are looked up in all modules, while those of this one are set.
        let mut ast = core::mem::take(&mut self.modules[id].ast);
        let mut errors = core::mem::take(&mut self.errors[id]);
        let mut exports = BTreeMap::new();
        for (index, procedure) in
            ast.procedures.iter().enumerate().filter(|(_, procedure)| procedure.exported)
        {
            let target = Target::Procedure(ProcedureId { module: id, index });
            exports.entry(procedure.label.text).or_insert(target);
        }
        let mut is_complete = errors.is_empty();
        for export in ast.reexports.iter().filter(|export| !export.is_constant) {
            if let Some(target) = self.target(id, &export.item, &mut errors) {
                exports.entry(export.alias.text).or_insert(target);
            } else {
                is_complete = false;
            }
        }
        for invocation in ast.bodies_mut().flat_map(|body| body.invocations_mut()) {
            if invocation.kind == InvocationKind::SysCall {
                // System calls of other modules are resolved if they are reachable.
                if id.0 < self.num_roots {
                    self.linker.resolve_system_call(invocation, &mut errors);
                }
            } else {
                invocation.target = self.target(id, &invocation.name, &mut errors);
            }
        }
        let module = &mut self.modules[id];
        (module.ast, module.exports, module.is_complete) = (ast, exports, is_complete);
        self.errors[id] = errors;
    }

    /// The procedure of a name in a module.
    fn target(&self, id: ModuleId, name: &ProcedureName<'s>, errors: &mut Errors) -> Option<Target> {
        let scope = &self.scopes[id];
        if let ProcedureName::Local(label) = name
            && let Some(&index) = scope.procedures.get(label.text)
        {
            return Some(Target::Procedure(ProcedureId { module: id, index }));
        }
        let Some(external) = scope.external(name) else {
            let libraries = self.linker.libraries;
            let (kind, span) = scope.unknown(name, errors.want_suggestions().then_some(libraries));
            errors.push(kind, span);
            return None;
        };
        let label = external.label.text;
        // A missing module has been reported.
        let found = match self.found(&external.path)? {
            ResolvedModule::Source(found) => found,
            ResolvedModule::Compiled(module) => {
                if let Some(id) = self.linker.libraries.export(module, label) {
                    return Some(Target::Compiled(id));
                }
                let exports = self.linker.libraries.exports(module).iter();
                let names = exports.map(|export| export.label.as_str());
                let similar = if errors.want_suggestions() { candidates(label, names) } else { Vec::new() };
                let kind = AssemblyErrorKind::UndefinedImport {
                    path: external.path.to_string(),
                    label: label.to_string(),
                    private: false,
                    similar: similar.into_iter().map(String::from).collect(),
                };
                errors.push(kind, name.label().span);
                return None;
            }
        };
        let module = &self.modules[found];
        if let Some(target) = module.exports.get(label) {
            return Some(*target);
        }
        // The exports of a module with errors are unknown.
        if !module.is_complete {
            return None;
        }
        let private = self.scopes[found].procedure(label, &module.ast);
        let suggest = private.is_none() && errors.want_suggestions();
        let similar = if suggest { candidates(label, module.exports.keys().copied()) } else { Vec::new() };
        let kind = AssemblyErrorKind::UndefinedImport {
            path: external.path.to_string(),
            label: label.to_string(),
            private: private.is_some(),
            similar: similar.into_iter().map(String::from).collect(),
        };
        let own = self.modules[id].source;
        let mut error = AssemblyError::new(kind, own.clone(), name.label().span);
        if let Some(procedure) = private {
            let place = format!("`{label}` is defined here");
            error = error.with_related(module.source, procedure.label.span, place);
        }
        errors.add(error);
        None
    }
}

impl Linker<'_> {
    /// Resolves a system call to a procedure of the kernel; ignores other invocations.
    pub(super) fn resolve_system_call(&self, invocation: &mut Invocation<'_>, errors: &mut Errors) {
        if invocation.kind != InvocationKind::SysCall {
            return;
        }
        let (kernel, label) = (self.kernel.map(|kernel| &kernel.exports), invocation.name.label());
        if let Some(node) = kernel.and_then(|exports| exports.get(label.text)) {
            invocation.target = Some(Target::Kernel(*node));
            return;
        }
        let names = kernel.into_iter().flat_map(BTreeMap::keys).map(String::as_str);
        let suggest = errors.want_suggestions();
        let similar = if suggest { candidates(label.text, names) } else { Vec::new() };
        let kind = AssemblyErrorKind::UndefinedSystemCall {
            label: excerpt(label.text),
            has_kernel: kernel.is_some(),
            similar: similar.into_iter().map(String::from).collect(),
        };
        errors.push(kind, label.span);
    }
}
