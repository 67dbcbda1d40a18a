//! The state of the machine after the inputs of a session.

use std::time::Duration;

use miden_core::{Felt, Word, field::FieldElement, params::STACK_TOP};
use miden_processor::{InMemoryAdvice, ProcessState};

/// The state after the last input.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) stack: Vec<Felt>,
    pub(super) memory: Vec<(u32, Word)>,
    /// The locals of the session, if its code uses any.
    pub(super) locals: Vec<Word>,
    pub(super) advice: InMemoryAdvice,
    pub(super) cycles: u64,
    /// Time of the whole run.
    pub(super) time: Duration,
}

impl State {
    /// Takes the state of a running machine, with this number of locals.
    pub(super) fn of(machine: &dyn ProcessState, advice: &InMemoryAdvice, num_locals: u16) -> Self {
        let ctx = machine.ctx();
        // Local `i` of `n` is at `fmp − (n − 1) + i`.
        let first = machine.fmp().as_int().saturating_sub(u64::from(num_locals.saturating_sub(1)));
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        let addresses = (first..).take(num_locals.into());
        let is_local = |address: &u32| (first..).take(num_locals.into()).any(|local| local == *address);
        Self {
            stack: (0..machine.depth()).map(|position| machine.item(position)).collect(),
            memory: machine
                .written_memory(ctx)
                .into_iter()
                .filter(|(address, _)| !is_local(address))
                .collect(),
            locals: addresses.map(|address| machine.memory(ctx, address)).collect(),
            advice: advice.clone(),
            cycles: machine.clk(),
            time: Duration::ZERO,
        }
    }

    /// The stack without the zeros at its end.
    pub(super) fn stack_text(&self) -> String {
        let zeros = self.stack.iter().rev().take_while(|item| **item == Felt::ZERO).count();
        let used = self.stack.len() - zeros.min(STACK_TOP);
        list(self.stack.iter().take(used))
    }
}

/// Elements in brackets.
pub(super) fn list<'f>(items: impl IntoIterator<Item = &'f Felt>) -> String {
    format!("[{}]", items.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}
