//! Order of procedures, each after those it invokes.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format, vec,
    vec::Vec,
};

use miden_assembly_syntax::Span;

use super::{LinkedModule, PerModule, chain};
use crate::{
    AssemblyError, AssemblyErrorKind,
    ast::{Body, ModuleId, ProcedureId, Target},
    errors::Errors,
};

/// The reachable procedures, and how they are reached.
#[derive(Debug)]
pub(super) struct Order {
    /// Each after those it invokes; needed ones come first.
    pub(super) procedures: Vec<ProcedureId>,
    pub(super) num_needed: usize,
    /// The first place that names each procedure: the naming procedure, unless it is the program, and the span.
    pub(super) named: BTreeMap<ProcedureId, (Option<ProcedureId>, Span)>,
}

/// A procedure whose invocations are being followed.
struct ProcedureVisit {
    id: ProcedureId,
    invoked: Vec<(ProcedureId, Span)>,
    next: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProcedureState {
    New,
    /// It is on the path to the current procedure, at this depth.
    Open(usize),
    Done,
}

impl Order {
    /// Orders the procedures that the first `num_roots` modules need, followed by their other procedures. Recursion is
    /// an error.
    pub(super) fn new(
        modules: &PerModule<LinkedModule<'_>>,
        num_roots: usize,
        errors: &mut PerModule<Errors>,
    ) -> Self {
        let states = modules.map(|module| vec![ProcedureState::New; module.ast.procedures.len()]);
        let order = Self { procedures: Vec::new(), num_needed: 0, named: BTreeMap::new() };
        let mut ordering = Ordering { modules, states, order, reported: BTreeSet::new() };
        let roots = modules.first_few(num_roots);
        let program = roots.iter().flat_map(|module| &module.ast.program).flat_map(invoked);
        for (id, span) in program {
            ordering.order.named.entry(id).or_insert((None, span));
            ordering.follow(id, errors);
        }
        for target in roots.iter().flat_map(|module| module.exports.values()) {
            let Target::Procedure(id) = *target else { continue };
            ordering.follow(id, errors);
        }
        ordering.order.num_needed = ordering.order.procedures.len();
        for (module, root) in (0..).map(ModuleId).zip(roots) {
            for index in 0..root.ast.procedures.len() {
                ordering.follow(ProcedureId { module, index }, errors);
            }
        }
        ordering.order
    }
}

struct Ordering<'a, 's> {
    modules: &'a PerModule<LinkedModule<'s>>,
    states: PerModule<Vec<ProcedureState>>,
    order: Order,
    /// The procedures whose recursion has been reported.
    reported: BTreeSet<ProcedureId>,
}

impl<'s> Ordering<'_, 's> {
    /// Adds a procedure and all that it reaches, with a list of open procedures instead of recursion.
    fn follow(&mut self, root: ProcedureId, errors: &mut PerModule<Errors>) {
        let mut open: Vec<ProcedureVisit> = Vec::new();
        self.open(root, &mut open);
        while let Some(last) = open.last_mut() {
            let Some(&(id, span)) = last.invoked.get(last.next) else {
                let id = last.id;
                self.set_state(id, ProcedureState::Done);
                self.order.procedures.push(id);
                open.pop();
                continue;
            };
            last.next += 1;
            let from = last.id;
            self.order.named.entry(id).or_insert((Some(from), span));
            if let ProcedureState::Open(depth) = self.state(id) {
                if !self.reported.insert(id) {
                    continue;
                }
                let around = open.get(depth..).expect("an open procedure is in the list, at its depth");
                errors[from.module].add(self.recursion(around, id, span));
                continue;
            }
            self.open(id, &mut open);
        }
    }

    fn open(&mut self, id: ProcedureId, open: &mut Vec<ProcedureVisit>) {
        if self.state(id) != ProcedureState::New {
            return;
        }
        self.set_state(id, ProcedureState::Open(open.len()));
        let invoked = invoked(&self.modules.procedure(id).body).collect();
        open.push(ProcedureVisit { id, invoked, next: 0 });
    }

    /// The error of a recursion: the procedures in `around`, the last of which invokes the first.
    fn recursion(&self, around: &[ProcedureVisit], back: ProcedureId, span: Span) -> AssemblyError {
        let label = |id: ProcedureId| self.modules.procedure(id).label.text;
        // Only the names that are shown are looked up, since there can be as many errors as procedures.
        let len = around.len();
        let shown = around.iter().take(chain::MAX_SHOWN).map(|open| label(open.id));
        let mut names: Vec<&str> = shown.collect();
        if len > chain::MAX_SHOWN {
            names.push("…");
        }
        names.push(label(back));
        let kind = AssemblyErrorKind::Recursion { label: label(back).into(), chain: chain::text(&names) };
        let source = |id: ProcedureId| self.modules[id.module].source;
        let last = around.last().expect("a cycle has a procedure");
        let mut error = AssemblyError::new(kind, source(last.id).clone(), span);
        for open in around.iter().take(len - 1).take(chain::MAX_SHOWN) {
            let (next, span) = open.followed();
            error = error.with_related(source(open.id), span, format!("invokes `{}`", label(next)));
        }
        error
    }

    fn state(&self, id: ProcedureId) -> ProcedureState {
        *self.states[id.module].get(id.index).expect("there is a state for each procedure")
    }

    fn set_state(&mut self, id: ProcedureId, state: ProcedureState) {
        *self.states[id.module].get_mut(id.index).expect("there is a state for each procedure") = state;
    }
}

impl ProcedureVisit {
    /// The invocation that leads to the next open procedure.
    fn followed(&self) -> (ProcedureId, Span) {
        let followed = self.next.checked_sub(1).and_then(|index| self.invoked.get(index));
        *followed.expect("a procedure with another one after it follows an invocation")
    }
}

/// The procedures named in a body.
fn invoked(body: &Body<'_>) -> impl Iterator<Item = (ProcedureId, Span)> {
    body.invocations().filter_map(|invocation| match invocation.target {
        Some(Target::Procedure(id)) => Some((id, invocation.span)),
        _ => None,
    })
}
