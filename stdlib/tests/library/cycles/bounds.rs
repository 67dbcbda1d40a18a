//! Shortest and longest paths through programs.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

use miden_core::{Digest, Node, NodeId, Program, program::Decorator};

use super::{
    nodes::{Iterations, Notes, Rare},
    range,
};
use crate::support::event;

/// Proven bounds on the cycles of a procedure: a constant plus a multiple of each letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) least: u64,
    pub(crate) most: u64,
    /// The fewest and the most cycles per iteration of the loops with this letter.
    pub(crate) terms: BTreeMap<char, (u64, u64)>,
}

impl Display for Bounds {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&range((self.least, self.most)))?;
        for (letter, (least, most)) in &self.terms {
            match least == most {
                true => write!(f, " + {least}·{letter}")?,
                false => write!(f, " + ({least}–{most})·{letter}")?,
            }
        }
        Ok(())
    }
}

impl Bounds {
    /// The bounds between the marks around the procedure under test.
    pub(super) fn of(program: &Program, notes: &Notes) -> Self {
        let mut paths = Paths { program, notes, known: BTreeMap::new() };
        let region =
            paths.region(program.root()).expect("the program has a branch with the procedure under test");
        let mut path = paths.path(region);
        let around = paths.before(region) + paths.after(region);
        path.bounds.least -= around;
        path.bounds.most -= around;
        for (branch, (times, excess)) in &path.rare {
            let Rare { most, each } = notes.branches[branch];
            let limit = most * path.marks.get(&each).copied().unwrap_or_default();
            path.bounds.most += excess * limit.min(*times);
        }
        path.bounds
    }
}

/// Bounds on all paths through a node.
#[derive(Clone, Debug, Default)]
struct Path {
    bounds: Bounds,
    /// Branches with a rare first arm, for which `bounds` assumes the second arm: the maximum number of executions, and
    /// the cycles by which the first arm is longer.
    rare: BTreeMap<Digest, (u64, u64)>,
    /// The maximum number of executions of the nodes that limit rare arms.
    marks: BTreeMap<Digest, u64>,
}

fn merge<K: Ord + Copy, V: Copy>(into: &mut BTreeMap<K, V>, from: &BTreeMap<K, V>, both: impl Fn(V, V) -> V) {
    for (key, value) in from {
        into.entry(*key).and_modify(|old| *old = both(*old, *value)).or_insert(*value);
    }
}

/// The range that covers two ranges.
fn either((a, b): (u64, u64), (c, d): (u64, u64)) -> (u64, u64) {
    (a.min(c), b.max(d))
}

impl Path {
    fn constant(cycles: u64) -> Self {
        Self { bounds: Bounds { least: cycles, most: cycles, ..Bounds::default() }, ..Self::default() }
    }

    /// This path, then another one.
    fn then(mut self, other: &Self) -> Self {
        self.bounds.least += other.bounds.least;
        self.bounds.most += other.bounds.most;
        merge(&mut self.bounds.terms, &other.bounds.terms, either);
        merge(&mut self.rare, &other.rare, |(times, excess), (more, _)| (times + more, excess));
        merge(&mut self.marks, &other.marks, |times, more| times + more);
        self
    }

    /// This path or another one.
    fn or(mut self, other: &Self) -> Self {
        self.bounds.least = self.bounds.least.min(other.bounds.least);
        self.bounds.most = self.bounds.most.max(other.bounds.most);
        merge(&mut self.bounds.terms, &other.bounds.terms, either);
        merge(&mut self.rare, &other.rare, |(times, excess), (or, _)| (times.max(or), excess));
        merge(&mut self.marks, &other.marks, u64::max);
        self
    }

    /// This path, any number of times up to `times`.
    fn up_to(&self, times: u64) -> Self {
        assert!(
            self.bounds.terms.is_empty(),
            "the letter of an inner loop counts a fixed number of its iterations"
        );
        let scaled = |map: &BTreeMap<Digest, u64>| map.iter().map(|(key, n)| (*key, n * times)).collect();
        let rare = self.rare.iter().map(|(key, (n, excess))| (*key, (n * times, *excess)));
        Self {
            bounds: Bounds { least: 0, most: self.bounds.most * times, terms: BTreeMap::new() },
            rare: rare.collect(),
            marks: scaled(&self.marks),
        }
    }
}

struct Paths<'a> {
    program: &'a Program,
    notes: &'a Notes,
    known: BTreeMap<NodeId, Path>,
}

impl Paths<'_> {
    fn path(&mut self, id: NodeId) -> Path {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        let node = self.program.node(id);
        let digest = *node.digest();
        // The visit of the node itself.
        let visit = Path::constant(1);
        let mut path = match node.node() {
            Node::Block(block) => Path::constant(1 + block.operations().len() as u64),
            Node::Join(first, second) => visit.then(&self.path(*first)).then(&self.path(*second)),
            Node::Split(on_one, on_zero) => {
                let [on_one, on_zero] = [*on_one, *on_zero].map(|arm| self.path(arm));
                match self.notes.branches.contains_key(&digest) {
                    true => visit.then(&self.rare(digest, on_one, &on_zero)),
                    false => visit.then(&on_one.or(&on_zero)),
                }
            }
            Node::Loop(body) => {
                let iteration = Path::constant(1).then(&self.path(*body));
                match self.notes.loops.get(&digest) {
                    Some(Iterations::AtMost(most)) => visit.then(&iteration.up_to(*most)),
                    Some(Iterations::Letter(letter)) => {
                        assert!(iteration.rare.is_empty() && iteration.marks.is_empty());
                        let Bounds { least, most, terms } = iteration.bounds;
                        let mut path = visit;
                        path.bounds.terms = terms;
                        merge(&mut path.bounds.terms, &[(*letter, (least, most))].into(), either);
                        path
                    }
                    None => panic!("no comment belongs to the loop {digest}"),
                }
            }
            Node::Call(procedure) | Node::SysCall(procedure) => {
                visit.then(&self.path(*procedure)).then(&Path::constant(1))
            }
            node => panic!("no bound for {node:?}"),
        };
        if self.notes.marks.contains(&digest) {
            *path.marks.entry(digest).or_default() += 1;
        }
        self.known.insert(id, path.clone());
        path
    }

    /// A branch with a rare first arm: its second arm, and the cycles that the first arm adds.
    fn rare(&self, branch: Digest, on_one: Path, on_zero: &Path) -> Path {
        let excess = on_one.bounds.most.saturating_sub(on_zero.bounds.most);
        assert!(on_one.rare.is_empty() && on_one.bounds.terms.is_empty(), "a rare arm within a rare arm");
        let most = on_zero.bounds.most;
        let mut path = on_one.or(on_zero);
        path.bounds.most = most;
        path.rare.insert(branch, (1, excess));
        path
    }

    /// The arm of the first branch, which executes the procedure.
    fn region(&self, id: NodeId) -> Option<NodeId> {
        match self.program.node(id).node() {
            Node::Split(on_one, _) => Some(*on_one),
            node => node.children().find_map(|child| self.region(child)),
        }
    }

    /// Cycles before the first mark.
    fn before(&self, id: NodeId) -> u64 {
        match self.program.node(id).node() {
            Node::Block(block) => {
                1 + mark(block.decorators(), event::START).expect("the block begins with a mark")
            }
            node => 1 + self.before(node.children().next().expect("a branch begins with a block")),
        }
    }

    /// Cycles after the second mark.
    fn after(&self, id: NodeId) -> u64 {
        match self.program.node(id).node() {
            Node::Block(block) => {
                let mark = mark(block.decorators(), event::END).expect("the block ends with a mark");
                block.operations().len() as u64 - mark
            }
            node => self.after(node.children().last().expect("a branch ends with a block")),
        }
    }
}

/// The number of operations before the mark.
fn mark(decorators: &[(u8, Decorator)], event: u32) -> Option<u64> {
    let mark = decorators.iter().find(|(_, decorator)| *decorator == Decorator::Emit(event));
    mark.map(|(index, _)| u64::from(*index))
}
