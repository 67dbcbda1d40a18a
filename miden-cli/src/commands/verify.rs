use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use miden_air::ParameterSet;
use miden_core::{Digest, FaultClaim, Kernel, ProgramInputs, Statement};
use miden_verifier::{Policy, verify_with};

use super::execute::Execute;
use crate::{
    args::{AssemblerArgs, InputArgs, JsonArgs, KernelArgs, required_project},
    digest,
    error::CliError,
    files::{self, Files},
    locate::locate,
    messages,
    outcome::{self, CycleLimitArgs, ExpectationArgs},
    program::{self, Loaded},
    report::Report,
    security,
    value_file::{Inputs, Outputs},
};

/// Checks a proof against a program hash, inputs and outputs.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// File of the proof; `-` is standard input. Without it, the proof is that of the project, which also names the
    /// program.
    #[arg(short, long, value_name = "FILE")]
    proof: Option<PathBuf>,
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    #[command(flatten)]
    expectation: ExpectationArgs,
    #[command(flatten)]
    cycle_limit: CycleLimitArgs,
    #[command(flatten)]
    inputs: InputArgs,
    /// File of outputs, which also says how the program ended; defaults to the proof path with the extension
    /// `.outputs`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Accept only proofs with this parameter set.
    #[arg(short, long, value_name = "SET", value_parser = security::parser())]
    security: Option<ParameterSet>,
    /// Accept only proofs that hide the execution.
    #[arg(long)]
    require_hiding: bool,
    /// Show the security of each round of the protocol.
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    json: JsonArgs,
}

/// The program that the proof is about.
#[derive(Args, Debug)]
#[group(multiple = true)]
struct Subject {
    /// Hash of the program that the proof must be about.
    #[arg(short = 'x', long, value_name = "HEX", value_parser = digest::parse)]
    program_hash: Option<Digest>,
    /// Program that the proof must be about: assembly source, or a compiled program. If the proof shows a fault, the
    /// program is run up to it to show the line.
    #[arg(long, value_name = "PROGRAM")]
    source: Option<PathBuf>,
}

impl Execute for Verify {
    fn complete(&mut self) -> Result<(), CliError> {
        if self.proof.is_some() {
            return match self.subject.program_hash.is_none() && self.subject.source.is_none() {
                true => Err(CliError::Usage(
                    "name the program with --program-hash HEX or --source PROGRAM".into(),
                )),
                false => Ok(()),
            };
        }
        let project = required_project("--proof FILE")?;
        self.proof = Some(project.results().with_extension("proof"));
        self.subject.source = self.subject.source.take().or(Some(project.program()?.into()));
        self.kernel.complete(&project);
        self.assembler.complete(&project);
        self.inputs.complete(&project);
        self.security = self.security.or(project.parameters);
        Ok(())
    }

    fn json(&self) -> bool {
        self.json.json
    }

    fn run(&self) -> Result<Report, CliError> {
        let files = Files::default();
        let proof = files.read(self.proof())?;
        let inputs = self.inputs.read(Some(self.proof()), &files)?;
        let outputs = self.outputs(&files)?;
        let loaded = self.subject.source.as_deref().map(|path| self.load(path, &files)).transpose()?;
        let program = Identity {
            hash: self.subject.program_hash.or(loaded.as_ref().map(|loaded| loaded.program.digest())),
            kernel: self.kernel(loaded.as_ref(), &files)?,
        };
        let statement = self.statement(program, &inputs, outputs)?;

        let start = Instant::now();
        let policy = self.security.map_or_else(Policy::default, |set| Policy::only([set]));
        let policy = policy.with_hiding(self.require_hiding);
        let verified = verify_with(&statement, &proof, &policy).map_err(|reason| {
            let is_valid = |other: &Statement| verify_with(other, &proof, &policy).is_ok();
            CliError::Rejected { reason, help: self.help(&statement, &inputs, is_valid, &files) }
        })?;
        let Statement { outcome, cycle_limit, .. } = statement;
        if !self.expectation.accepts(&outcome) {
            return Err(CliError::OutcomeMismatch { outcome, cycle_limit, expected: self.expectation });
        }
        messages::done(format!("verified in {} ms", start.elapsed().as_millis()));
        let report = Report::new()
            .line(format!("Proof is valid: {}", security::text(verified.parameter_set, verified.security)))
            .line(format!("Outcome: {outcome}"))
            .line(security::hiding(verified.hides))
            .lines(outcome::meaning(&outcome, cycle_limit))
            .lines(if self.verbose { security::table(&verified.security_report) } else { Vec::new() })
            .key("valid", true)
            .key("hiding", verified.hides)
            .outcome(&outcome)
            .optional_key("cycle_limit", cycle_limit)
            .kernel(&statement.kernel)
            .key(
                "security",
                security::json(verified.parameter_set, verified.security, &verified.security_report),
            );
        Ok(match (loaded, outcome.fault()) {
            (Some(loaded), Some(fault)) => add_location(report, &loaded, &inputs.values, &statement, fault),
            _ => report,
        })
    }

    fn failure(&self, error: &CliError) -> Report {
        rejection(error)
    }
}

/// The JSON object of a proof that is not accepted, or not checked.
pub(crate) fn rejection(error: &CliError) -> Report {
    error.details(Report::new().key("valid", false).key("reason", error.to_string()))
}

/// The part of a statement that assembly determines.
struct Identity {
    /// `None` if neither the hash nor the source is named, which the arguments exclude.
    hash: Option<Digest>,
    kernel: Kernel,
}

impl Verify {
    fn proof(&self) -> &Path {
        self.proof.as_deref().expect("without the argument, the project names the proof")
    }

    fn outputs(&self, files: &Files) -> Result<Outputs, CliError> {
        let path = match &self.output {
            Some(path) => path.clone(),
            None if files::is_stdin(self.proof()) => {
                let message = "the proof comes from standard input; name the outputs with --output";
                return Err(CliError::Usage(message.into()));
            }
            None => self.proof().with_extension("outputs"),
        };
        Ok(Outputs::read(&path, files)?)
    }

    /// Loads the program and compares its hash with the one named.
    fn load(&self, path: &Path, files: &Files) -> Result<Loaded, CliError> {
        let kernel = self.kernel.kernel.as_deref();
        let loaded = program::load_linked(path, kernel, &self.assembler, files)?;
        loaded.announce();
        let got = loaded.program.digest();
        match self.subject.program_hash {
            Some(expected) if expected != got => {
                let other = self.assembler.with_other_optimization();
                let loaded = program::load_linked(path, kernel, &other, files);
                let found = loaded.is_ok_and(|loaded| loaded.program.digest() == expected);
                let no_opt = found.then_some(other.no_opt());
                Err(CliError::ProgramMismatch { path: path.into(), got, expected, no_opt })
            }
            _ => Ok(loaded),
        }
    }

    /// The statement to verify. All of it comes from arguments and files, nothing from the proof.
    fn statement(&self, program: Identity, inputs: &Inputs, outputs: Outputs) -> Result<Statement, CliError> {
        Ok(Statement {
            program: program.hash.expect("the arguments require the hash or the source"),
            kernel: program.kernel,
            inputs: inputs.values.stack.clone(),
            cycle_limit: self.agreed_limit(&outputs)?,
            outputs: outputs.stack,
            outcome: outputs.outcome,
        })
    }

    fn kernel(&self, loaded: Option<&Loaded>, files: &Files) -> Result<Kernel, CliError> {
        match (loaded, self.kernel.kernel.as_deref()) {
            (Some(loaded), _) => Ok(loaded.program.kernel().clone()),
            (None, Some(path)) => Ok(program::load_kernel(path, &self.assembler, files)?),
            (None, None) => Ok(Kernel::default()),
        }
    }

    /// What may be the matter with a statement that the proof does not show.
    fn help(
        &self,
        statement: &Statement,
        inputs: &Inputs,
        is_valid: impl Fn(&Statement) -> bool,
        files: &Files,
    ) -> Vec<String> {
        let mut help = Vec::new();
        if let Some(path) = &inputs.missing {
            help.push(format!(
                "there is no file of inputs {}, so an empty stack was assumed; name the file with --input",
                path.display()
            ));
        }
        if statement.kernel.procedures().is_empty() {
            help.push("if the program was linked against a kernel, pass it with --kernel".into());
        }
        let other = self.assembler.with_other_optimization();
        if self.assembled_with(&other, statement, files).is_some_and(|other| is_valid(&other)) {
            let (with, should) = if other.no_opt() { ("with", "add") } else { ("without", "omit") };
            help.push(format!("the proof is valid for code assembled {with} --no-opt; {should} the option"));
        }
        help
    }

    /// The statement with program and kernel assembled with other options; `None` if they make no difference.
    fn assembled_with(
        &self,
        assembler: &AssemblerArgs,
        statement: &Statement,
        files: &Files,
    ) -> Option<Statement> {
        let kernel_path = self.kernel.kernel.as_deref();
        let (program, kernel) = match (&self.subject.source, kernel_path) {
            (Some(path), _) => {
                let program = program::load_linked(path, kernel_path, assembler, files).ok()?.program;
                (program.digest(), program.kernel().clone())
            }
            (None, Some(path)) => (statement.program, program::load_kernel(path, assembler, files).ok()?),
            (None, None) => return None,
        };
        let other = Statement { program, kernel, ..statement.clone() };
        (other != *statement).then_some(other)
    }

    /// Cycle limit of the statement. Only an argument sets it, because the meaning of the proof depends on it; outputs
    /// of a run with another limit belong to another statement.
    fn agreed_limit(&self, outputs: &Outputs) -> Result<Option<u64>, CliError> {
        let agreed = self.cycle_limit.cycle_limit;
        match outputs.cycle_limit {
            Some(claimed) if agreed != Some(claimed) => Err(CliError::LimitMismatch { claimed, agreed }),
            _ => Ok(agreed),
        }
    }
}

/// Adds the place in the source where the program failed.
fn add_location(
    report: Report,
    loaded: &Loaded,
    inputs: &ProgramInputs,
    statement: &Statement,
    fault: &FaultClaim,
) -> Report {
    match locate(loaded, inputs, statement, fault) {
        Ok(failure) => {
            messages::print(failure.render_finding());
            let line = failure.location().map(|location| format!("Source: {location}"));
            failure.details(report).lines(line)
        }
        Err(reason) => {
            messages::note(&reason);
            report.key("not_located", reason)
        }
    }
}
