use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use miden_air::ParameterSet;
use miden_assembly::{Assembler, Source, Version, nearest};
use miden_assembly_analysis::Analysis;
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
    testing::{self, Coverage, Random, Settings, Summary, Unit},
    value_file::CaseSource,
    watch,
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
    /// Show the lines that no test executes. Tests run once more for it, without optimization.
    #[arg(long)]
    coverage: bool,
    /// Write the coverage to this file, in the format of lcov.
    #[arg(long, value_name = "FILE")]
    lcov: Option<PathBuf>,
    /// Run the tests again whenever a file changes, until Ctrl-C.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    #[command(flatten)]
    json: JsonArgs,
    /// The directory of the project.
    #[arg(skip)]
    root: Option<PathBuf>,
}

/// Tests, and the code that they test.
#[derive(Default)]
struct Found {
    tests: Vec<testing::Test>,
    /// `None` unless coverage is measured.
    coverage: Option<Coverage>,
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
            self.root = Some(project.root().into());
        }
        Ok(())
    }

    fn run(&self) -> Result<Report, CliError> {
        if self.watch {
            return Err(watch::repeat(&self.watched()));
        }
        let start = Instant::now();
        let mut files = Files::default();
        let junit = self.junit.clone().map(|junit| files.target(junit)).transpose()?;
        let lcov = self.lcov.clone().map(|lcov| files.target(lcov)).transpose()?;
        let Found { tests, coverage } = self.collect(&files)?;
        let summary = Summary(self.settings().run(self.select(tests)?));
        summary.show_problems();
        if let Some(junit) = junit {
            junit.write(&summary.to_junit())?;
        }
        let mut report = summary.report();
        if let Some(mut coverage) = coverage {
            summary.add_to(&mut coverage);
            if let Some(lcov) = lcov {
                lcov.write(coverage.to_lcov().as_bytes())?;
            }
            report = report.lines(coverage.texts()).key("coverage", coverage.to_json());
        }
        let (failed, total) = (summary.num_failed(), summary.0.len());
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

    /// The files and directories whose changes can change the results.
    fn watched(&self) -> Vec<PathBuf> {
        let others = self.root.iter().chain(&self.kernel.kernel).map(PathBuf::as_path);
        let libraries = self.assembler.library_paths();
        self.paths.iter().map(PathBuf::as_path).chain(others).chain(libraries).map(Path::to_owned).collect()
    }

    const fn has_coverage(&self) -> bool {
        self.coverage || self.lcov.is_some()
    }

    /// The tests of all sources. An error in one source does not keep those in others from being shown.
    fn collect(&self, files: &Files) -> Result<Found, CliError> {
        let (mut found, mut errors) = (Found::default(), Vec::new());
        found.coverage = self.has_coverage().then(Coverage::default);
        for path in &self.paths {
            let result = match path.is_dir() {
                true => self.collect_below(path, files, &mut found, &mut errors),
                false => self.collect_file(path, files, &mut found),
            };
            errors.extend(result.err());
        }
        match errors.len() {
            0 => Ok(found),
            1 => Err(errors.remove(0)),
            _ => Err(CliError::Several(errors)),
        }
    }

    fn collect_file(&self, file: &Path, files: &Files, found: &mut Found) -> Result<(), CliError> {
        let source = files.read_source(file)?;
        let name = file.file_stem().unwrap_or(file.as_os_str()).to_string_lossy();
        let assembler = self.kernel.assembler(None, &self.assembler, files)?;
        found.tests.extend(self.tests(&assembler, None, &name, (file, &source), files)?);
        if let Some(coverage) = &mut found.coverage {
            coverage.add_code(&match Analysis::new(&source).is_program() {
                true => assembler.outline_program(&source)?,
                false => assembler.outline_module(None, &source)?,
            });
        }
        Ok(())
    }

    fn collect_below(
        &self,
        directory: &Path,
        files: &Files,
        found: &mut Found,
        errors: &mut Vec<CliError>,
    ) -> Result<(), CliError> {
        let library = self.namespace.clone().map_or_else(|| library::directory_name(directory), Ok)?;
        let Below { modules, programs } = sources::read_below(directory, files)?;
        let mut assembler = self.kernel.assembler(Some(&library), &self.assembler, files)?;
        if !modules.is_empty() {
            let sources =
                library::from_sources(directory, library.clone(), Version::default(), modules.clone())?;
            let conflict = |source| LibraryFileError::Library { path: directory.into(), source };
            if let Some(coverage) = &mut found.coverage {
                coverage.add_code(&library::outline(&assembler, directory, &sources)?);
            }
            assembler = assembler.with_library(sources).map_err(conflict)?;
        }
        let with_paths = modules.iter().map(|module| (module, true));
        for ((file, source), is_module) in with_paths.chain(programs.iter().map(|program| (program, false))) {
            let Some(path) = sources::module_path(Some(&library), directory, file) else { continue };
            if testing::has_tests(source) {
                let module = is_module.then_some(&*path);
                match self.tests(&assembler, module, &path, (file, source), files) {
                    Ok(tests) => found.tests.extend(tests),
                    Err(error) => errors.push(error),
                }
            }
            if let (Some(coverage), false) = (&mut found.coverage, is_module) {
                coverage.add_code(&assembler.outline_program(source)?);
            }
        }
        Ok(())
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
        Unit { assembler, has_coverage: self.has_coverage(), path, name, source, file }.tests(cases)
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
