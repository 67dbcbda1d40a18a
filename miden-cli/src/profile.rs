//! Where the cycles of a run go, by assembly instruction.

use std::collections::BTreeMap;

use miden_assembly::{Assembler, DebugInfo, Source};
use miden_core::{Node, Opcode, Program};
use miden_processor::{Cycle, Observer, Step};

/// How often each node of a program was visited; a run that succeeds executes all operations of a block.
pub(crate) struct Profile {
    visits: Vec<u64>,
}

impl Observer for Profile {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        if cycle.step == Step::Node
            && let Some(visits) = self.visits.get_mut(cycle.node.index())
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
        Self { visits: vec![0; program.nodes().len()] }
    }

    /// Number of cycles that visit nodes, rather than executing an operation.
    pub(crate) fn node_cycles(&self) -> u64 {
        self.visits.iter().sum()
    }

    /// Number of operations that do nothing.
    pub(crate) fn noops(&self, program: &Program) -> u64 {
        let noops = program.nodes().iter().zip(&self.visits).map(|(hashed, visits)| match hashed.node() {
            Node::Block(block) => {
                let noops = block.operations().iter().filter(|op| op.opcode() == Opcode::Noop).count();
                noops as u64 * visits
            }
            _ => 0,
        });
        noops.sum()
    }

    /// The instructions that were executed, by name. Choices and loops count with the row that decides.
    pub(crate) fn instructions(&self, program: &Program, debug: &DebugInfo) -> BTreeMap<String, Usage> {
        // First by text, which determines how many operations an instruction has.
        let mut cycles: BTreeMap<&str, u64> = BTreeMap::new();
        for (id, visits) in program.node_ids().zip(&self.visits).filter(|(_, visits)| **visits > 0) {
            let operations = match program.node(id).node() {
                Node::Block(block) => block.operations().len(),
                _ => 1,
            };
            for instruction in (0..operations).filter_map(|index| debug.instruction(id, index)) {
                *cycles.entry(instruction.text()).or_default() += visits;
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
