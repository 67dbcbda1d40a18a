//! Where the cycles of a run go, by assembly instruction.

use std::collections::BTreeMap;

use miden_assembly::{Assembler, DebugInfo, Source};
use miden_core::{Node, NodeId, Opcode, Operation, Program};
use miden_processor::{Cycle, Observer, Place, Step};

/// How often each node of a program was visited, and where the run stopped before its end.
pub(crate) struct Profile {
    visits: Vec<u64>,
    /// Number of cycles that began.
    begun: u64,
    /// The last cycle that began, if it visited a node.
    last_visit: Option<NodeId>,
    /// The block that was left early, and the first of its operations that was not executed.
    left_early: Option<(NodeId, usize)>,
}

impl Observer for Profile {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        self.begun += 1;
        self.last_visit = (cycle.step == Step::Node).then_some(cycle.node);
        if let Some(id) = self.last_visit
            && let Some(visits) = self.visits.get_mut(id.index())
        {
            *visits += 1;
        }
    }
}

/// The executions of one kind of instruction.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Usage {
    pub(crate) frequency: u64,
    pub(crate) cycles: u64,
}

impl Usage {
    /// Cycles per execution.
    pub(crate) fn average(&self) -> f64 {
        // Counts of cycles are far below 2^53.
        self.cycles as f64 / self.frequency.max(1) as f64
    }
}

impl Profile {
    /// Starts with no visits.
    pub(crate) fn new(program: &Program) -> Self {
        let visits = vec![0; program.nodes().len()];
        Self { visits, begun: 0, last_visit: None, left_early: None }
    }

    /// Takes back what the run did not do because it failed, at this place if one is known. Returns the number of
    /// cycles that it took.
    pub(crate) fn stop(&mut self, place: Option<Place>) -> u64 {
        let Some(place) = place else { return self.begun };
        if self.begun > place.clk
            && let Some(visits) = self.last_visit.and_then(|id| self.visits.get_mut(id.index()))
        {
            *visits -= 1;
        }
        self.left_early = place.operation.map(|index| (place.node, index));
        place.clk
    }

    /// How often an operation of a block was executed, or a node that is no block was visited.
    fn executions(&self, id: NodeId, index: usize) -> u64 {
        let visits = self.visits.get(id.index()).copied().unwrap_or_default();
        match self.left_early {
            Some((node, first)) if node == id && index >= first => visits.saturating_sub(1),
            _ => visits,
        }
    }

    /// The operations of blocks, each with the number of its executions.
    fn operations<'a>(&'a self, program: &'a Program) -> impl Iterator<Item = (Operation, u64)> + 'a {
        program.node_ids().flat_map(move |id| {
            let operations = match program.node(id).node() {
                Node::Block(block) => block.operations(),
                _ => &[],
            };
            let indexed = operations.iter().enumerate();
            indexed.map(move |(index, &operation)| (operation, self.executions(id, index)))
        })
    }

    /// Number of executed operations; the other cycles visit nodes or return from them.
    pub(crate) fn num_operations(&self, program: &Program) -> u64 {
        self.operations(program).map(|(_, executions)| executions).sum()
    }

    /// Number of executed operations that do nothing.
    pub(crate) fn noops(&self, program: &Program) -> u64 {
        let noops = self.operations(program).filter(|(operation, _)| operation.opcode() == Opcode::Noop);
        noops.map(|(_, executions)| executions).sum()
    }

    /// The instructions that were executed, by name. Choices and loops count with the row that decides.
    pub(crate) fn instructions(&self, program: &Program, debug: &DebugInfo) -> BTreeMap<String, Usage> {
        // First by text, which determines how many operations an instruction has.
        let mut cycles: BTreeMap<&str, u64> = BTreeMap::new();
        for id in program.node_ids() {
            let operations = match program.node(id).node() {
                Node::Block(block) => block.operations().len(),
                _ => 1,
            };
            for index in 0..operations {
                let executions = self.executions(id, index);
                if executions > 0
                    && let Some(instruction) = debug.instruction(id, index)
                {
                    *cycles.entry(instruction.text()).or_default() += executions;
                }
            }
        }
        let mut usages: BTreeMap<String, Usage> = BTreeMap::new();
        for (text, cycles) in cycles {
            let usage = usages.entry(name(text)).or_default();
            usage.cycles += cycles;
            usage.frequency += cycles / num_operations(text).max(1);
        }
        usages
    }
}

/// The instruction without its numbers, except where the number makes another instruction of it.
fn name(text: &str) -> String {
    let text = text.split_once(".err=").map_or(text, |(instruction, _)| instruction);
    let is_number = |part: &&str| part.starts_with("0x") || part.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with("movup.") || text.starts_with("movdn.") {
        return text.into();
    }
    let mut parts: Vec<_> = text.split('.').collect();
    while parts.len() > 1 && parts.last().is_some_and(is_number) {
        parts.pop();
    }
    parts.join(".")
}

/// Number of operations that an instruction is assembled to; 1 for `if.true` and `while.true`, whose own row
/// is all that they take.
fn num_operations(text: &str) -> u64 {
    let source = Source::new("instruction", format!("begin {text} end"));
    let Ok(assembly) = Assembler::new().assemble(&source) else { return 1 };
    let program = assembly.program;
    // Children stand before their parents.
    let mut counts = Vec::<u64>::with_capacity(program.nodes().len());
    for hashed in program.nodes() {
        counts.push(match hashed.node() {
            Node::Block(block) => block.operations().len() as u64,
            node => node.children().filter_map(|child| counts.get(child.index())).sum(),
        });
    }
    counts.last().copied().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_numbers() {
        for (text, expected) in [
            ("add", "add"),
            ("add.5", "add"),
            ("push.1.2.0xff", "push"),
            ("exp.u32", "exp.u32"),
            ("movup.3", "movup.3"),
            ("dup.15", "dup"),
            ("if.true", "if.true"),
            ("assert.err=7", "assert"),
            ("mtree_verify.err=\"no. 5\"", "mtree_verify"),
        ] {
            assert_eq!(name(text), expected);
        }
    }

    #[test]
    fn operations_of_an_instruction_are_counted() {
        for (text, expected) in [("add", 1), ("div", 2), ("push.1.2.3", 3), ("while.true", 1)] {
            assert_eq!(num_operations(text), expected, "{text}");
        }
    }
}
