use std::collections::{BTreeMap, BTreeSet};

use miden_assembly::{DebugInfo, InstructionInfo, ProcedureInfo, Source};
use miden_core::{Node, Program};

/// The lines and procedures of a program at which it can stop.
#[derive(Debug, Default)]
pub(super) struct SourceIndex {
    /// By the number of the source.
    sources: BTreeMap<usize, Source>,
    /// The offset of the first instruction that starts in a line, by source and line.
    lines: BTreeMap<(usize, usize), usize>,
    /// Name of each procedure, by its source and the place of its name.
    procedures: BTreeMap<(usize, usize), ProcedureInfo>,
}

impl SourceIndex {
    pub(super) fn new(program: &Program, debug: &DebugInfo) -> Self {
        let mut index = Self::default();
        index.sources.insert(debug.source().id(), debug.source().clone());
        for node in program.node_ids() {
            let count = match program.node(node).node() {
                Node::Block(block) => block.operations().len(),
                _ => 1,
            };
            for part in 0..count {
                debug.instructions(node, part).for_each(|instruction| index.add(instruction));
                let places = 0..debug.num_places(node);
                let inlined = places.flat_map(|place| debug.inlined_at(node, place, part));
                inlined.for_each(|inlined| index.add_invocation(inlined.call(), inlined.procedure()));
            }
            for inlined in (0..2).flat_map(|child| debug.inlined_child(node, child)) {
                index.add_invocation(inlined.call(), inlined.procedure());
            }
            if let Some((procedure, inlined)) = debug.procedure(node) {
                index.add_procedure(procedure);
                inlined.for_each(|inlined| index.add_invocation(inlined.call(), inlined.procedure()));
            }
        }
        for inlined in debug.inlined_root() {
            index.add_invocation(inlined.call(), inlined.procedure());
        }
        index
    }

    fn add(&mut self, instruction: &InstructionInfo) {
        let source = instruction.source();
        self.sources.entry(source.id()).or_insert_with(|| source.clone());
        let (line, start) = (instruction.location().line, instruction.span().start);
        let first = self.lines.entry((source.id(), line)).or_insert(start);
        *first = start.min(*first);
    }

    fn add_invocation(&mut self, call: &InstructionInfo, procedure: &ProcedureInfo) {
        self.add(call);
        self.add_procedure(procedure);
    }

    fn add_procedure(&mut self, procedure: &ProcedureInfo) {
        let source = procedure.source();
        self.sources.entry(source.id()).or_insert_with(|| source.clone());
        self.procedures.entry((source.id(), procedure.span().start)).or_insert_with(|| procedure.clone());
    }

    /// The sources, by name.
    pub(super) fn sources(&self) -> Vec<&Source> {
        let mut sources: Vec<_> = self.sources.values().collect();
        sources.sort_by_key(|source| source.name());
        sources
    }

    /// The sources whose name is, or ends with, this one.
    fn named(&self, name: &str) -> Vec<&Source> {
        let exact: Vec<_> = self.sources.values().filter(|source| source.name() == name).collect();
        if !exact.is_empty() {
            return exact;
        }
        let ends = |source: &&Source| {
            source.name().strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        self.sources.values().filter(ends).collect()
    }

    /// The first instruction at or after a line of a source, with the number of the source and the line.
    pub(super) fn line(&self, source: &str, line: usize) -> Option<(usize, usize, usize)> {
        let starts = self.named(source).into_iter().filter_map(|source| {
            let (&(id, line), &start) =
                self.lines.range((source.id(), line)..=(source.id(), usize::MAX)).next()?;
            Some((id, start, line))
        });
        starts.min_by_key(|(_, _, line)| *line)
    }

    /// Whether there is a source of this name.
    pub(super) fn has_source(&self, name: &str) -> bool {
        !self.named(name).is_empty()
    }

    /// The procedures with this name, which may begin with the module: `u64::div`.
    pub(super) fn procedures(&self, name: &str) -> BTreeSet<(usize, usize)> {
        let matches = self.procedures.iter().filter(|(_, procedure)| is_named(procedure, name));
        matches.map(|(place, _)| *place).collect()
    }

    /// The names of all procedures.
    pub(super) fn procedure_names(&self) -> BTreeSet<&str> {
        self.procedures.values().map(ProcedureInfo::name).collect()
    }
}

fn is_named(procedure: &ProcedureInfo, name: &str) -> bool {
    let own = procedure.name();
    if own == name {
        return true;
    }
    // The module is the name of the source, without its extension.
    let Some((module, label)) = name.rsplit_once("::") else { return false };
    let source = procedure.source().name();
    let path = source.strip_suffix(".masm").unwrap_or(source).trim_end_matches("/mod").replace('/', "::");
    let ends = |whole: &str, end: &str| {
        whole.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
    };
    own == label && ends(&path, module) || ends(own, name)
}
