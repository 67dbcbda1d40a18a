//! Cycles and rows of a run by instruction, by procedure and by line.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use miden_assembly::DebugInfo;
use miden_core::{Node, NodeId, Opcode, Operation, Program};
use miden_processor::{CausedRows, Cycle, CycleObserver, FailureSite, RowObserver, Step};

mod call_tree;
mod cost;
mod lines;
mod samples;
mod usage;
mod walk;

use call_tree::{CallTree, Chain, Procedure};
pub(crate) use cost::{Cost, Part};
pub(crate) use lines::LineCounts;
pub(crate) use samples::{Entry, Samples};
pub(crate) use usage::{ProcedureUsage, Usage};
use walk::Walk;

/// Counts the visits of each node per chain of invocations. A visit of a block executes all of its operations, unless
/// one fails.
pub(crate) struct Profiler<'a> {
    program: &'a Program,
    debug: Option<&'a DebugInfo>,
    walk: Walk<'a>,
    visits: HashMap<(Chain, NodeId), Visits>,
    /// Rows caused by the visits of a node, or by one of its operations.
    caused: HashMap<Place, Cost>,
    /// Place of the last cycle.
    last: Place,
    /// Number of cycles begun.
    begun: u64,
    /// The node visited in the last cycle, with its chain.
    last_visit: Option<(Chain, NodeId)>,
    /// Chain of the running block.
    chain: Chain,
}

/// A node in a chain of invocations, and the index of its operation, if it is a block that was entered.
type Place = (Chain, NodeId, Option<usize>);

/// Visits of a node in one chain of invocations.
#[derive(Clone, Copy, Debug, Default)]
struct Visits {
    /// Rows of the node.
    visits: u64,
    /// Returns to it, if it is a call.
    returns: u64,
}

impl<'a> Profiler<'a> {
    /// A profiler before the first cycle.
    pub(crate) fn new(program: &'a Program, debug: Option<&'a DebugInfo>) -> Self {
        Self {
            program,
            debug,
            walk: Walk::new(program, debug),
            visits: HashMap::new(),
            caused: HashMap::new(),
            last: (Chain::BODY, program.root(), None),
            begun: 0,
            last_visit: None,
            chain: Chain::BODY,
        }
    }

    /// Profile of a successful run.
    pub(crate) fn finish(self) -> Profile<'a> {
        let cycles = self.begun;
        self.profile(cycles, None)
    }

    /// Profile of a run that failed at `site`.
    pub(crate) fn stop(mut self, site: Option<FailureSite>) -> Profile<'a> {
        let Some(site) = site else { return self.finish() };
        if self.begun > site.clk
            && let Some(visits) = self.last_visit.and_then(|key| self.visits.get_mut(&key))
        {
            visits.visits -= 1;
        }
        let first =
            site.decorator.map_or(site.operation, |index| match self.program.node(site.node).node() {
                Node::Block(block) => block.decorators().get(index).map(|(index, _)| usize::from(*index)),
                _ => site.operation,
            });
        let left_early = first.map(|first| ((self.chain, site.node), first));
        self.profile(site.clk, left_early)
    }

    fn profile(self, cycles: u64, left_early: Option<((Chain, NodeId), usize)>) -> Profile<'a> {
        let Self { program, debug, walk, visits, caused, .. } = self;
        let (tree, invocations) = walk.into_parts();
        Profile { program, debug, tree, invocations, visits, caused, cycles, left_early }
    }
}

impl CycleObserver for Profiler<'_> {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        self.begun += 1;
        self.last_visit = None;
        match cycle.step {
            Step::Node => {
                self.chain = self.walk.next_chain();
                let key = (self.chain, cycle.node);
                self.visits.entry(key).or_default().visits += 1;
                self.last_visit = Some(key);
                self.last = (self.chain, cycle.node, None);
                self.walk.visit(cycle.node, cycle.stack);
            }
            Step::Operation { index } => self.last = (self.chain, cycle.node, Some(index)),
            Step::Return => {
                let key = (self.walk.next_chain(), cycle.node);
                self.last = (key.0, cycle.node, None);
                self.visits.entry(key).or_default().returns += 1;
                self.walk.leave();
            }
        }
    }
}

impl RowObserver for Profiler<'_> {
    fn caused(&mut self, rows: &CausedRows) {
        *self.caused.entry(self.last).or_default() += Cost::from(*rows);
    }
}

/// Cycles of a run.
pub(crate) struct Profile<'a> {
    program: &'a Program,
    debug: Option<&'a DebugInfo>,
    tree: CallTree,
    invocations: HashMap<Procedure, u64>,
    visits: HashMap<(Chain, NodeId), Visits>,
    caused: HashMap<Place, Cost>,
    cycles: u64,
    /// The block that failed, and its first operation that was not executed.
    left_early: Option<((Chain, NodeId), usize)>,
}

impl Profile<'_> {
    /// Number of cycles.
    pub(crate) const fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Number of executed operations. The other cycles visit nodes or return to them.
    pub(crate) fn num_operations(&self) -> u64 {
        self.operations().map(|(_, executions)| executions).sum()
    }

    /// Number of executed no-ops.
    pub(crate) fn noops(&self) -> u64 {
        let noops = self.operations().filter(|(operation, _)| operation.opcode() == Opcode::Noop);
        noops.map(|(_, executions)| executions).sum()
    }

    /// The operations of a block; none for other nodes.
    fn block(&self, id: NodeId) -> &[Operation] {
        match self.program.node(id).node() {
            Node::Block(block) => block.operations(),
            _ => &[],
        }
    }

    /// The operations of all blocks with their numbers of executions.
    fn operations(&self) -> impl Iterator<Item = (Operation, u64)> {
        self.visits.iter().flat_map(move |(&key, &visits)| {
            let indexed = self.block(key.1).iter().enumerate();
            indexed.map(move |(index, &operation)| (operation, self.executions(key, index, visits)))
        })
    }

    /// Number of executions of a block's operation.
    fn executions(&self, key: (Chain, NodeId), index: usize, visits: Visits) -> u64 {
        match self.left_early {
            Some((left, first)) if left == key && index >= first => visits.visits.saturating_sub(1),
            _ => visits.visits,
        }
    }

    /// Executed instructions by name; `None` without debug information. Branches and loops count the row that tests
    /// the condition, calls the rows that enter and return.
    pub(crate) fn instructions(&self) -> Option<BTreeMap<String, Usage>> {
        let debug = self.debug?;
        // By its place in the source: the instruction, the largest number of executions among its operations, their
        // sum, and the cycles.
        let mut instructions = BTreeMap::new();
        for (&(chain, id), &visits) in &self.visits {
            let (block, place) = (self.block(id), self.tree.place(chain, debug, id));
            let mut count = |index, executions: u64, cycles: u64| {
                if let Some(info) = debug.instruction_at(id, place, index) {
                    let place = (info.source().name(), info.span().start);
                    let (_, most, total, rows) = instructions.entry(place).or_insert((info, 0, 0, 0));
                    (*most, *total, *rows) = (executions.max(*most), *total + executions, *rows + cycles);
                }
            };
            match block {
                [] => count(0, visits.visits, visits.visits + visits.returns),
                _ => (0..block.len()).for_each(|index| {
                    let executions = self.executions((chain, id), index, visits);
                    count(index, executions, executions);
                }),
            }
        }
        let mut usages: BTreeMap<String, Usage> = BTreeMap::new();
        for (info, most, executions, cycles) in instructions.into_values().filter(|usage| usage.3 > 0) {
            let usage = usages.entry(usage::name(info.text())).or_default();
            usage.cycles += cycles;
            // Optimization may leave an instruction with fewer operations.
            usage.frequency += most.max(executions / (info.num_operations() as u64).max(1));
        }
        Some(usages)
    }

    /// The program's body and the invoked procedures, those with the most cycles first; `None` without debug
    /// information. Their own cycles add up to all cycles of the run.
    pub(crate) fn procedures(mut self) -> Option<Vec<ProcedureUsage>> {
        const KNOWN: &str = "every procedure of the tree has its usage";
        let debug = self.debug?;
        let mut cycles: HashMap<Chain, u64> = HashMap::new();
        for (key @ (chain, id), visits) in std::mem::take(&mut self.visits) {
            let place = self.tree.place(chain, debug, id);
            *cycles.entry(chain).or_default() += visits.visits + visits.returns;
            for index in 0..self.block(id).len() {
                let executions = self.executions(key, index, visits);
                let (chain, starting) = self.tree.inline(chain, debug.inlined_at(id, place, index));
                *cycles.entry(chain).or_default() += executions;
                for procedure in starting {
                    *self.invocations.entry(procedure).or_default() += executions;
                }
            }
        }
        let mut body = ProcedureUsage::body(self.cycles);
        let mut usages: HashMap<Procedure, ProcedureUsage> = HashMap::new();
        for (procedure, info) in self.tree.procedures() {
            let invocations = self.invocations.get(&procedure).copied().unwrap_or_default();
            usages.insert(procedure, ProcedureUsage::new(info, invocations));
        }
        for (chain, cycles) in cycles {
            let path: Vec<_> = self.tree.path(chain).map(|(_, procedure)| procedure).collect();
            let own = path.first().map(|procedure| usages.get_mut(procedure).expect(KNOWN));
            own.unwrap_or(&mut body).own += cycles;
            for procedure in path {
                usages.get_mut(&procedure).expect(KNOWN).with_callees += cycles;
            }
        }
        let mut procedures: Vec<_> = self.tree.procedures().collect();
        procedures.sort_by_key(|(procedure, info)| {
            let cycles = usages.get(procedure).map(|usage| usage.with_callees);
            (Reverse(cycles), info.source().name(), info.span().start)
        });
        let usages = procedures.iter().filter_map(|(procedure, _)| usages.remove(procedure));
        Some([body].into_iter().chain(usages).collect())
    }
}
