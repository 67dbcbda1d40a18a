//! Searches for cycles, in both directions.

use miden_core::{Node, NodeId};
use miden_processor::{Cycle, CycleObserver, PausingObserver, Step};

use super::{Recorder, UNINTERRUPTED};
use crate::place::{Moment, Walk};

/// A search for a cycle. It may rule out nodes and operations without looking at each of their cycles.
pub(crate) trait Search {
    /// Whether a cycle of the node that is visited next may match: the visit, or an operation if it is a block. For a
    /// return, whether that may match.
    fn may_match_in(&mut self, moment: &Moment<'_>) -> bool;

    /// The search begins, or goes on, inside of a block: any of its operations may match.
    fn begin_in_block(&mut self);

    /// Whether an operation of a block may match, by its index. The block is the last one that may match, or the one in
    /// which the search has begun.
    fn may_match(&self, node: NodeId, operation: usize) -> bool;

    /// Whether the cycle matches.
    fn matches(&mut self, moment: &Moment<'_>) -> bool;
}

/// A search that looks at every cycle.
struct EveryCycle<F>(F);

impl<F: FnMut(&Moment<'_>) -> bool> Search for EveryCycle<F> {
    fn may_match_in(&mut self, _moment: &Moment<'_>) -> bool {
        true
    }

    fn begin_in_block(&mut self) {}

    fn may_match(&self, _node: NodeId, _operation: usize) -> bool {
        true
    }

    fn matches(&mut self, moment: &Moment<'_>) -> bool {
        (self.0)(moment)
    }
}

/// Number of cycles that a search backwards looks at first; further windows are larger by [`WINDOW_FACTOR`] each.
const FIRST_WINDOW: u64 = 1 << 8;

const WINDOW_FACTOR: u64 = 1 << 4;

impl Recorder {
    /// Goes forward to the next cycle that `matches`, which is shown every cycle after the current one; or to the end.
    /// Returns whether there is one.
    pub fn find(&mut self, matches: impl FnMut(&Moment<'_>) -> bool) -> bool {
        self.search(&mut EveryCycle(matches))
    }

    /// Goes back to the last cycle before the current one that `matches`, and returns it. Stays if there is none, or on
    /// an interrupt.
    ///
    /// `matches` is shown earlier cycles in an order of its own.
    pub fn find_back(&mut self, matches: impl FnMut(&Moment<'_>) -> bool) -> Option<u64> {
        self.search_back(&mut EveryCycle(matches))
    }

    /// Like [`find`](Self::find).
    pub(crate) fn search(&mut self, search: &mut dyn Search) -> bool {
        let mut looks = 0;
        search.begin_in_block();
        while self.result().is_none() {
            if looks % UNINTERRUPTED == 0 && self.is_interrupted() {
                return false;
            }
            looks += 1;
            // The next cycle of the block that may match, or else the first cycle after it.
            self.run(self.clk() + self.distance(search));
            if matches!(self.cycle().step, Step::Node | Step::Return) {
                self.run_to_node(search);
            }
            if self.result().is_some() || self.is_interrupted() {
                return false;
            }
            if search.matches(&self.moment()) {
                return true;
            }
        }
        false
    }

    /// Number of cycles to the next operation in the block that may match, or to the end of the block.
    fn distance(&self, search: &dyn Search) -> u64 {
        let cycle = self.cycle();
        let Node::Block(block) = self.program().node(cycle.node).node() else { return 1 };
        // The visit of a block comes before its first operation.
        let from = match cycle.step {
            Step::Operation { index } => index + 1,
            Step::Node => 0,
            Step::Return => return 1,
        };
        let operations = from..block.operations().len();
        let count = operations.len();
        let before = operations.take_while(|operation| !search.may_match(cycle.node, *operation)).count();
        1 + before.min(count) as u64
    }

    /// Runs to the next visit or return in which a cycle may match, be it the current one; or to the end.
    fn run_to_node(&mut self, search: &mut dyn Search) {
        while self.result().is_none() && !self.is_interrupted() {
            let until = self.clk().saturating_add(UNINTERRUPTED);
            let mut pauses = false;
            self.run_with(until, |stepper, walk, until| {
                let mut observer = Pausing { walk, search: &mut *search, pauses: false };
                stepper.run_or_pause(until, &mut observer);
                pauses = observer.pauses;
            });
            if pauses {
                return;
            }
        }
    }

    /// Like [`find_back`](Self::find_back). The cycles before the current one are replayed in windows, the last one
    /// first; all cycles after a snapshot in one replay, once the windows are large.
    pub(crate) fn search_back(&mut self, search: &mut dyn Search) -> Option<u64> {
        let (now, earliest) = (self.clk(), self.earliest());
        let (mut end, mut window) = (now, FIRST_WINDOW);
        while end > earliest && !self.is_interrupted() {
            let snapshot = self.history.at(end - 1).map_or(earliest, |saved| saved.clk());
            let start = match end - snapshot <= window.saturating_mul(WINDOW_FACTOR) {
                true => snapshot,
                false => end - window,
            };
            self.seek(start);
            if self.clk() != start {
                break;
            }
            let mut found = None;
            search.begin_in_block();
            let mut is_active = true;
            while self.clk() < end && self.end() != Some(self.clk()) && !self.is_interrupted() {
                let until = end.min(self.clk().saturating_add(UNINTERRUPTED));
                self.run_with(until, |stepper, walk, until| {
                    let search = &mut *search;
                    let mut watcher = Watcher { walk, search, is_active, found };
                    stepper.run(until, &mut watcher);
                    (is_active, found) = (watcher.is_active, watcher.found);
                });
            }
            if self.is_interrupted() {
                break;
            }
            if let Some(found) = found {
                self.restore(found);
                self.run(found);
                return Some(found);
            }
            (end, window) = (start, window.saturating_mul(WINDOW_FACTOR));
        }
        // The way back must not be cut short.
        self.restore(now);
        while self.clk() < now && self.result().is_none() {
            self.run(now);
        }
        None
    }
}

/// Follows an execution, and remembers the last cycle that matches.
struct Watcher<'a> {
    walk: &'a mut Walk,
    search: &'a mut dyn Search,
    /// Whether an operation of the current block may match.
    is_active: bool,
    found: Option<u64>,
}

impl CycleObserver for Watcher<'_> {
    #[inline]
    fn observe(&mut self, cycle: &Cycle<'_>) {
        let is_look = match cycle.step {
            Step::Operation { index } => self.is_active && self.search.may_match(cycle.node, index),
            Step::Node | Step::Return => {
                self.is_active = self.search.may_match_in(&Moment::new(*cycle, self.walk));
                self.is_active
            }
        };
        if is_look && self.search.matches(&Moment::new(*cycle, self.walk)) {
            self.found = Some(cycle.clk);
        }
        self.walk.observe(cycle);
    }
}

/// Follows an execution up to a visit or a return in which a cycle may match.
struct Pausing<'a> {
    walk: &'a mut Walk,
    search: &'a mut dyn Search,
    pauses: bool,
}

impl CycleObserver for Pausing<'_> {
    #[inline]
    fn observe(&mut self, cycle: &Cycle<'_>) {
        self.walk.observe(cycle);
    }
}

impl PausingObserver for Pausing<'_> {
    #[inline]
    fn pauses(&mut self, cycle: &Cycle<'_>) -> bool {
        self.pauses = self.search.may_match_in(&Moment::new(*cycle, self.walk));
        self.pauses
    }
}
