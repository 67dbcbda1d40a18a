use clap::Args;
use miden_core::params::MIN_TRACE_ROWS;
use miden_processor::{ExecutionTrace, PartRows, execute_observed, trace};
use serde_json::{Value, json};

use crate::{
    cli::{ExecutionArgs, JsonArgs, ProgramArgs},
    error::CliError,
    profile::Profile,
    program::{self, Loaded},
    report::Report,
};

/// Arguments of `analyze`.
#[derive(Args, Debug)]
pub(crate) struct Analyze {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
    #[command(flatten)]
    pub(crate) json: JsonArgs,
}

impl Analyze {
    pub(super) fn run(&self) -> Result<Report, CliError> {
        let loaded = program::load(&self.program)?;
        let inputs = self.execution.inputs(self.program.path())?;
        let options = self.execution.options();
        let program = &loaded.program;

        let mut profile = Profile::new(program);
        let cycles = match execute_observed(program, &inputs, &options, &mut profile) {
            Ok(execution) => execution.cycles,
            Err(error) => {
                let cycles = profile.stop(error.place());
                let partial = add_instructions(cycles_report(cycles, &profile, &loaded), &profile, &loaded);
                return Err(loaded.explain(error).with_partial(partial));
            }
        };
        let report = cycles_report(cycles, &profile, &loaded);
        match trace(program, &inputs, &options) {
            Ok(trace) => {
                let report = add_trace(report.key("outcome", "success"), &trace);
                Ok(add_instructions(report, &profile, &loaded))
            }
            Err(error) => {
                let partial = add_instructions(report, &profile, &loaded);
                Err(loaded.explain(error).with_partial(partial))
            }
        }
    }
}

/// What is known of every run, one that failed included.
fn cycles_report(cycles: u64, profile: &Profile, loaded: &Loaded) -> Report {
    let noops = profile.noops(&loaded.program);
    let nodes = cycles.saturating_sub(profile.num_operations(&loaded.program));
    Report::new()
        .key("cycles", cycles)
        .key("noops", noops)
        .key("nodes", nodes)
        .line(format!("Total cycles: {cycles}"))
        .line(format!("No-ops: {noops}"))
        .line(format!("Visits of program nodes: {nodes}"))
}

/// The parts of the trace that stand side by side.
fn parts(rows: &PartRows) -> [(&'static str, usize); 3] {
    [("execution", rows.execution), ("range", rows.range), ("chiplets", rows.chiplets())]
}

/// The sections of the chiplets, which stand one below the other.
fn sections(rows: &PartRows) -> [(&'static str, usize); 5] {
    let PartRows { hasher, bitwise, memory, merkle, kernel, .. } = *rows;
    [("hasher", hasher), ("bitwise", bitwise), ("memory", memory), ("merkle", merkle), ("kernel", kernel)]
}

fn add_trace(report: Report, trace: &ExecutionTrace) -> Report {
    let (num_rows, rows) = (trace.num_rows(), trace.part_rows());
    let longest_rows = rows.longest();
    let is_least = num_rows == MIN_TRACE_ROWS && longest_rows <= MIN_TRACE_ROWS / 2;
    let padding = num_rows.saturating_sub(longest_rows);
    let longest = parts(&rows).into_iter().find(|(_, rows)| *rows == longest_rows);
    let longest = longest.map_or("", |(name, _)| name);

    let mut object = json!({"rows": num_rows, "longest": longest, "padding": padding});
    for (name, rows) in parts(&rows).into_iter().chain(sections(&rows)) {
        object[name] = Value::from(rows);
    }
    let least = if is_least { " (the least possible)" } else { "" };
    let mut report = report.key("trace", object).line("").line(format!("Trace rows: {num_rows}{least}"));
    for (name, rows) in parts(&rows) {
        let decides = if name == longest { "  (the longest part)" } else { "" };
        report = report.line(format!("  {name:<10}{rows:>10}{decides}"));
    }
    for (name, rows) in sections(&rows) {
        report = report.line(format!("    {name:<8}{rows:>10}"));
    }
    report.line(format!("  {:<10}{padding:>10}", "padding"))
}

fn add_instructions(report: Report, profile: &Profile, loaded: &Loaded) -> Report {
    let Some(debug) = &loaded.debug else {
        return report.line("").line("A compiled program does not tell its instructions.");
    };
    let usages = profile.instructions(&loaded.program, debug);
    let objects = usages.iter().map(|(name, usage)| {
        json!({
            "instruction": name, "frequency": usage.frequency, "cycles": usage.cycles,
            "average": usage.average(),
        })
    });
    let report = report.key("instructions", objects.collect::<Vec<_>>());
    let width = usages.keys().map(String::len).chain([5]).max().unwrap_or_default();
    let head = ["Frequency", "Total Cycles", "Avg Instruction Cycles"];
    let [frequency, cycles, average] = head.map(str::len);
    let report = report.line("").line(format!("{:<width$}  {}", "AsmOp", head.join("  ")));
    usages.iter().fold(report, |report, (name, usage)| {
        report.line(format!(
            "{name:<width$}  {:>frequency$}  {:>cycles$}  {:>average$.2}",
            usage.frequency,
            usage.cycles,
            usage.average()
        ))
    })
}
