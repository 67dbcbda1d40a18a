use std::{cmp::Reverse, ops::Range};

use miden_core::{Felt, NodeId, Opcode, params::STREAM_ADDRESS};
use miden_processor::Step;

use super::{breakpoint::Place, scope::MomentScope};
use crate::{Expression, Frame, Moment, place::Link};

/// The places at which the program stops.
#[derive(Debug, Default)]
pub(super) struct Stops {
    list: Vec<Stopping>,
    /// Whether cycles at which no instruction starts matter.
    has_cycles: bool,
    /// For each node that was looked at, the operations before which it may stop.
    candidates: Vec<Option<Box<[bool]>>>,
}

/// The parts of a node at which the program may stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Candidates {
    /// None of them.
    None,
    /// Operations of a block.
    Operations {
        /// Whether the first one is among them, whatever the block says.
        first: bool,
    },
    /// All of them.
    All,
}

/// Why the program stops at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// The end of a run to a place.
    Reached,
    /// The breakpoint with this number.
    Breakpoint(u32),
    /// The command `breakpoint`.
    Command,
}

/// A place at which the program stops.
#[derive(Debug)]
pub(super) struct Stopping {
    pub(super) reason: Reason,
    pub(super) place: Place,
    pub(super) condition: Option<Expression>,
}

/// A stop at a cycle, and the number of invocations that have not been entered yet.
pub(super) type Hit = (Reason, usize);

impl Stops {
    pub(super) fn push(&mut self, stopping: Stopping) {
        self.list.push(stopping);
        self.update();
    }

    pub(super) fn remove(&mut self, reason: Reason) {
        self.list.retain(|stopping| stopping.reason != reason);
        self.update();
    }

    fn update(&mut self) {
        self.has_cycles = self.list.iter().any(|stopping| stopping.place.is_of_cycle());
        self.candidates.clear();
    }

    /// The parts at which the program may stop in the node that is visited next, or at a return.
    pub(super) fn candidates(&mut self, moment: &Moment<'_>) -> Candidates {
        let operations = moment.operations().len();
        let clks = moment.cycle().clk..=moment.cycle().clk + operations as u64;
        let is_within =
            |stopping: &Stopping| matches!(stopping.place, Place::Cycle(clk) if clks.contains(&clk));
        if moment.has_waiting_commands() || self.has_cycles && self.list.iter().any(is_within) {
            return Candidates::All;
        }
        if moment.cycle().step == Step::Return {
            return Candidates::None;
        }
        let first = moment.starting().any(|link| self.list.iter().any(|stopping| stopping.is_of(link)));
        let (list, number) = (&self.list, moment.cycle().node.index());
        if self.candidates.len() <= number {
            self.candidates.resize(number + 1, None);
        }
        let Some(known) = self.candidates.get_mut(number) else { return Candidates::All };
        let own = known.get_or_insert_with(|| {
            let parts = 0..operations.max(1);
            let may_stop = |part| {
                moment.has_breakpoint_at(part) || list.iter().any(|stopping| stopping.may_be_at(moment, part))
            };
            let parts: Box<[bool]> = parts.map(may_stop).collect();
            if parts.contains(&true) { parts } else { Box::default() }
        });
        if own.is_empty() && !first { Candidates::None } else { Candidates::Operations { first } }
    }

    /// Whether the program may stop before an operation of a block.
    pub(super) fn is_candidate(&self, node: NodeId, operation: usize) -> bool {
        let own = self.candidates.get(node.index()).and_then(Option::as_ref);
        own.is_some_and(|own| own.get(operation).is_some_and(|may_stop| *may_stop))
    }

    /// The breakpoint for faults.
    pub(super) fn on_fault(&self, moment: &Moment<'_>) -> Option<Reason> {
        let fault =
            self.list.iter().find(|stopping| stopping.place == Place::Fault && stopping.holds(moment));
        fault.map(|stopping| stopping.reason)
    }

    /// The first stop at a cycle; of the invocations that start there, so many at least and fewer than so many have not
    /// been entered.
    pub(super) fn first(&self, moment: &Moment<'_>, hidden: Range<usize>) -> Option<Hit> {
        self.hits(moment, hidden).max_by_key(|(reason, hidden)| (*hidden, Reverse(*reason)))
    }

    /// Like [`Self::first`], the last stop.
    pub(super) fn last(&self, moment: &Moment<'_>, hidden: Range<usize>) -> Option<Hit> {
        self.hits(moment, hidden).min_by_key(|(reason, hidden)| (*hidden, *reason))
    }

    fn hits(&self, moment: &Moment<'_>, hidden: Range<usize>) -> impl Iterator<Item = Hit> {
        let commands = if moment.is_at_breakpoint() { moment.entering_at_breakpoints() } else { Vec::new() };
        let within = hidden.clone();
        let commands = commands.into_iter().filter(move |level| within.contains(level));
        self.places(moment, hidden).into_iter().chain(commands.map(|level| (Reason::Command, level)))
    }

    fn places(&self, moment: &Moment<'_>, hidden: Range<usize>) -> Vec<Hit> {
        if self.list.is_empty() || !self.has_cycles && !moment.starts_statement() {
            return Vec::new();
        }
        if !moment.starts_statement() {
            // Inside of an instruction, only cycles and writes can match, and no invocation starts.
            let own = self.list.iter().filter(|stopping| stopping.place.is_of_cycle());
            let found = own.filter(|stopping| hidden.contains(&0) && stopping.is_at(moment, &[], 0));
            return found.filter(|stopping| stopping.holds(moment)).map(|own| (own.reason, 0)).collect();
        }
        // Frames are needed at procedures and invocations only.
        let entering = moment.entering();
        let frames = if entering > 0 || moment.is_called() { moment.frames() } else { Vec::new() };
        let found = self.list.iter().filter_map(move |stopping| {
            let levels = hidden.start..hidden.end.min(entering + 1);
            let hidden = levels.rev().find(|hidden| stopping.is_at(moment, &frames, *hidden))?;
            stopping.holds(moment).then_some((stopping.reason, hidden))
        });
        found.collect()
    }
}

impl Stopping {
    fn holds(&self, moment: &Moment<'_>) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.holds(&MomentScope::new(moment)))
    }

    /// Whether the start of an invocation may be its place.
    fn is_of(&self, link: &Link) -> bool {
        match &self.place {
            Place::Instruction { source, offset } => link.site.may_be_at(*source, *offset),
            Place::Procedures(places) => link
                .procedure
                .as_ref()
                .is_some_and(|callee| places.contains(&(callee.source().id(), callee.span().start))),
            _ => false,
        }
    }

    /// Whether it may stop before an operation of the current block, or at the current node, whatever the state.
    fn may_be_at(&self, moment: &Moment<'_>, part: usize) -> bool {
        match &self.place {
            Place::Instruction { source, offset } => moment.places(part).contains(&(*source, *offset)),
            Place::Procedures(places) => {
                moment.procedures(part).iter().any(|procedure| places.contains(procedure))
            }
            Place::Write(_) => moment.operations().get(part).is_some_and(|operation| {
                matches!(operation.opcode(), Opcode::MStore | Opcode::MStoreW | Opcode::Pipe)
            }),
            Place::Cycle(_) | Place::Fault => false,
        }
    }

    /// Whether it stops where so many invocations have not been entered.
    fn is_at(&self, moment: &Moment<'_>, frames: &[Frame], hidden: usize) -> bool {
        match &self.place {
            Place::Instruction { source, offset } if hidden == 0 => moment.starts_at(*source, *offset),
            Place::Instruction { source, offset } => {
                let calls = frames.get(hidden).map(|frame| frame.instruction.iter().chain(&frame.others));
                calls
                    .into_iter()
                    .flatten()
                    .any(|call| call.source().id() == *source && call.span().start == *offset)
            }
            Place::Procedures(places) => {
                let is_entered = hidden < moment.entering() || moment.is_called();
                let procedure = frames.get(hidden).and_then(|frame| frame.procedure.as_ref());
                is_entered
                    && procedure.is_some_and(|procedure| {
                        places.contains(&(procedure.source().id(), procedure.span().start))
                    })
            }
            Place::Cycle(clk) => hidden == 0 && moment.cycle().clk == *clk,
            Place::Write(address) => hidden == 0 && writes(moment, *address),
            Place::Fault => false,
        }
    }
}

/// Whether the operation of the cycle writes to an address.
fn writes(moment: &Moment<'_>, address: u32) -> bool {
    let stack = moment.cycle().stack;
    let (first, count) = match moment.operation().map(|operation| operation.opcode()) {
        Some(Opcode::MStore | Opcode::MStoreW) => (stack.item(0), 1),
        Some(Opcode::Pipe) => (stack.item(STREAM_ADDRESS), 2),
        _ => return false,
    };
    (0..count).any(|offset: u32| first + Felt::from(offset) == Felt::from(address))
}
