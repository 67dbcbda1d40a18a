use std::collections::BTreeMap;

use clap::Args;
use miden_air::ParameterSet;
use miden_core::params::MIN_TRACE_ROWS;
use miden_processor::{Executor, PartRows};
use serde_json::{Value, json};

use super::execute::Execute;
use crate::{
    args::{ExecutionArgs, JsonArgs, ProgramArgs},
    error::CliError,
    files::Files,
    profile::{ProcedureUsage, Profile, Profiler, Usage},
    program,
    report::Report,
};

/// Runs a program and shows where its cycles and trace rows go.
#[derive(Args, Debug)]
pub(crate) struct Analyze {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Analyze {
    fn complete(&mut self) -> Result<(), CliError> {
        if let Some(project) = self.program.complete()? {
            self.execution.inputs.complete(&project);
        }
        Ok(())
    }

    fn run(&self) -> Result<Report, CliError> {
        let files = Files::default();
        let loaded = program::load(&self.program, &files)?;
        let inputs = self.execution.inputs.read(Some(self.program.results()), &files)?.values;
        let program = &loaded.program;
        let executor =
            || Executor::new(program).with_inputs(inputs.clone()).with_options(self.execution.options());

        let mut profiler = Profiler::new(program, loaded.debug.as_ref());
        let run = executor().with_observer(&mut profiler).execute();
        let profile = match &run {
            Ok(_) => profiler.finish(),
            Err(error) => profiler.stop(error.site()),
        };
        match run.and_then(|_| executor().count_rows()) {
            Ok(rows) => {
                let report = add_cycles(Report::new().key("outcome", "success"), &profile);
                Ok(add_source(add_trace(report, &rows), profile))
            }
            Err(error) => {
                let partial = add_source(add_cycles(Report::new(), &profile), profile);
                let failure = loaded.failure(error, &inputs, &self.execution.options());
                Err(CliError::from(failure).with_partial(partial))
            }
        }
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

/// Adds what is known of every run, failed ones included.
fn add_cycles(report: Report, profile: &Profile<'_>) -> Report {
    let (cycles, noops) = (profile.cycles(), profile.noops());
    let nodes = cycles.saturating_sub(profile.num_operations());
    report
        .key("cycles", cycles)
        .key("noops", noops)
        .key("nodes", nodes)
        .line(format!("Total cycles: {cycles}"))
        .line(format!("No-ops: {noops}"))
        .line(format!("Visits of program nodes: {nodes}"))
}

/// Parts of the trace, next to each other.
fn parts(rows: &PartRows) -> [(&'static str, usize); 3] {
    [("execution", rows.execution), ("range", rows.range), ("chiplets", rows.chiplets())]
}

/// Sections of the chiplets, one below the other.
fn sections(rows: &PartRows) -> [(&'static str, usize); 5] {
    let PartRows { hasher, bitwise, memory, merkle, kernel, .. } = *rows;
    [("hasher", hasher), ("bitwise", bitwise), ("memory", memory), ("merkle", merkle), ("kernel", kernel)]
}

fn add_trace(report: Report, rows: &PartRows) -> Report {
    // Proofs hide the execution unless told otherwise; other sets than the default have some tens of rows more or less.
    let random = ParameterSet::default().hiding(true).random_rows();
    let (num_rows, longest_rows) = (rows.padded_with(random), rows.longest());
    let is_minimum = num_rows == MIN_TRACE_ROWS && longest_rows + random <= MIN_TRACE_ROWS / 2;
    let padding = num_rows.saturating_sub(longest_rows + random);
    let longest = parts(rows).into_iter().find(|(_, rows)| *rows == longest_rows);
    let (longest, _) = longest.expect("the longest part is one of the parts");

    let mut object = json!({"rows": num_rows, "longest": longest, "random": random, "padding": padding});
    for (name, rows) in parts(rows).into_iter().chain(sections(rows)) {
        object[name] = Value::from(rows);
    }
    let minimum = if is_minimum { " (the minimum)" } else { "" };
    let mut report = report.key("trace", object).line("").line(format!("Trace rows: {num_rows}{minimum}"));
    for (name, rows) in parts(rows) {
        let decides = if name == longest { "  (the longest part)" } else { "" };
        report = report.line(format!("  {name:<10}{rows:>10}{decides}"));
    }
    for (name, rows) in sections(rows) {
        report = report.line(format!("    {name:<8}{rows:>10}"));
    }
    let more = [("random", random), ("padding", padding)];
    report.lines(more.map(|(name, rows)| format!("  {name:<10}{rows:>10}")))
}

/// Adds what only the source can tell.
fn add_source(report: Report, profile: Profile<'_>) -> Report {
    let Some((instructions, procedures)) = profile.instructions().zip(profile.procedures()) else {
        return report
            .line("")
            .line("A program without its sources has no instructions and procedures to show.");
    };
    add_procedures(add_instructions(report, &instructions), &procedures)
}

fn add_instructions(report: Report, usages: &BTreeMap<String, Usage>) -> Report {
    let objects = usages.iter().map(|(name, usage)| {
        json!({
            "instruction": name, "frequency": usage.frequency, "cycles": usage.cycles,
            "average": usage.average(),
        })
    });
    let report = report.key("instructions", objects.collect::<Vec<_>>());
    let rows = usages.iter().map(|(name, usage)| {
        let average = format!("{:.2}", usage.average());
        (name.clone(), [usage.frequency.to_string(), usage.cycles.to_string(), average])
    });
    table(report, "AsmOp", ["Frequency", "Total Cycles", "Avg Instruction Cycles"], rows.collect())
}

fn add_procedures(report: Report, usages: &[ProcedureUsage]) -> Report {
    let objects = usages.iter().map(|usage| {
        json!({
            "procedure": usage.name, "file": usage.file, "invocations": usage.invocations,
            "own_cycles": usage.own, "cycles": usage.with_callees,
        })
    });
    let report = report.key("procedures", objects.collect::<Vec<_>>());
    let rows = usages.iter().map(|usage| {
        let name = usage.name.as_deref().unwrap_or("(program)");
        (name.to_owned(), [usage.invocations, usage.own, usage.with_callees].map(|number| number.to_string()))
    });
    table(report, "Procedure", ["Invocations", "Own Cycles", "With Callees"], rows.collect())
}

/// Adds a table with its first column aligned left and the others right.
fn table(report: Report, first: &str, head: [&str; 3], rows: Vec<(String, [String; 3])>) -> Report {
    let width = rows.iter().map(|(name, _)| name.len()).fold(first.len(), usize::max);
    let report = report.line("").line(format!("{first:<width$}  {}", head.join("  ")));
    let [a, b, c] = head.map(str::len);
    rows.into_iter().fold(report, |report, (name, [x, y, z])| {
        report.line(format!("{name:<width$}  {x:>a$}  {y:>b$}  {z:>c$}"))
    })
}
