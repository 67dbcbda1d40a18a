//! Restrictions of kernel code, and of code outside of kernels.

use alloc::{collections::BTreeMap, format, string::ToString, vec::Vec};

use miden_assembly_syntax::Span;
use miden_core::Kernel;

use super::{LinkedModule, Linker, Order, PerModule, chain};
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
    modules: &mut PerModule<LinkedModule<'_>>,
    num_roots: usize,
    order: &Order,
    linker: Linker<'_>,
    errors: &mut PerModule<Errors>,
) {
    check_compiled(kind, modules, order, linker, errors);
    // The assembled modules were checked when they were parsed.
    for &id in order.procedures.iter().filter(|id| id.module.0 >= num_roots) {
        let errors = &mut errors[id.module];
        if kind != ModuleKind::Kernel {
            for invocation in modules[id.module].procedure_mut(id.index).body.invocations_mut() {
                linker.resolve_system_call(invocation, errors);
            }
        }
        let items = modules.procedure(id).body.blocks.iter().flat_map(|block| &block.items);
        for (kind, span) in items.filter_map(|item| forbidden_item(item, kind)) {
            let error = AssemblyError::new(kind, modules[id.module].source.clone(), span);
            errors.add(explain(error, id, modules, order));
        }
    }
}

/// Checks the procedures of compiled libraries where they are used.
fn check_compiled(
    kind: ModuleKind,
    modules: &PerModule<LinkedModule<'_>>,
    order: &Order,
    linker: Linker<'_>,
    errors: &mut PerModule<Errors>,
) {
    let none = Kernel::default();
    let kernel = linker.kernel.map_or(&none, |kernel| &kernel.kernel);
    let mut needs: BTreeMap<usize, Vec<Needs>> = BTreeMap::new();
    let procedures = order.procedures.iter();
    let procedures = procedures.map(|&id| (Some(id), &modules[id.module], &modules.procedure(id).body));
    let programs = modules.iter().filter_map(|module| Some((None, module, module.ast.program.as_ref()?)));
    for (id, module, body) in programs.chain(procedures) {
        for invocation in body.invocations() {
            let Some(Target::Compiled(compiled)) = invocation.target else { continue };
            let library = linker.libraries.compiled(compiled.module.library);
            let procedure = linker.libraries.procedure(compiled);
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
            errors[id.map_or(ModuleId(0), |id| id.module)].add(error);
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
    modules: &PerModule<LinkedModule<'_>>,
    order: &Order,
) -> AssemblyError {
    let label = |id: ProcedureId| modules.procedure(id).label.text;
    let mut at = id;
    for _ in 0..chain::MAX_SHOWN {
        // An exported procedure need not be named anywhere.
        let Some(&(from, span)) = order.named.get(&at) else { break };
        let module = from.map_or(ModuleId(0), |from| from.module);
        error =
            error.with_related(modules[module].source, span, format!("`{}` is reached from here", label(at)));
        let Some(from) = from else { break };
        at = from;
    }
    error
}
