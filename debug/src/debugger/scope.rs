use std::{cell::OnceCell, rc::Rc};

use miden_core::{
    Felt,
    params::{FMP_INIT, FMP_SYSCALL},
};

use crate::{Frame, Moment, expression::Scope, place::Locals};

/// The state before a cycle as one of its invocations sees it, for expressions.
pub(super) struct MomentScope<'a> {
    moment: &'a Moment<'a>,
    /// Number of invocations inside of it.
    frame: usize,
    /// Number of invocations that have not been entered.
    hidden: usize,
    view: OnceCell<View>,
}

/// The memory of an invocation.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) ctx: u64,
    pub(super) fmp: Felt,
    pub(super) locals: Rc<Locals>,
}

impl<'a> MomentScope<'a> {
    /// The view of the innermost invocation.
    pub(super) const fn new(moment: &'a Moment<'a>) -> Self {
        Self::of_frame(moment, 0, 0)
    }

    /// The view of an invocation, of which this one is the innermost after so many that have not been entered.
    pub(super) const fn of_frame(moment: &'a Moment<'a>, hidden: usize, frame: usize) -> Self {
        Self { moment, frame, hidden, view: OnceCell::new() }
    }

    /// The memory of the invocation. It has no locals while they are not reserved, or if it is not known where they are.
    pub(super) fn view(&self) -> &View {
        self.view.get_or_init(|| {
            let frames = self.moment.frames();
            view(self.moment, frames.get(self.hidden..).unwrap_or_default(), self.frame)
        })
    }

    fn is_innermost(&self) -> bool {
        self.frame == 0
    }
}

/// The memory of an invocation.
fn view(moment: &Moment<'_>, frames: &[Frame], number: usize) -> View {
    let number = number.min(frames.len().saturating_sub(1));
    let (before, after) = frames.split_at(number);
    // The invocations in the same context inside of it, and outside.
    let inner = before.len() - before.iter().rposition(|frame| frame.has_context).map_or(0, |last| last + 1);
    let outer = after.iter().position(|frame| frame.has_context).unwrap_or(0);
    let depth = before.iter().filter(|frame| frame.has_context).count();
    let (ctx, top) = moment.contexts().nth(depth).unwrap_or((moment.cycle().ctx, moment.cycle().fmp));
    let group = frames.get(number - inner..frames.len().min(number + outer + 1)).unwrap_or_default();
    let locals: Vec<_> = group.iter().map(|frame| locals(moment, frame)).collect();
    let count = |locals: &[Rc<Locals>]| locals.iter().map(|locals| u64::from(locals.count)).sum::<u64>();
    let own = locals.get(inner).cloned().unwrap_or_default();
    let first = if top.as_int() >= FMP_SYSCALL { FMP_SYSCALL } else { FMP_INIT };
    let is_known = top.as_int().checked_sub(first) == Some(count(&locals));
    let fmp = top - Felt::new(count(locals.get(..inner).unwrap_or_default()));
    match inner == 0 || is_known {
        true => View { ctx, fmp, locals: own },
        false => View { ctx, fmp: top, locals: Rc::default() },
    }
}

/// The locals of a procedure while they are reserved: its header reserves and releases them.
fn locals(moment: &Moment<'_>, frame: &Frame) -> Rc<Locals> {
    let Some(procedure) = &frame.procedure else { return Rc::default() };
    let is_header = frame.instruction.as_ref().is_none_or(|instruction| {
        instruction.source().id() == procedure.source().id()
            && instruction.span().range().contains(&procedure.span().start)
    });
    if is_header { Rc::default() } else { moment.locals_of(procedure) }
}

impl Scope for MomentScope<'_> {
    fn clk(&self) -> u64 {
        self.moment.cycle().clk
    }

    fn ctx(&self) -> u64 {
        if self.is_innermost() { self.moment.cycle().ctx } else { self.view().ctx }
    }

    fn fmp(&self) -> Felt {
        if self.is_innermost() { self.moment.cycle().fmp } else { self.view().fmp }
    }

    fn depth(&self) -> usize {
        self.moment.cycle().stack.depth()
    }

    fn item(&self, position: u64) -> Option<Felt> {
        self.moment.cycle().stack.get(usize::try_from(position).ok()?)
    }

    fn memory(&self, address: u32, element: usize) -> Felt {
        let word = self.moment.cycle().memory.word(self.ctx(), address);
        word.get(element).copied().unwrap_or_default()
    }

    fn local(&self, index: u64) -> Option<u32> {
        let view = self.view();
        view.locals.address(index, view.fmp.as_int())
    }

    fn local_named(&self, name: &str) -> Option<u64> {
        self.view().locals.index(name)
    }
}
