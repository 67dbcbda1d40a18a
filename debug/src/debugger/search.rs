use miden_core::NodeId;

use super::stops::{Candidates, Stops};
use crate::{Moment, recorder::Search};

/// A search for a stop or the end of a step, which looks only at cycles that may be one.
pub(super) struct StopSearch<'a, F> {
    stops: &'a mut Stops,
    /// Largest number of invocations around the end of a step; `None` if only stops count.
    depth: Option<usize>,
    matches: F,
    /// The operations of the current block to look at; all of them if the search begins in the block.
    candidates: Candidates,
}

impl<'a, F: FnMut(&Stops, &Moment<'_>) -> bool> StopSearch<'a, F> {
    pub(super) const fn new(stops: &'a mut Stops, depth: Option<usize>, matches: F) -> Self {
        Self { stops, depth, matches, candidates: Candidates::None }
    }
}

impl<F: FnMut(&Stops, &Moment<'_>) -> bool> Search for StopSearch<'_, F> {
    fn may_match_in(&mut self, moment: &Moment<'_>) -> bool {
        let is_step = self.depth.is_some_and(|depth| moment.outer_depth() <= depth);
        self.candidates = if is_step { Candidates::All } else { self.stops.candidates(moment) };
        self.candidates != Candidates::None
    }

    fn begin_in_block(&mut self) {
        self.candidates = Candidates::All;
    }

    fn may_match(&self, node: NodeId, operation: usize) -> bool {
        match self.candidates {
            Candidates::None => false,
            Candidates::Operations { first } => {
                first && operation == 0 || self.stops.is_candidate(node, operation)
            }
            Candidates::All => true,
        }
    }

    fn matches(&mut self, moment: &Moment<'_>) -> bool {
        (self.matches)(self.stops, moment)
    }
}
