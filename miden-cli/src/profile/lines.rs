//! The lines that a run executes.

use std::collections::BTreeMap;

use miden_assembly::InstructionInfo;

use super::Profile;

/// Numbers of executions by source and line.
pub(crate) type LineCounts = BTreeMap<String, BTreeMap<usize, u64>>;

impl Profile<'_> {
    /// The executed lines, each with the number of executions of the operation that is executed most often.
    ///
    /// Equal code is stored once, so a run executes all lines that it comes from. An invocation counts as one execution
    /// if the procedure has no code of its own at the start.
    pub(crate) fn executed_lines(mut self) -> LineCounts {
        let Some(debug) = self.debug else { return LineCounts::new() };
        let mut lines = LineCounts::new();
        for (key @ (chain, id), visits) in std::mem::take(&mut self.visits) {
            if self.block(id).is_empty() {
                debug.instructions(id, 0).for_each(|info| execute(&mut lines, info, visits.visits));
            }
            let mut chains = vec![chain];
            for index in 0..self.block(id).len() {
                let executions = self.executions(key, index, visits);
                if executions > 0 {
                    debug.instructions(id, index).for_each(|info| execute(&mut lines, info, executions));
                    for invocation in debug.inlined(id, index).filter(|invocation| invocation.starts()) {
                        execute(&mut lines, invocation.call(), executions);
                    }
                    chains.push(self.tree.inline(chain, debug.inlined(id, index)).0);
                }
            }
            chains.dedup();
            for site in chains.into_iter().flat_map(|chain| self.tree.sites(chain)) {
                if let Some(site) = self.tree.line_info(site) {
                    count(&mut lines, &site.file, site.line, visits.visits.min(1));
                }
            }
        }
        lines
    }
}

fn execute(lines: &mut LineCounts, instruction: &InstructionInfo, executions: u64) {
    count(lines, instruction.source().name(), instruction.location().line, executions);
}

fn count(lines: &mut LineCounts, file: &str, line: usize, executions: u64) {
    if executions == 0 {
        return;
    }
    if !lines.contains_key(file) {
        lines.insert(file.into(), BTreeMap::new());
    }
    if let Some(lines) = lines.get_mut(file) {
        let known = lines.entry(line).or_default();
        *known = executions.max(*known);
    }
}
