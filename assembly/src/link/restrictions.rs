//! Restrictions of kernel code, and of code outside of kernels.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly_syntax::Span;
use miden_core::Kernel;

use super::{LinkedModule, Linker, Order, chain};
use crate::{
    AssemblyError, AssemblyErrorKind,
    ast::{InvocationKind, Item, ModuleId, ModuleKind, ProcedureId, Target},
    errors::Errors,
    library::Needs,
};

/// Resolves the system calls of reachable code, and checks restrictions that depend on whether it is part of a kernel.
///
/// A module of a library cannot know whether it becomes part of a kernel, so its procedures are checked where they are
/// used.
pub(super) fn check(
    kind: ModuleKind,
    modules: &mut [LinkedModule<'_>],
    num_roots: usize,
    order: &Order,
    linker: Linker<'_>,
    errors: &mut [Errors],
) {
    check_compiled(kind, modules, order, linker, errors);
    // The assembled modules were checked when they were parsed.
    for &id in order.procedures.iter().filter(|id| id.module.0 >= num_roots) {
        let Some(module) = modules.get_mut(id.module.0) else { continue };
        let Some(errors) = errors.get_mut(id.module.0) else { continue };
        let Some(procedure) = module.ast.procedures.get_mut(id.index) else { continue };
        if kind != ModuleKind::Kernel {
            procedure.body.invocations_mut().for_each(|invocation| {
                linker.resolve_system_call(invocation, errors);
            });
        }
        let source = module.source;
        let items = module.ast.procedures.get(id.index).map(|procedure| &procedure.body);
        let forbidden = items.into_iter().flat_map(|body| &body.blocks).flat_map(|block| &block.items);
        let forbidden = forbidden.filter_map(|item| forbidden_item(item, kind));
        let found: Vec<(AssemblyErrorKind, Span)> = forbidden.collect();
        for (kind, span) in found {
            let error = AssemblyError::new(kind, source.clone(), span);
            errors.add(explain(error, id, modules, order));
        }
    }
}

/// Checks the procedures of compiled libraries where they are used.
fn check_compiled(
    kind: ModuleKind,
    modules: &[LinkedModule<'_>],
    order: &Order,
    linker: Linker<'_>,
    errors: &mut [Errors],
) {
    let none = Kernel::default();
    let kernel = linker.kernel.map_or(&none, |kernel| &kernel.kernel);
    let mut needs: BTreeMap<usize, Vec<Needs>> = BTreeMap::new();
    let procedures = order.procedures.iter().filter_map(|id| {
        let module = modules.get(id.module.0)?;
        Some((Some(*id), module, &module.ast.procedures.get(id.index)?.body))
    });
    let programs = modules.iter().filter_map(|module| Some((None, module, module.ast.program.as_ref()?)));
    for (id, module, body) in programs.chain(procedures) {
        for invocation in body.invocations() {
            let Some(Target::Compiled(compiled)) = invocation.target else { continue };
            let Some(library) = linker.libraries.compiled(compiled.module.library) else { continue };
            let Some(procedure) = linker.libraries.procedure(compiled) else { continue };
            let nodes = needs.entry(compiled.module.library).or_insert_with(|| library.node_needs(kernel));
            let needs = procedure.code.needs(nodes);
            let name = || module.source.slice(invocation.span).into();
            let kind = match needs {
                Needs { calls: true, .. } if kind == ModuleKind::Kernel => {
                    AssemblyErrorKind::CallInKernel { name: name() }
                }
                Needs { caller: true, .. } if kind == ModuleKind::Program => {
                    AssemblyErrorKind::CallerOutsideKernel
                }
                Needs { missing: Some(digest), .. } => {
                    AssemblyErrorKind::MissingKernelProcedure { name: name(), digest }
                }
                _ => continue,
            };
            let error = AssemblyError::new(kind, module.source.clone(), invocation.span);
            let error = match id {
                Some(id) => explain(error, id, modules, order),
                None => error,
            };
            if let Some(errors) = errors.get_mut(id.map_or(0, |id| id.module.0)) {
                errors.add(error);
            }
        }
    }
}

/// The error of an item that is not allowed in a kernel, or not outside of one.
fn forbidden_item(item: &Item<'_>, kind: ModuleKind) -> Option<(AssemblyErrorKind, Span)> {
    let in_kernel = kind == ModuleKind::Kernel;
    let call = |name: &str, span| Some((AssemblyErrorKind::CallInKernel { name: name.to_string() }, span));
    match item {
        Item::Invocation(invocation) if in_kernel => match invocation.kind {
            InvocationKind::Call => call("call", invocation.span),
            InvocationKind::SysCall => call("syscall", invocation.span),
            InvocationKind::Exec | InvocationKind::Reference => None,
        },
        Item::Dynamic { call: true, span } if in_kernel => call("dyncall", *span),
        Item::Instruction { instruction, span } if kind == ModuleKind::Program && instruction.is_caller() => {
            Some((AssemblyErrorKind::CallerOutsideKernel, *span))
        }
        _ => None,
    }
}

/// Adds the places through which a procedure is reached, innermost first.
fn explain(
    mut error: AssemblyError,
    id: ProcedureId,
    modules: &[LinkedModule<'_>],
    order: &Order,
) -> AssemblyError {
    let label = |id: ProcedureId| -> String {
        let procedure = modules.get(id.module.0).and_then(|module| module.ast.procedures.get(id.index));
        procedure.map(|procedure| procedure.label.text.to_string()).unwrap_or_default()
    };
    let mut at = id;
    for _ in 0..chain::MAX_SHOWN {
        let Some(&(from, span)) = order.named.get(&at) else { break };
        let module = from.map_or(ModuleId(0), |from| from.module);
        let Some(module) = modules.get(module.0) else { break };
        error = error.with_related(module.source, span, format!("`{}` is reached from here", label(at)));
        let Some(from) = from else { break };
        at = from;
    }
    error
}
