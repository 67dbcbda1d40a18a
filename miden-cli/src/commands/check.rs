use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use miden_assembly::{Diagnostics, Source, Version, tooling::Outline};
use miden_assembly_analysis::{Analysis, Effects, LintDiagnostics};
use serde_json::{Value, json};

use super::execute::Execute;
use crate::{
    args::{AssemblerArgs, JsonArgs, KernelArgs, required_project},
    diagnostics,
    error::CliError,
    files::Files,
    library::{self, LibraryFileError},
    messages,
    report::Report,
    sources::{self, Below},
};

/// Checks sources and shows all errors, and warnings about stack effects; writes nothing.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Source of a program or a module, or a directory: the modules of a library, and programs that can import them.
    /// Defaults to the sources of the project.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Name of the library in a directory; defaults to the name of the directory.
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// Show the stack effect of each procedure.
    #[arg(long)]
    effects: bool,
    /// Fail if there are warnings.
    #[arg(long)]
    deny_warnings: bool,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    #[command(flatten)]
    json: JsonArgs,
}

/// Result of checking several sources.
#[derive(Default)]
struct Checked {
    num_sources: usize,
    outlines: Vec<(Outline, Effects)>,
    errors: Vec<CliError>,
}

impl Execute for Check {
    fn complete(&mut self) -> Result<(), CliError> {
        if self.paths.is_empty() {
            let project = required_project("PATH")?;
            self.paths.push(project.sources().into());
            self.namespace.get_or_insert_with(|| project.name().into());
            self.kernel.complete(&project);
            self.assembler.add_dependencies(&project);
        }
        Ok(())
    }

    fn run(&self) -> Result<Report, CliError> {
        let start = Instant::now();
        let (mut checked, files) = (Checked::default(), Files::default());
        for path in &self.paths {
            // An error in one source does not keep the others from being checked.
            let result = match path.is_dir() {
                true => self.check_directory(path, &files, &mut checked),
                false => self.check_file(path, &files, &mut checked),
            };
            checked.errors.extend(result.err());
        }
        let num_warnings = checked.show_warnings();
        match checked.errors.len() {
            0 => {}
            1 => return Err(checked.errors.remove(0)),
            _ => return Err(CliError::Several(checked.errors)),
        }
        let report = checked.report(self.effects);
        if self.deny_warnings && num_warnings > 0 {
            return Err(CliError::Warnings { count: num_warnings, report });
        }
        let (sources, elapsed) = (count(checked.num_sources, "source"), start.elapsed().as_millis());
        messages::done(format!("checked {sources} in {elapsed} ms: {}", count(num_warnings, "warning")));
        Ok(report)
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

impl Check {
    fn check_file(&self, path: &Path, files: &Files, checked: &mut Checked) -> Result<(), CliError> {
        let source = files.read_source(path)?;
        let analysis = Analysis::new(&source);
        let assembler = self.kernel.assembler(None, &self.assembler, files)?;
        let is_module = !analysis.is_program() && analysis.symbols().iter().any(|symbol| symbol.exported);
        let outline = match is_module {
            true => assembler.outline_module(None, &source),
            false => assembler.outline_program(&source),
        };
        checked.add(1, outline)
    }

    /// Checks the modules below a directory as a library, and the programs there with it.
    fn check_directory(
        &self,
        directory: &Path,
        files: &Files,
        checked: &mut Checked,
    ) -> Result<(), CliError> {
        let name = match &self.namespace {
            Some(name) => name.clone(),
            None => library::directory_name(directory)?,
        };
        let Below { modules, programs } = sources::read_below(directory, files)?;
        let mut assembler = self.kernel.assembler(Some(&name), &self.assembler, files)?;
        if !modules.is_empty() || programs.is_empty() {
            let num_modules = modules.len();
            let library = library::from_sources(directory, name, Version::default(), modules)?;
            match library::outline(&assembler, directory, &library) {
                Ok(outline) => checked.add(num_modules, Ok(outline))?,
                Err(error) => checked.errors.push(error),
            }
            let invalid = |source| LibraryFileError::Library { path: directory.into(), source };
            assembler = assembler.with_library(library).map_err(invalid)?;
        }
        for (_, program) in programs {
            if let Err(error) = checked.add(1, assembler.outline_program(&program)) {
                checked.errors.push(error);
            }
        }
        Ok(())
    }
}

impl Checked {
    fn add(&mut self, num_sources: usize, outline: Result<Outline, Diagnostics>) -> Result<(), CliError> {
        let outline = outline?;
        let effects = Effects::infer(&outline);
        self.num_sources += num_sources;
        self.outlines.push((outline, effects));
        Ok(())
    }

    /// Shows the warnings and returns their number.
    fn show_warnings(&self) -> usize {
        let mut num_warnings = 0;
        for (outline, effects) in &self.outlines {
            messages::warnings(&outline.warnings);
            if !effects.warnings.is_empty() {
                messages::print(LintDiagnostics::new(effects.warnings.clone()).render(true));
            }
            num_warnings += outline.warnings.errors().len() + effects.warnings.len();
        }
        num_warnings
    }

    fn report(&self, with_effects: bool) -> Report {
        let (mut lines, mut procedures, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        let mut num_hidden = 0;
        for (outline, effects) in &self.outlines {
            let (entries, more) = diagnostics::to_json(&outline.warnings);
            warnings.extend(entries);
            let (entries, more_lints) = diagnostics::lints_to_json(&effects.warnings);
            warnings.extend(entries);
            num_hidden += more + more_lints;
            for (procedure, effect) in outline.procedures.iter().zip(&effects.procedures) {
                let (Some(name), true) = (&procedure.name, procedure.is_checked) else { continue };
                let (file, line) = place(&procedure.source, procedure.header.start);
                let known = effect.known().map(|effect| (effect.inputs, effect.outputs()));
                let shown = known.map_or_else(|| "unknown".into(), |(i, o)| format!("[{i}] → [{o}]"));
                lines.push(format!("{file}:{line}: {name} {shown}"));
                let (inputs, outputs) = (known.map(|effect| effect.0), known.map(|effect| effect.1));
                let entry = json!({
                    "file": file, "line": line, "name": name, "inputs": inputs, "outputs": outputs,
                });
                procedures.push(entry);
            }
        }
        let report = Report::new()
            .key("outcome", "success")
            .key("sources", self.num_sources)
            .key("procedures", Value::Array(procedures))
            .key("warnings", Value::Array(warnings))
            .optional_key("not_shown", Some(num_hidden).filter(|more| *more > 0));
        if with_effects { report.lines(lines) } else { report }
    }
}

fn place(source: &Source, offset: usize) -> (&str, usize) {
    (source.name(), source.location(offset).line)
}

fn count(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
