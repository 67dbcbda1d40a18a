//! Names to procedures.

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    string::ToString,
};

use miden_core::NodeId;

use crate::{
    AssemblyErrorKind,
    ast::{Import, Imported, Invocation, InvocationKind, Item, Module, ProcedureId, ProcedureName, Target},
    errors::{Errors, excerpt},
    suggest::nearest,
};

/// What a kernel exports, by name.
pub(crate) type Exports = BTreeMap<alloc::string::String, NodeId>;

/// Finds the procedure of every invocation: in the kernel for a system call, else in the file, where it is known
/// after the end of its definition.
pub(crate) fn resolve(module: &mut Module<'_>, kernel: Option<&Exports>, errors: &mut Errors) {
    let mut known = BTreeMap::new();
    for (index, procedure) in module.procedures.iter().enumerate() {
        let label = procedure.label;
        match known.entry(label.text) {
            Entry::Vacant(entry) => {
                entry.insert((ProcedureId(index), label.span));
            }
            Entry::Occupied(entry) => {
                let (_, first) = *entry.get();
                let kind = AssemblyErrorKind::DuplicateProcedure { label: label.text.into() };
                errors.push_related(kind, label.span, first, "first defined here");
            }
        }
    }
    let imports = core::mem::take(&mut module.imports);
    let mut aliases: BTreeMap<&str, &Import<'_>> = BTreeMap::new();
    for import in &imports {
        let alias = import.alias;
        if let Some(first) = aliases.insert(alias.text, import) {
            let kind = AssemblyErrorKind::DuplicateImport { alias: alias.text.into() };
            errors.push_related(kind, alias.span, first.alias.span, "first imported here");
        }
    }
    for (index, body) in module.bodies_mut().enumerate() {
        let items = body.blocks.iter_mut().flat_map(|block| &mut block.items);
        for item in items {
            let Item::Invocation(invocation) = item else { continue };
            if invocation.kind == InvocationKind::SysCall {
                resolve_system_call(invocation, kernel, errors);
                continue;
            }
            let label = match invocation.name {
                ProcedureName::Local(label) => label,
                ProcedureName::Imported { module, .. } => {
                    let alias = first_name(module.text);
                    let kind = match aliases.get(alias).map(|import| import.imported) {
                        Some(Imported::Module(path)) => missing(path.text),
                        _ => {
                            let suggest = errors.want_suggestions();
                            let nearest = suggest.then(|| nearest(alias, aliases.keys().copied())).flatten();
                            AssemblyErrorKind::UnknownModule {
                                alias: excerpt(alias),
                                nearest: nearest.map(|name| name.to_string()),
                            }
                        }
                    };
                    errors.push(kind, module.span);
                    continue;
                }
                ProcedureName::Absolute { path, .. } => {
                    errors.push(missing(path.text), path.span);
                    continue;
                }
            };
            match known.get(label.text) {
                // The program comes behind all procedures, so its index is greater than theirs.
                Some((id, _)) if id.0 < index => {
                    invocation.target = Some(Target::Procedure(*id));
                }
                Some((_, definition)) => {
                    let kind = AssemblyErrorKind::UndefinedProcedure {
                        label: label.text.into(),
                        later: true,
                        nearest: None,
                    };
                    errors.push_related(kind, label.span, *definition, "defined here");
                }
                None => {
                    let suggest = errors.want_suggestions();
                    let nearest = suggest.then(|| nearest(label.text, known.keys().copied())).flatten();
                    let kind = AssemblyErrorKind::UndefinedProcedure {
                        label: label.text.into(),
                        later: false,
                        nearest: nearest.map(|name| name.to_string()),
                    };
                    errors.push(kind, label.span);
                }
            }
        }
    }
}

fn missing(path: &str) -> AssemblyErrorKind {
    AssemblyErrorKind::MissingModule { path: path.to_string(), nearest: None }
}

/// The first name of a path.
fn first_name(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

fn resolve_system_call(invocation: &mut Invocation<'_>, kernel: Option<&Exports>, errors: &mut Errors) {
    let label = invocation.name.label();
    if let Some(node) = kernel.and_then(|exports| exports.get(label.text)) {
        invocation.target = Some(Target::Kernel(*node));
        return;
    }
    let names = kernel.into_iter().flat_map(BTreeMap::keys).map(|name| name.as_str());
    let suggest = errors.want_suggestions();
    let nearest = suggest.then(|| nearest(label.text, names)).flatten();
    let kind = AssemblyErrorKind::UndefinedSystemCall {
        label: label.text.into(),
        has_kernel: kernel.is_some(),
        nearest: nearest.map(|name| name.to_string()),
    };
    errors.push(kind, label.span);
}
