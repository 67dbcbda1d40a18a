//! What code of a kernel may do that other code may not, and the other way round.

use alloc::{
    format,
    string::{String, ToString},
};

use super::{LinkedModule, Linker, Order, chain};
use crate::{
    AssemblyError, AssemblyErrorKind, Span,
    ast::{InvocationKind, Item, ModuleId, ModuleKind, ProcedureId},
    errors::Errors,
};

/// Resolves the system calls of what is reached, and checks what depends on whether the code is part of a kernel.
///
/// A module of a library does not know what it becomes a part of, so its procedures are checked where they are used.
pub(super) fn check(
    kind: ModuleKind,
    modules: &mut [LinkedModule<'_>],
    order: &Order,
    linker: Linker<'_>,
    errors: &mut [Errors],
) {
    let in_kernel = kind == ModuleKind::Kernel;
    // The file that is assembled has been checked when it was read.
    for &id in order.procedures.iter().filter(|id| id.module != ModuleId(0)) {
        let Some(module) = modules.get_mut(id.module.0) else { continue };
        let Some(errors) = errors.get_mut(id.module.0) else { continue };
        let Some(procedure) = module.ast.procedures.get_mut(id.index) else { continue };
        if !in_kernel {
            procedure.body.invocations_mut().for_each(|invocation| {
                linker.resolve_system_call(invocation, errors);
            });
        }
        let source = module.source;
        let items = module.ast.procedures.get(id.index).map(|procedure| &procedure.body);
        let forbidden = items.into_iter().flat_map(|body| &body.blocks).flat_map(|block| &block.items);
        let forbidden = forbidden.filter_map(|item| forbidden_item(item, in_kernel));
        let found: alloc::vec::Vec<(AssemblyErrorKind, Span)> = forbidden.collect();
        for (kind, span) in found {
            let error = AssemblyError::new(kind, source.clone(), span);
            errors.add(explain(error, id, modules, order));
        }
    }
}

/// What is wrong with an item, if it cannot stand in code of a kernel, or not outside of one.
fn forbidden_item(item: &Item<'_>, in_kernel: bool) -> Option<(AssemblyErrorKind, Span)> {
    let call = |name: &str, span| Some((AssemblyErrorKind::CallInKernel { name: name.to_string() }, span));
    match item {
        Item::Invocation(invocation) if in_kernel => match invocation.kind {
            InvocationKind::Call => call("call", invocation.span),
            InvocationKind::SysCall => call("syscall", invocation.span),
            InvocationKind::Exec | InvocationKind::Reference => None,
        },
        Item::Dynamic { call: true, span } if in_kernel => call("dyncall", *span),
        Item::Instruction { instruction, span } if !in_kernel && instruction.is_caller() => {
            Some((AssemblyErrorKind::CallerOutsideKernel, *span))
        }
        _ => None,
    }
}

/// Adds the places through which a procedure is reached, outwards.
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
