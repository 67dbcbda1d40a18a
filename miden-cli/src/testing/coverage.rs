//! Coverage: the lines of sources that tests execute.

use std::{collections::BTreeMap, fmt::Write, path::Path, sync::Mutex};

use miden_assembly::{
    Source, Span,
    tooling::{self, Outline, Step},
};
use miden_core::ProgramInputs;
use miden_processor::{ExecutionOptions, Executor};
use serde_json::{Value, json};

use crate::{
    profile::{LineCounts, Profiler},
    testing::EntryProgram,
};

/// The code whose coverage is measured, and the executions of its lines.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// By file and line, with the number of executions in the run that executes it most often.
    lines: LineCounts,
}

/// The program of a test without optimization, which would drop lines, and the lines that its runs execute.
#[derive(Debug)]
pub(super) struct Covered {
    program: EntryProgram,
    lines: Mutex<LineCounts>,
}

impl Covered {
    pub(super) fn new(program: EntryProgram) -> Self {
        Self { program, lines: Mutex::default() }
    }

    /// Adds the lines of a run.
    pub(super) fn run(&self, inputs: &ProgramInputs, options: &ExecutionOptions) {
        let assembly = &self.program.assembly;
        let mut profiler = Profiler::new(&assembly.program, Some(&assembly.debug));
        let executor = Executor::new(&assembly.program).with_inputs(inputs.clone()).with_options(*options);
        let result = executor.with_observer(&mut profiler).execute();
        let profile = match &result {
            Ok(_) => profiler.finish(),
            Err(error) => profiler.stop(error.site()),
        };
        let mut lines = self.lines.lock().expect("no thread fails with the lines");
        merge(&mut lines, profile.executed_lines());
    }

    pub(super) fn add_to(&self, coverage: &mut Coverage) {
        coverage.execute(&self.lines.lock().expect("no thread fails with the lines"));
    }
}

/// Adds executions, of which each line keeps the largest number.
fn merge(lines: &mut LineCounts, others: LineCounts) {
    for (file, others) in others {
        let lines = lines.entry(file).or_default();
        for (line, executions) in others {
            let known = lines.entry(line).or_default();
            *known = executions.max(*known);
        }
    }
}

impl Coverage {
    /// Adds the code of sources that are tested, except the tests.
    pub(crate) fn add_code(&mut self, outline: &Outline) {
        let is_test = |attributes: &[(String, _)]| attributes.iter().any(|(name, _)| name == tooling::TEST);
        for procedure in
            outline.procedures.iter().filter(|found| found.is_checked && !is_test(&found.attributes))
        {
            let steps = procedure.blocks.iter().flatten();
            for span in steps.filter_map(executed_span) {
                self.add_line(&procedure.source, span);
            }
        }
    }

    fn add_line(&mut self, source: &Source, span: Span) {
        let lines = self.lines.entry(source.name().into()).or_default();
        lines.entry(source.location(span.start).line).or_default();
    }

    /// Adds executions; those of other code do not count.
    fn execute(&mut self, others: &LineCounts) {
        for (file, lines) in &mut self.lines {
            let Some(others) = others.get(file) else { continue };
            for (line, known) in lines {
                *known = others.get(line).copied().unwrap_or_default().max(*known);
            }
        }
    }

    /// A line of text for each file, and one for all.
    pub(crate) fn texts(&self) -> Vec<String> {
        let file = |(file, lines): (&String, &BTreeMap<usize, u64>)| {
            let missed = ranges(&missed(lines));
            let executed = format!("{file}: {}", share(num_executed(lines), lines.len()));
            if missed.is_empty() { executed } else { format!("{executed}, not {}", missed.join(", ")) }
        };
        let executed = self.lines.values().map(num_executed).sum();
        let total = share(executed, self.lines.values().map(BTreeMap::len).sum());
        [format!("Coverage: {total}")].into_iter().chain(self.lines.iter().map(file)).collect()
    }

    pub(crate) fn to_json(&self) -> Value {
        let file = |(file, lines): (&String, &BTreeMap<usize, u64>)| json!({"file": file, "lines": lines.len(), "executed": num_executed(lines), "missed": missed(lines)});
        self.lines.iter().map(file).collect()
    }

    /// The coverage in the format of lcov. Files have absolute paths, as its readers expect.
    pub(crate) fn to_lcov(&self) -> String {
        let mut text = String::new();
        for (file, lines) in &self.lines {
            let path = std::path::absolute(Path::new(file)).unwrap_or_else(|_| file.into());
            let _ = writeln!(text, "TN:miden\nSF:{}", path.display());
            for (line, executions) in lines {
                let _ = writeln!(text, "DA:{line},{executions}");
            }
            let _ = writeln!(text, "LF:{}\nLH:{}\nend_of_record", lines.len(), num_executed(lines));
        }
        text
    }
}

/// The place of a step that takes cycles when it is executed; the steps of blocks are listed themselves.
fn executed_span(step: &Step) -> Option<Span> {
    match step {
        Step::Instruction { num_operations: 1.., span, .. } => Some(*span),
        Step::Invocation { span, .. } | Step::Reference { span, .. } => Some(*span),
        Step::If { span, .. } | Step::While { span, .. } => Some(*span),
        _ => None,
    }
}

fn num_executed(lines: &BTreeMap<usize, u64>) -> usize {
    lines.values().filter(|executions| **executions > 0).count()
}

fn missed(lines: &BTreeMap<usize, u64>) -> Vec<usize> {
    lines.iter().filter(|(_, executions)| **executions == 0).map(|(line, _)| *line).collect()
}

/// Ascending numbers, with a range for neighbours.
fn ranges(numbers: &[usize]) -> Vec<String> {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    runs.filter_map(|run| match run {
        [] => None,
        [one] => Some(one.to_string()),
        [first, .., last] => Some(format!("{first}-{last}")),
    })
    .collect()
}

fn share(executed: usize, total: usize) -> String {
    format!("{executed} of {total} {}", if total == 1 { "line" } else { "lines" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_lines_are_a_range() {
        assert_eq!(ranges(&[]), [""; 0]);
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), ["1-3", "7", "9-10"]);
    }
}
