use std::cell::OnceCell;

use miden_core::Felt;

use super::locals::Locals;
use crate::{Moment, expression::Scope};

/// The state before a cycle, for expressions.
pub(super) struct MomentScope<'a> {
    moment: &'a Moment<'a>,
    locals: OnceCell<Locals>,
}

impl<'a> MomentScope<'a> {
    pub(super) const fn new(moment: &'a Moment<'a>) -> Self {
        Self { moment, locals: OnceCell::new() }
    }

    /// The locals of the innermost procedure; none while they are not reserved.
    pub(super) fn locals(&self) -> &Locals {
        self.locals.get_or_init(|| {
            let frames = self.moment.frames();
            let Some(frame) = frames.first() else { return Locals::default() };
            let Some(procedure) = &frame.procedure else { return Locals::default() };
            // Its header reserves the locals, and releases them.
            let is_header = frame.instruction.as_ref().is_none_or(|instruction| {
                instruction.source().id() == procedure.source().id()
                    && instruction.span().range().contains(&procedure.span().start)
            });
            if is_header { Locals::default() } else { Locals::of(procedure) }
        })
    }
}

impl Scope for MomentScope<'_> {
    fn clk(&self) -> u64 {
        self.moment.cycle().clk
    }

    fn ctx(&self) -> u64 {
        self.moment.cycle().ctx
    }

    fn fmp(&self) -> Felt {
        self.moment.cycle().fmp
    }

    fn depth(&self) -> usize {
        self.moment.cycle().stack.depth()
    }

    fn item(&self, position: u64) -> Option<Felt> {
        self.moment.cycle().stack.get(usize::try_from(position).ok()?)
    }

    fn memory(&self, address: u32, element: usize) -> Felt {
        let cycle = self.moment.cycle();
        cycle.memory.word(cycle.ctx, address).get(element).copied().unwrap_or_default()
    }

    fn local(&self, index: u64) -> Option<u32> {
        self.locals().address(index, self.fmp().as_int())
    }

    fn local_named(&self, name: &str) -> Option<u64> {
        self.locals().index(name)
    }
}
