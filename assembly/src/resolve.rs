//! Names to procedures.

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    string::ToString,
};

use miden_core::NodeId;

use crate::{
    AssemblyErrorKind,
    ast::{Invocation, InvocationKind, Item, Module, ProcedureId, Target},
    errors::Errors,
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
    for (index, body) in module.bodies_mut().enumerate() {
        let items = body.blocks.iter_mut().flat_map(|block| &mut block.items);
        for item in items {
            let Item::Invocation(invocation) = item else { continue };
            if invocation.kind == InvocationKind::SysCall {
                resolve_system_call(invocation, kernel, errors);
                continue;
            }
            let label = invocation.label;
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

fn resolve_system_call(invocation: &mut Invocation<'_>, kernel: Option<&Exports>, errors: &mut Errors) {
    let label = invocation.label;
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
