//! Counts how often a run executes the annotated loops and branches.

use std::collections::BTreeMap;

use miden_core::{Digest, Felt, Node, NodeId, Program, field::FieldElement};
use miden_processor::{Cycle, CycleObserver, Step};

use super::nodes::{Iterations, Notes};
use crate::support::Run;

/// Numbers of visits of a loop or branch node.
#[derive(Clone, Copy, Debug, Default)]
struct Visits {
    all: u64,
    /// Visits with a true condition.
    taken: u64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// Iterations of the loops with a letter.
    pub(super) letters: BTreeMap<char, u64>,
    /// Loops and branches that run more often than their comments state.
    pub(super) excesses: Vec<String>,
}

struct Counter<'a> {
    program: &'a Program,
    visits: BTreeMap<NodeId, Visits>,
}

impl CycleObserver for Counter<'_> {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        if cycle.step != Step::Node {
            return;
        }
        if let Node::Loop(_) | Node::Split(..) = self.program.node(cycle.node).node() {
            let visits = self.visits.entry(cycle.node).or_default();
            visits.all += 1;
            visits.taken += u64::from(cycle.stack.item(0) == Felt::ONE);
        }
    }
}

impl Counts {
    pub(super) fn of(run: &Run, notes: &Notes) -> Self {
        let program = run.program();
        let mut counter = Counter { program: &program, visits: BTreeMap::new() };
        run.observe(&mut counter);
        let mut visits: BTreeMap<Digest, Visits> = BTreeMap::new();
        for (node, Visits { all, taken }) in &counter.visits {
            let sum = visits.entry(*program.node(*node).digest()).or_default();
            sum.all += all;
            sum.taken += taken;
        }
        let mut counts = Self::default();
        for (node, Visits { all, taken }) in &visits {
            match notes.loops.get(node) {
                Some(Iterations::Letter(letter)) => *counts.letters.entry(*letter).or_default() += taken,
                Some(Iterations::AtMost(most)) if *taken > most * (all - taken) => {
                    counts.excesses.push(format!("a loop of at most {most} iterations has {taken}"));
                }
                _ => {}
            }
            if let Some(rare) = notes.branches.get(node) {
                let each = visits.get(&rare.each).copied().unwrap_or_default();
                // Each entry into a loop visits the loop node once more than the body.
                let times =
                    if notes.loops.contains_key(&rare.each) { each.all - each.taken } else { each.all };
                if *taken > rare.most * times {
                    counts
                        .excesses
                        .push(format!("an arm that runs {} times for each … runs {taken}", rare.most));
                }
            }
        }
        counts
    }
}
