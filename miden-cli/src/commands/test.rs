use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use miden_air::ParameterSet;
use miden_assembly::{Assembler, Source, Version, nearest};
use miden_processor::ExecutionOptions;

use super::execute::Execute;
use crate::{
    args::{AssemblerArgs, JsonArgs, KernelArgs},
    error::CliError,
    files::Files,
    library::{self, LibraryFileError},
    messages,
    project::Project,
    report::Report,
    security,
    sources::{self, Below},
    testing::{self, Random, Settings, Summary, Unit},
    value_file::CaseSource,
};

/// Runs the tests in sources: procedures with the attribute `@test`.
#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Source of a program or a module, or a directory: the modules of a library, and programs that can import them.
    /// Defaults to the sources of the project, or without one to the working directory.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Name of the library in a directory; defaults to the name of the directory.
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// Run only tests whose name contains this text.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Run only the test with this name.
    #[arg(long, value_name = "TEST", conflicts_with = "filter")]
    exact: Option<String>,
    /// Initial stack, instead of the one that the test states and its random items.
    #[arg(long, value_name = "LIST", allow_hyphen_values = true, requires = "exact")]
    stack: Option<String>,
    /// Advice tape, instead of the one that the test states.
    #[arg(long, value_name = "LIST", allow_hyphen_values = true, requires = "exact")]
    advice: Option<String>,
    /// Number of runs of a test with random items.
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Start of the series of random items; equal numbers give equal items.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Also prove the runs, and verify the proofs; of a test with random items, one run.
    #[arg(long)]
    prove: bool,
    /// Parameter set of the proofs; defaults to that of the project, otherwise to fast-96.
    #[arg(short, long, value_name = "SET", requires = "prove", value_parser = security::parser())]
    security: Option<ParameterSet>,
    /// Stop a test with an error after this many cycles.
    #[arg(long, value_name = "CYCLES", value_parser = clap::value_parser!(u64).range(1..))]
    max_cycles: Option<u64>,
    /// Also write the results to this file, as XML in the format of JUnit.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Test {
    fn complete(&mut self) -> Result<(), CliError> {
        if self.paths.is_empty() {
            let Some(project) = Project::find(&Files::default())? else {
                self.paths.push(".".into());
                return Ok(());
            };
            self.paths.push(project.sources().into());
            self.namespace.get_or_insert_with(|| project.name().into());
            self.kernel.complete(&project);
            self.assembler.add_dependencies(&project);
            self.security = self.security.or(project.parameters);
        }
        Ok(())
    }

    fn run(&self) -> Result<Report, CliError> {
        let start = Instant::now();
        let mut files = Files::default();
        let junit = self.junit.clone().map(|junit| files.target(junit)).transpose()?;
        let tests = self.select(self.collect(&files)?)?;
        let summary = Summary(self.settings().run(tests));
        summary.show_problems();
        if let Some(junit) = junit {
            junit.write(&summary.to_junit())?;
        }
        let (report, failed, total) = (summary.report(), summary.num_failed(), summary.0.len());
        if failed > 0 {
            return Err(CliError::TestsFailed { failed, total, report });
        }
        let tests = if total == 1 { "test" } else { "tests" };
        messages::done(format!("ran {total} {tests} in {} ms", start.elapsed().as_millis()));
        Ok(report)
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

impl Test {
    fn settings(&self) -> Settings {
        let options = ExecutionOptions::default();
        Settings {
            options: options.with_max_cycles(self.max_cycles.unwrap_or(options.max_cycles)),
            random: Random { seed: self.seed, runs: self.runs },
            prove: self.prove.then(|| self.security.unwrap_or_default()),
        }
    }

    /// The tests of all sources. An error in one source does not keep those in others from being shown.
    fn collect(&self, files: &Files) -> Result<Vec<testing::Test>, CliError> {
        let (mut tests, mut errors) = (Vec::new(), Vec::new());
        for path in &self.paths {
            let result = match path.is_dir() {
                true => self.collect_below(path, files, &mut errors),
                false => self.collect_file(path, files),
            };
            match result {
                Ok(found) => tests.extend(found),
                Err(error) => errors.push(error),
            }
        }
        match errors.len() {
            0 => Ok(tests),
            1 => Err(errors.remove(0)),
            _ => Err(CliError::Several(errors)),
        }
    }

    fn collect_file(&self, file: &Path, files: &Files) -> Result<Vec<testing::Test>, CliError> {
        let source = files.read_source(file)?;
        let name = file.file_stem().unwrap_or(file.as_os_str()).to_string_lossy();
        let assembler = self.kernel.assembler(None, &self.assembler, files)?;
        self.tests(&assembler, None, &name, (file, &source), files)
    }

    fn collect_below(
        &self,
        directory: &Path,
        files: &Files,
        errors: &mut Vec<CliError>,
    ) -> Result<Vec<testing::Test>, CliError> {
        let library = self.namespace.clone().map_or_else(|| library::directory_name(directory), Ok)?;
        let Below { modules, programs } = sources::read_below(directory, files)?;
        let mut assembler = self.kernel.assembler(Some(&library), &self.assembler, files)?;
        if !modules.is_empty() {
            let sources =
                library::from_sources(directory, library.clone(), Version::default(), modules.clone())?;
            let conflict = |source| LibraryFileError::Library { path: directory.into(), source };
            assembler = assembler.with_library(sources).map_err(conflict)?;
        }
        let mut tests = Vec::new();
        let with_paths = modules.iter().map(|module| (module, true));
        for ((file, source), is_module) in with_paths.chain(programs.iter().map(|program| (program, false))) {
            let Some(path) = sources::module_path(Some(&library), directory, file) else { continue };
            if testing::has_tests(source) {
                let module = is_module.then_some(&*path);
                match self.tests(&assembler, module, &path, (file, source), files) {
                    Ok(found) => tests.extend(found),
                    Err(error) => errors.push(error),
                }
            }
        }
        Ok(tests)
    }

    fn tests(
        &self,
        assembler: &Assembler,
        path: Option<&str>,
        name: &str,
        (file, source): (&Path, &Source),
        files: &Files,
    ) -> Result<Vec<testing::Test>, CliError> {
        let cases = CaseSource {
            place: file,
            directory: file,
            files,
            stack: self.stack.as_deref(),
            advice: self.advice.as_deref(),
        };
        Unit { assembler, path, name, source, file }.tests(cases)
    }

    /// The tests that the arguments name.
    fn select(&self, tests: Vec<testing::Test>) -> Result<Vec<testing::Test>, CliError> {
        let names: Vec<_> = tests.iter().map(|test| test.name.clone()).collect();
        let selected: Vec<_> = match (&self.exact, &self.filter) {
            (Some(exact), _) => tests.into_iter().filter(|test| test.name == *exact).collect(),
            (None, Some(part)) => tests.into_iter().filter(|test| test.name.contains(&**part)).collect(),
            (None, None) => tests,
        };
        if selected.is_empty() {
            let message = match (&self.exact, &self.filter) {
                (Some(name), _) => {
                    let nearest = nearest(name, names.iter().map(String::as_str));
                    let help = nearest.map(|nearest| format!("; did you mean `{nearest}`?"));
                    format!("no test is called `{name}`{}", help.unwrap_or_default())
                }
                (None, Some(part)) => format!("no name of a test contains `{part}`"),
                (None, None) => "there are no tests; `@test` before a procedure makes it one".into(),
            };
            return Err(CliError::Usage(message));
        }
        Ok(selected)
    }
}
