use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::{ArgAction, Args};
use miden_air::ParameterSet;
use miden_core::{Digest, FaultClaim, Kernel, ProgramInputs, Statement};
use miden_verifier::{Policy, verify_with};

use crate::{
    cli::{AssemblerArgs, JsonArgs, KernelArgs, parse_digest},
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

/// Arguments of `verify`.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub(crate) struct Verify {
    /// The proof.
    #[arg(short, long, value_name = "FILE")]
    proof: PathBuf,
    /// Hash of the program that the proof has to be about; with --source it can be left out.
    #[arg(
        short = 'h', visible_short_alias = 'x', long, value_name = "HEX", value_parser = parse_digest,
        required_unless_present = "source",
    )]
    program_hash: Option<Digest>,
    /// Program that the proof has to be about: assembly source, or a compiled program. If it has failed, it is run
    /// up to its failure, to show the line.
    #[arg(long, value_name = "PROGRAM")]
    source: Option<PathBuf>,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    #[command(flatten)]
    expectation: ExpectationArgs,
    #[command(flatten)]
    cycle_limit: CycleLimitArgs,
    /// Inputs of the program; without the option, the proof path with extension `.inputs`, if that file
    /// exists. Its advice is not needed, but by --source.
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Outputs of the program, and how it ended; without the option, the proof path with extension `.outputs`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Accept proofs with this parameter set only.
    #[arg(short, long, value_name = "SET", value_parser = security::parser())]
    security: Option<ParameterSet>,
    #[command(flatten)]
    pub(crate) json: JsonArgs,
    /// Print help.
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
}

impl Verify {
    pub(super) fn run(&self) -> Result<Report, CliError> {
        let proof = files::read(&self.proof)?;
        let inputs = value_file::read_inputs(self.input.as_deref(), &self.proof.with_extension("inputs"))?;
        let outputs = self.output.clone().unwrap_or_else(|| self.proof.with_extension("outputs"));
        let outputs = Outputs::read(&outputs)?;
        let loaded = self.source.as_deref().map(|path| self.load(path)).transpose()?;
        let statement = self.statement(loaded.as_ref(), &inputs, outputs)?;

        let start = Instant::now();
        let policy = self.security.map_or_else(Policy::default, |set| Policy::only([set]));
        let verified = verify_with(&statement, &proof, &policy).map_err(|reason| {
            let help = "if the program was linked against a kernel, name it with --kernel";
            CliError::Rejected { reason, help: statement.kernel.procedures().is_empty().then_some(help) }
        })?;
        let Statement { outcome, cycle_limit, .. } = statement;
        if !self.expectation.accepts(&outcome) {
            return Err(CliError::OtherOutcome { outcome, cycle_limit, expected: self.expectation });
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

    /// Reads the program, whose hash must be the one that is named, if one is.
    fn load(&self, path: &Path) -> Result<Loaded, CliError> {
        let loaded = program::load_linked(path, self.kernel.kernel.as_deref(), &self.assembler)?;
        let got = loaded.program.digest();
        match self.program_hash {
            Some(expected) if expected != got => {
                Err(CliError::OtherProgram { path: path.into(), got, expected })
            }
            _ => Ok(loaded),
        }
    }

    /// What is to be proven. All of it comes from arguments and files, nothing from the proof.
    fn statement(
        &self,
        loaded: Option<&Loaded>,
        inputs: &ProgramInputs,
        outputs: Outputs,
    ) -> Result<Statement, CliError> {
        let program = self.program_hash.or(loaded.map(|loaded| loaded.program.digest()));
        Ok(Statement {
            // The arguments must have one of the two.
            program: program.unwrap_or_default(),
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
            (None, Some(path)) => program::load_kernel(path, &self.assembler),
            (None, None) => Ok(Kernel::default()),
        }
    }

    /// The cycle limit of the statement. Only an argument can set it, since it decides what the proof is worth; if the
    /// outputs are those of another limit, the proof is one of another statement.
    fn agreed_limit(&self, outputs: &Outputs) -> Result<Option<u64>, CliError> {
        let agreed = self.cycle_limit.cycle_limit;
        match outputs.cycle_limit {
            Some(claimed) if agreed != Some(claimed) => Err(CliError::OtherLimit { claimed, agreed }),
            _ => Ok(agreed),
        }
    }
}

/// Adds where in the source the program has failed.
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
