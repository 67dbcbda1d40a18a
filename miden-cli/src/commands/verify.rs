use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::{ArgAction, Args};
use miden_air::ParameterSet;
use miden_core::{Digest, FaultClaim, Kernel, ProgramInputs, Statement};
use miden_verifier::{Policy, verify_with};

use super::execute::Execute;
use crate::{
    args::{AssemblerArgs, JsonArgs, KernelArgs, parse_digest},
    error::CliError,
    files,
    locate::locate,
    messages,
    outcome::{self, CycleLimitArgs, ExpectationArgs},
    program::{self, Loaded},
    report::Report,
    security,
    value_file::{self, Outputs},
};

/// Checks a proof against a program hash, inputs and outputs.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub(crate) struct Verify {
    /// File of the proof.
    #[arg(short, long, value_name = "FILE")]
    proof: PathBuf,
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
    /// File of inputs; defaults to the proof path with the extension `.inputs`, if that file exists. Only --source uses
    /// its advice.
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// File of outputs, which also says how the program ended; defaults to the proof path with the extension
    /// `.outputs`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Accept only proofs with this parameter set.
    #[arg(short, long, value_name = "SET", value_parser = security::parser())]
    security: Option<ParameterSet>,
    #[command(flatten)]
    json: JsonArgs,
    /// Print help.
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// The program that the proof is about.
#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
struct Subject {
    /// Hash of the program that the proof must be about.
    #[arg(short = 'h', visible_short_alias = 'x', long, value_name = "HEX", value_parser = parse_digest)]
    program_hash: Option<Digest>,
    /// Program that the proof must be about: assembly source, or a compiled program. If the proof shows a fault, the
    /// program is run up to it to show the line.
    #[arg(long, value_name = "PROGRAM")]
    source: Option<PathBuf>,
}

impl Execute for Verify {
    fn json(&self) -> bool {
        self.json.json
    }

    fn run(&self) -> Result<Report, CliError> {
        let proof = files::read(&self.proof)?;
        let inputs = value_file::read_inputs(self.input.as_deref(), &self.proof.with_extension("inputs"))?;
        let outputs = self.output.clone().unwrap_or_else(|| self.proof.with_extension("outputs"));
        let outputs = Outputs::read(&outputs)?;
        let loaded = self.subject.source.as_deref().map(|path| self.load(path)).transpose()?;
        let statement = self.statement(loaded.as_ref(), &inputs, outputs)?;

        let start = Instant::now();
        let policy = self.security.map_or_else(Policy::default, |set| Policy::only([set]));
        let verified = verify_with(&statement, &proof, &policy).map_err(|reason| {
            let help = "if the program was linked against a kernel, pass it with --kernel";
            CliError::Rejected { reason, help: statement.kernel.procedures().is_empty().then_some(help) }
        })?;
        let Statement { outcome, cycle_limit, .. } = statement;
        if !self.expectation.accepts(&outcome) {
            return Err(CliError::OutcomeMismatch { outcome, cycle_limit, expected: self.expectation });
        }
        messages::done(format!("verified in {} ms", start.elapsed().as_millis()));
        let report = Report::new()
            .line(format!("Proof is valid: {}", security::text(verified.parameter_set, verified.security)))
            .line(format!("Outcome: {outcome}"))
            .lines(outcome::meaning(&outcome, cycle_limit))
            .key("valid", true)
            .outcome(&outcome)
            .optional_key("cycle_limit", cycle_limit)
            .kernel(&statement.kernel)
            .key("security", security::json(verified.parameter_set, verified.security));
        Ok(match (loaded, outcome.fault()) {
            (Some(loaded), Some(fault)) => add_location(report, &loaded, &inputs, &statement, fault),
            _ => report,
        })
    }

    fn failure(&self, error: &CliError) -> Report {
        error.details(Report::new().key("valid", false).key("reason", error.to_string()))
    }
}

impl Verify {
    /// Loads the program and compares its hash with the one named.
    fn load(&self, path: &Path) -> Result<Loaded, CliError> {
        let loaded = program::load_linked(path, self.kernel.kernel.as_deref(), &self.assembler)?;
        let got = loaded.program.digest();
        match self.subject.program_hash {
            Some(expected) if expected != got => {
                Err(CliError::ProgramMismatch { path: path.into(), got, expected })
            }
            _ => Ok(loaded),
        }
    }

    /// The statement to verify. All of it comes from arguments and files, nothing from the proof.
    fn statement(
        &self,
        loaded: Option<&Loaded>,
        inputs: &ProgramInputs,
        outputs: Outputs,
    ) -> Result<Statement, CliError> {
        let program = self.subject.program_hash.or(loaded.map(|loaded| loaded.program.digest()));
        Ok(Statement {
            program: program.expect("the arguments require the hash or the source"),
            kernel: self.kernel(loaded)?,
            inputs: inputs.stack.clone(),
            cycle_limit: self.agreed_limit(&outputs)?,
            outputs: outputs.stack,
            outcome: outputs.outcome,
        })
    }

    fn kernel(&self, loaded: Option<&Loaded>) -> Result<Kernel, CliError> {
        match (loaded, self.kernel.kernel.as_deref()) {
            (Some(loaded), _) => Ok(loaded.program.kernel().clone()),
            (None, Some(path)) => Ok(program::load_kernel(path, &self.assembler)?),
            (None, None) => Ok(Kernel::default()),
        }
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
