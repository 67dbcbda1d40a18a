use std::collections::BTreeMap;

use clap::Args;
use miden_core::params::MIN_TRACE_ROWS;
use miden_processor::{PartRows, execute_observed};
use serde_json::json;

use crate::{
    cli::{ExecutionArgs, JsonArgs, ProgramArgs},
    error::CliError,
    profile::{Profile, Usage},
    program,
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
        let path = self.program.path();
        let loaded = program::load(&path)?;
        let inputs = self.execution.inputs(&path)?;
        let options = self.execution.options();
        let program = &loaded.program;

        let mut profile = Profile::new(program);
        let execution = execute_observed(program, &inputs, &options, &mut profile)
            .map_err(|error| loaded.explain(error))?;
        let trace =
            miden_processor::trace(program, &inputs, &options).map_err(|error| loaded.explain(error))?;

        let (noops, nodes) = (profile.noops(program), profile.node_cycles());
        let report = Report::new()
            .key("outcome", "success")
            .key("cycles", execution.cycles)
            .key("noops", noops)
            .key("nodes", nodes)
            .line(format!("Total cycles: {}", execution.cycles))
            .line(format!("No-ops: {noops}"))
            .line(format!("Visits of program nodes: {nodes}"));
        let report = add_trace(report, trace.num_rows(), trace.part_rows());
        Ok(match &loaded.debug {
            Some(debug) => add_instructions(report, &profile.instructions(program, debug)),
            None => report.line("").line("A compiled program does not tell its instructions."),
        })
    }
}

fn add_trace(report: Report, num_rows: usize, parts: PartRows) -> Report {
    let named = [("execution", parts.execution), ("range", parts.range), ("chiplets", parts.chiplets())];
    let sections = [
        ("hasher", parts.hasher),
        ("bitwise", parts.bitwise),
        ("memory", parts.memory),
        ("merkle", parts.merkle),
        ("kernel", parts.kernel),
    ];
    let longest = parts.longest();
    let is_least = num_rows == MIN_TRACE_ROWS && longest <= MIN_TRACE_ROWS / 2;
    let padding = num_rows.saturating_sub(longest);
    let longest_name = named.iter().find(|(_, rows)| *rows == longest).map_or("", |(name, _)| name);
    let mut trace = json!({ "rows": num_rows, "longest": longest_name, "padding": padding });
    for (name, rows) in named.into_iter().chain(sections) {
        trace[name] = json!(rows);
    }
    let mut report = report
        .key("trace", trace)
        .line("")
        .line(format!("Trace rows: {num_rows}{}", if is_least { " (the least possible)" } else { "" }));
    for (name, rows) in named {
        let decides = if name == longest_name { "  (the longest part)" } else { "" };
        report = report.line(format!("  {name:<10}{rows:>10}{decides}"));
    }
    for (name, rows) in sections.into_iter().filter(|(_, rows)| *rows > 0) {
        report = report.line(format!("    {name:<8}{rows:>10}"));
    }
    report.line(format!("  {:<10}{padding:>10}", "padding"))
}

fn add_instructions(report: Report, usages: &BTreeMap<String, Usage>) -> Report {
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
