//! Costs by chain of invocations and line.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

use miden_core::Node;

use super::{
    Cost, Part, Profile,
    call_tree::{CallTree, Chain, Line, Procedure},
};

/// The costs of a run. They add up to all cycles, and to all rows that cycles cause.
pub(crate) struct Samples {
    tree: CallTree,
    /// By chain and line, which rows of blocks and joins do not have.
    costs: Vec<(Chain, Option<Line>, Cost)>,
    invocations: HashMap<Procedure, u64>,
}

/// Cost of a procedure or a line.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The procedure; `None` for a line, and for the program's body.
    pub(crate) procedure: Option<String>,
    /// File and line; `None` for the program's body, and for rows without a line.
    pub(crate) place: Option<(String, usize)>,
    /// Number of invocations; of a procedure.
    pub(crate) invocations: Option<u64>,
    pub(crate) own: Cost,
    /// The own cost and that of everything it invokes.
    pub(crate) total: Cost,
}

impl Profile<'_> {
    /// The costs by chain and line; `None` without debug information.
    pub(crate) fn samples(mut self) -> Option<Samples> {
        let debug = self.debug?;
        let mut costs: HashMap<(Chain, Option<Line>), Cost> = HashMap::new();
        let mut add = |chain, line, cost| *costs.entry((chain, line)).or_default() += cost;
        for (key @ (chain, id), visits) in std::mem::take(&mut self.visits) {
            // A block or a join comes from no line, other nodes from an instruction.
            let has_line = !matches!(self.program.node(id).node(), Node::Block(_) | Node::Join(..));
            let place = self.tree.place(chain, debug, id);
            let line = debug.instruction_at(id, place, 0).filter(|_| has_line);
            let line = line.map(|info| self.tree.line(info));
            add(chain, line, Cost::of_cycles(visits.visits + visits.returns));
            if let Some(cost) = self.caused.remove(&(chain, id, None)) {
                add(chain, line, cost);
            }
            for index in 0..self.block(id).len() {
                let executions = self.executions(key, index, visits);
                let (inner, starting) = self.tree.inline(chain, debug.inlined_at(id, place, index));
                let line = debug.instruction_at(id, place, index).map(|info| self.tree.line(info));
                add(inner, line, Cost::of_cycles(executions));
                if let Some(cost) = self.caused.remove(&(chain, id, Some(index))) {
                    add(inner, line, cost);
                }
                for procedure in starting {
                    *self.invocations.entry(procedure).or_default() += executions;
                }
            }
        }
        let costs = costs.into_iter().map(|((chain, line), cost)| (chain, line, cost)).collect();
        Some(Samples { tree: self.tree, costs, invocations: self.invocations })
    }
}

impl Samples {
    /// The sum of all costs.
    pub(crate) fn total(&self) -> Cost {
        let mut total = Cost::default();
        self.costs.iter().for_each(|(_, _, cost)| total += *cost);
        total
    }

    /// The program's body and the procedures, those with the highest cost of a part first.
    pub(crate) fn procedures(&self, by: Part) -> Vec<Entry> {
        let mut sums = Sums::default();
        for (chain, _, cost) in &self.costs {
            let path: Vec<Procedure> = self.tree.path(*chain).map(|(_, procedure)| procedure).collect();
            let all = path.iter().copied().map(Some).chain([None]);
            sums.add(path.first().copied(), all, *cost);
        }
        let infos: HashMap<Procedure, _> = self.tree.procedures().collect();
        let entry = |procedure: Option<Procedure>, own, total| {
            let info = procedure.and_then(|procedure| infos.get(&procedure));
            Entry {
                procedure: info.map(|info| info.name().into()),
                place: info.map(|info| (info.source().name().into(), info.location().line)),
                invocations: procedure.map_or(Some(1), |procedure| {
                    Some(self.invocations.get(&procedure).copied().unwrap_or_default())
                }),
                own,
                total,
            }
        };
        sums.entries(by, entry)
    }

    /// The lines, those with the highest cost of a part first. The total of a line includes that of the procedures that
    /// it invokes.
    pub(crate) fn lines(&self, by: Part) -> Vec<Entry> {
        let mut sums = Sums::default();
        for (chain, line, cost) in &self.costs {
            // A line counts once, however often it occurs in a chain.
            let lines: BTreeSet<Option<Line>> = self.tree.sites(*chain).map(Some).chain([*line]).collect();
            sums.add(*line, lines.into_iter(), *cost);
        }
        let entry = |line: Option<Line>, own, total| {
            let info = line.and_then(|line| self.tree.line_info(line));
            let place = info.map(|info| (info.file.clone(), info.line));
            Entry { procedure: None, place, invocations: None, own, total }
        };
        sums.entries(by, entry)
    }

    /// The stacks of procedures, outermost first, with their own cost of a part: in alphabetical order, without those
    /// that have none.
    pub(crate) fn stacks(&self, part: Part) -> Vec<(Vec<String>, u64)> {
        let names: HashMap<Procedure, String> = self
            .tree
            .procedures()
            .map(|(procedure, info)| {
                let place = format!("{}:{}", info.source().name(), info.location().line);
                (procedure, format!("{} ({place})", info.name()))
            })
            .collect();
        let mut stacks: HashMap<Vec<String>, u64> = HashMap::new();
        for (chain, _, cost) in self.costs.iter().filter(|(_, _, cost)| cost.of(part) > 0) {
            let path = self.tree.path(*chain).filter_map(|(_, procedure)| names.get(&procedure).cloned());
            let mut stack: Vec<String> = path.chain(["(program)".to_owned()]).collect();
            stack.reverse();
            *stacks.entry(stack).or_default() += cost.of(part);
        }
        let mut stacks: Vec<_> = stacks.into_iter().collect();
        stacks.sort_unstable();
        stacks
    }
}

/// Own and total costs by key.
struct Sums<K>(HashMap<K, (Cost, Cost)>);

impl<K> Default for Sums<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Copy + Eq + Hash> Sums<K> {
    fn add(&mut self, own: K, all: impl Iterator<Item = K>, cost: Cost) {
        self.0.entry(own).or_default().0 += cost;
        all.for_each(|key| self.0.entry(key).or_default().1 += cost);
    }

    fn entries(self, by: Part, entry: impl Fn(K, Cost, Cost) -> Entry) -> Vec<Entry> {
        let entries = self.0.into_iter().map(|(key, (own, total))| entry(key, own, total));
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by_cached_key(|entry| {
            (Reverse(entry.total.of(by)), Reverse(entry.own.of(by)), entry.place.clone())
        });
        entries
    }
}
