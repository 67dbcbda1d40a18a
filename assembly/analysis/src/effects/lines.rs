//! The stack after each line of a procedure.

use alloc::vec::Vec;

use miden_assembly::{
    Source, Span,
    tooling::{Effect, ProcedureOutline, Step},
};

/// The stack after a line of a procedure that has instructions or invocations.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LineEffect {
    /// The source.
    pub source: Source,
    /// The end of the line's last instruction.
    pub end: usize,
    /// Number of items more than at the start of the procedure.
    pub depth: i64,
    /// Cycles of the line's instructions without optimization; `None` if it has invocations.
    pub cycles: Option<usize>,
}

/// The lines of a block, with depths relative to its start.
#[derive(Default)]
pub(super) struct BlockLines {
    lines: Vec<Line>,
    /// The blocks in it, with their depths.
    inner: Vec<(usize, i64)>,
}

struct Line {
    number: usize,
    end: usize,
    depth: i64,
    cycles: Option<usize>,
}

impl BlockLines {
    /// Adds a step, given the effects of the block before and after it.
    pub(super) fn add(&mut self, source: &Source, step: &Step, before: Effect, after: Effect) {
        let shift = |effect: Effect| effect.known().map(|effect| effect.shift);
        let at_start = |shift: i64| shift.saturating_sub(1);
        let mut contain = |blocks: &[Option<usize>], depth: Option<i64>| {
            let contained = blocks.iter().flatten().zip(core::iter::repeat(depth));
            self.inner.extend(contained.filter_map(|(block, depth)| Some((*block, depth?))));
        };
        match step {
            Step::Instruction { num_operations, span, .. } => {
                self.add_line(source, *span, shift(after), Some(*num_operations));
            }
            Step::Invocation { span, .. } | Step::Reference { span, .. } => {
                self.add_line(source, *span, shift(after), None);
            }
            // The condition is popped before.
            Step::If { first, second, .. } => contain(&[*first, *second], shift(before).map(at_start)),
            Step::While { body, .. } => contain(&[Some(*body)], shift(before).map(at_start)),
            Step::DoWhile { body, .. } | Step::Repeat { body, .. } => contain(&[Some(*body)], shift(before)),
            _ => {}
        }
    }

    fn add_line(&mut self, source: &Source, span: Span, depth: Option<i64>, cycles: Option<usize>) {
        let (number, end) = (source.location(span.start).line, span.end);
        let last = self.lines.pop_if(|line| line.number == number);
        let before = last.map_or(Some(0), |line| line.cycles);
        if let Some(depth) = depth {
            let cycles = before.zip(cycles).map(|(before, more)| before + more);
            self.lines.push(Line { number, end, depth, cycles });
        }
    }
}

/// The lines of a procedure with these blocks, each after those that it contains.
pub(super) fn lines(procedure: &ProcedureOutline, blocks: &[BlockLines]) -> Vec<LineEffect> {
    let mut starts: Vec<Option<i64>> = alloc::vec![None; blocks.len()];
    if let Some(whole) = starts.last_mut() {
        *whole = Some(0);
    }
    let mut found = Vec::new();
    for (index, block) in blocks.iter().enumerate().rev() {
        let Some(start) = starts.get(index).copied().flatten() else { continue };
        for &(inner, depth) in &block.inner {
            if let Some(place) = starts.get_mut(inner) {
                *place = Some(start.saturating_add(depth));
            }
        }
        found.extend(block.lines.iter().map(|line| LineEffect {
            source: procedure.source.clone(),
            end: line.end,
            depth: start.saturating_add(line.depth),
            cycles: line.cycles,
        }));
    }
    found.sort_by_key(|line| line.end);
    found
}
