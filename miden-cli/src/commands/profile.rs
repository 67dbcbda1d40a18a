use std::path::PathBuf;

use clap::{Args, ValueEnum};
use miden_processor::Executor;
use serde_json::{Map, Value, json};

use super::execute::Execute;
use crate::{
    args::{ExecutionArgs, JsonArgs, ProgramArgs},
    error::CliError,
    files::Files,
    flame,
    profile::{Entry, Part, Profiler, Samples},
    program,
    report::Report,
};

/// Runs a program and shows its cycles and trace rows by procedure and line.
#[derive(Args, Debug)]
pub(crate) struct Profile {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
    /// Form of the profile.
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Part of the trace by which the tables are sorted, and which the stacks and the flame graph show.
    #[arg(long, value_name = "PART", value_enum, default_value_t = Part::Execution)]
    part: Part,
    /// Print at most this many lines of each table.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 30)]
    top: usize,
    /// Write the profile to this file instead of printing it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    json: JsonArgs,
}

/// Form of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables by procedure and by line.
    Table,
    /// Folded stacks: a line for each stack of procedures, with its own rows.
    Folded,
    /// A flame graph as SVG.
    Svg,
    /// A file for the Firefox Profiler, with a thread for each part of the trace.
    Firefox,
}

impl Execute for Profile {
    fn complete(&mut self) -> Result<(), CliError> {
        if let Some(project) = self.program.complete()? {
            self.execution.inputs.complete(&project);
        }
        Ok(())
    }

    fn run(&self) -> Result<Report, CliError> {
        let mut files = Files::default();
        let target = self.output.clone().map(|output| files.target(output)).transpose()?;
        let loaded = program::load(&self.program, &files)?;
        let inputs = self.execution.inputs.read(Some(self.program.results()), &files)?.values;
        let options = self.execution.options();
        let executor = || Executor::new(&loaded.program).with_inputs(inputs.clone()).with_options(options);

        // The run that counts rows ends before a failure, which only the first one reports.
        executor().execute().map_err(|error| CliError::from(loaded.failure(error, &inputs, &options)))?;
        let mut profiler = Profiler::new(&loaded.program, loaded.debug.as_ref());
        let rows = executor()
            .with_observer(&mut profiler)
            .attribute_rows()
            .map_err(|error| CliError::from(loaded.failure(error, &inputs, &options)))?;
        let profile = profiler.finish();
        let cycles = profile.cycles();
        let Some(samples) = profile.samples() else {
            return Err(CliError::Usage(
                "a program without its sources has no procedures and lines to show".into(),
            ));
        };
        let report = Report::new().key("outcome", "success").key("cycles", cycles);
        let report = add_parts(report, &samples, |part| part.rows(&rows));
        let report = add_entries(report, &samples, self.part, self.top);
        let text = match self.format {
            Format::Table => None,
            Format::Folded => Some(flame::folded(&samples, self.part)),
            Format::Svg => Some(flame::svg(&samples, self.part)?),
            Format::Firefox => Some(flame::firefox(&samples, self.program.path())?),
        };
        match (target, text) {
            (Some(target), text) => {
                target.write(text.as_deref().unwrap_or(report.text()).as_bytes())?;
                Ok(report.without_text())
            }
            (None, Some(text)) => Ok(report.verbatim(text)),
            (None, None) => Ok(report),
        }
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

/// Adds the rows of each part: those that cycles cause, and those that belong to no cycle.
fn add_parts(report: Report, samples: &Samples, rows: impl Fn(Part) -> usize) -> Report {
    let total = samples.total();
    let mut object = Map::new();
    let mut report = report.line(format!("{:<10}{:>12}{:>12}{:>12}", "Part", "Rows", "Profiled", "Other"));
    for part in Part::ALL {
        let (rows, profiled) = (rows(part) as u64, total.of(part));
        let other = rows.saturating_sub(profiled);
        report = report.line(format!("{:<10}{rows:>12}{profiled:>12}{other:>12}", part.name()));
        object.insert(part.name().into(), json!({"rows": rows, "profiled": profiled, "other": other}));
    }
    report.key("parts", object)
}

/// Adds the tables by procedure and by line.
fn add_entries(report: Report, samples: &Samples, by: Part, top: usize) -> Report {
    // Parts without rows have no columns.
    let total = samples.total();
    let parts: Vec<Part> = Part::ALL.into_iter().filter(|part| total.of(*part) > 0).collect();
    let (procedures, lines) = (samples.procedures(by), samples.lines(by));
    let report = report
        .key("procedures", procedures.iter().map(object).collect::<Vec<_>>())
        .key("lines", lines.iter().map(object).collect::<Vec<_>>());
    let report = table(report, "Procedure", &procedures, &parts, top);
    table(report, "Line", &lines, &parts, top)
}

fn object(entry: &Entry) -> Value {
    let costs = |cost: &dyn Fn(Part) -> u64| -> Map<String, Value> {
        Part::ALL.into_iter().map(|part| (part.name().into(), cost(part).into())).collect()
    };
    let mut object = Map::new();
    if let Some(invocations) = entry.invocations {
        object.insert("procedure".into(), entry.procedure.clone().into());
        object.insert("invocations".into(), invocations.into());
    }
    let (file, line) = entry.place.clone().unzip();
    object.insert("file".into(), file.into());
    object.insert("line".into(), line.into());
    object.insert("own".into(), costs(&|part| entry.own.of(part)).into());
    object.insert("total".into(), costs(&|part| entry.total.of(part)).into());
    object.into()
}

/// Adds a table: for each part the own rows, and those with everything that is invoked.
fn table(report: Report, first: &str, entries: &[Entry], parts: &[Part], top: usize) -> Report {
    let name = |entry: &Entry| match (&entry.procedure, &entry.place, entry.invocations) {
        (Some(name), Some((file, line)), _) => format!("{name} ({file}:{line})"),
        (_, Some((file, line)), _) => format!("{file}:{line}"),
        (_, None, Some(_)) => "(program)".into(),
        (_, None, None) => "(blocks and joins)".into(),
    };
    let shown: Vec<(String, &Entry)> = entries.iter().take(top).map(|entry| (name(entry), entry)).collect();
    let width = shown.iter().map(|(name, _)| name.chars().count()).fold(first.len(), usize::max);
    let mut head = format!("{first:<width$}");
    for part in parts {
        head.push_str(&format!("{:>11}{:>11}", part.name(), "total"));
    }
    let mut report = report.line("").line(head);
    for (name, entry) in shown {
        let mut line = format!("{name:<width$}");
        for part in parts {
            line.push_str(&format!("{:>11}{:>11}", entry.own.of(*part), entry.total.of(*part)));
        }
        report = report.line(line);
    }
    match entries.len().checked_sub(top).filter(|others| *others > 0) {
        Some(others) => report.line(format!("and {others} more; --top N shows them")),
        None => report,
    }
}
