use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use miden_core::{Difference, Digest, FaultClaim, Felt, Kernel, ProgramInputs, ProofBundle, Statement};
use miden_verifier::{Expectation, ExpectedOutcome, Mismatch, ProofBundleError, verify_with};

use super::{execute::Execute, storage::History};
use crate::{
    args::{AssemblerArgs, InputArgs, JsonArgs, KernelArgs, PolicyArgs, required_project},
    claim::Claim,
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
#[group(skip)]
pub(crate) struct Verify {
    #[command(flatten)]
    object: Object,
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
    /// File of outputs, which also says how the program ended; without a bundle or statement, defaults to the proof path
    /// with the extension `.outputs`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Show the security of each round of the protocol.
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    json: JsonArgs,
    /// The storage of the project, whose log has the proofs.
    #[arg(skip)]
    storage: Option<PathBuf>,
}

/// The files to verify. Without them, the proof is that of the project, which also names the program.
#[derive(Args, Debug)]
#[group(multiple = true)]
struct Object {
    /// Proof bundle of `prove --bundle`; or a statement, in binary or JSON form, whose proof --proof names. Where options
    /// say nothing of inputs and outputs, its own are shown.
    #[arg(value_name = "BUNDLE")]
    claim: Option<PathBuf>,
    /// File of the proof; `-` is standard input. Without it and a bundle, the proof is that of the project, which also
    /// names the program.
    #[arg(short, long, value_name = "FILE")]
    proof: Option<PathBuf>,
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
        if self.object.claim.is_some() || self.object.proof.is_some() {
            return match self.subject.program_hash.is_none() && self.subject.source.is_none() {
                true => Err(CliError::Usage(
                    "name the program with --program-hash HEX or --source PROGRAM".into(),
                )),
                false => Ok(()),
            };
        }
        let project = required_project("--proof FILE")?;
        if let Some(storage) = &project.storage {
            self.check_no_statement(storage)?;
            self.storage = Some(storage.clone());
        }
        self.object.proof = Some(project.results().with_extension("proof"));
        self.subject.source = self.subject.source.take().or(Some(project.program()?.into()));
        self.kernel.complete(&project);
        self.assembler.complete(&project);
        self.inputs.complete(&project);
        self.policy.complete(&project);
        Ok(())
    }

    fn json(&self) -> bool {
        self.json.json
    }

    fn run(&self) -> Result<Report, CliError> {
        let policy = self.policy.policy();
        if let Some(file) = &self.storage {
            let (kernel, assembler) = (&self.kernel, &self.assembler);
            return History { file, from: 0, kernel, assembler, policy: &policy }.verify();
        }
        let files = Files::default();
        let loaded = self.subject.source.as_deref().map(|path| self.load(path, &files)).transpose()?;
        let program = Identity {
            hash: self.subject.program_hash.or(loaded.as_ref().map(|loaded| loaded.program.digest())),
            kernel: self.kernel(loaded.as_ref(), &files)?,
        };
        let Case { statement, proof, inputs, is_claim } = self.case(program, &files)?;

        let start = Instant::now();
        let verified = verify_with(&statement, &proof, &policy).map_err(|reason| {
            let is_valid = |other: &Statement| verify_with(other, &proof, &policy).is_ok();
            let help = match is_claim {
                true => Vec::new(),
                false => self.help(&statement, &inputs, is_valid, &files),
            };
            CliError::Rejected { reason: reason.into(), help }
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
        let report = if is_claim { add_stacks(report, &statement) } else { report };
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

/// A statement, its proof, and the inputs that arguments and files give.
struct Case {
    statement: Statement,
    proof: Vec<u8>,
    inputs: Inputs,
    /// Whether the statement comes from a file, as a claim of its author.
    is_claim: bool,
}

impl Verify {
    /// Checks that no argument describes a proof, since those in the log of a storage have their own statements.
    fn check_no_statement(&self, storage: &Path) -> Result<(), CliError> {
        let subject = self.subject.program_hash.is_some() || self.subject.source.is_some();
        let statement =
            self.output.is_some() || self.inputs.are_named() || self.cycle_limit.cycle_limit.is_some();
        match subject || statement || self.expectation != ExpectationArgs::default() {
            true => Err(CliError::Usage(format!(
                "without --proof, the proofs in {} are verified, each with the statement beside it; name the proof",
                storage.display()
            ))),
            false => Ok(()),
        }
    }

    fn case(&self, program: Identity, files: &Files) -> Result<Case, CliError> {
        match (&self.object.claim, &self.object.proof) {
            (Some(claim), proof) => self.claimed(program, claim, proof.as_deref(), files),
            (None, proof) => {
                let proof = proof.as_deref().expect("without arguments, the project names the proof");
                let bytes = files.read(proof)?;
                let inputs = self.inputs.read(Some(proof), files)?;
                let statement = self.statement(program, &inputs, self.outputs(proof, files)?)?;
                Ok(Case { statement, proof: bytes, inputs, is_claim: false })
            }
        }
    }

    /// The statement of a bundle or a file of its own, compared with what the arguments expect.
    fn claimed(
        &self,
        program: Identity,
        path: &Path,
        proof: Option<&Path>,
        files: &Files,
    ) -> Result<Case, CliError> {
        let usage = |message: &str| Err(CliError::Usage(message.into()));
        let (statement, proof) = match (Claim::read(path, files)?, proof) {
            (Claim::Bundle(ProofBundle { statement, proof }), None) => (statement, proof),
            (Claim::Statement(statement), Some(proof)) => (statement, files.read(proof)?),
            (Claim::Bundle(_), Some(_)) => return usage("the bundle contains its proof; omit --proof"),
            (Claim::Statement(_), None) => {
                return usage("the file is a statement without a proof; name the proof with --proof");
            }
        };
        let mut inputs = self.inputs.read(None, files)?;
        let hash = program.hash.expect("the arguments require the hash or the source");
        let mut expected = Expectation::new(hash)
            .with_kernel(program.kernel)
            .with_cycle_limit(self.cycle_limit.cycle_limit)
            // A proof of an unexpected outcome is verified first; its meaning is then shown.
            .with_outcome(ExpectedOutcome::Any);
        if self.inputs.gives_stack() {
            expected = expected.with_inputs(inputs.values.stack.clone());
        }
        let mut other_outcome = None;
        if let Some(path) = &self.output {
            let outputs = Outputs::read(path, files)?;
            self.agreed_limit(&outputs)?;
            let (got, expected_outcome) = (statement.outcome, outputs.outcome);
            other_outcome = (got != expected_outcome)
                .then_some(Mismatch::Part(Difference::Outcome { got, expected: expected_outcome }));
            expected = expected.with_outputs(outputs.stack);
        }
        let mut mismatches = expected.mismatches(&statement);
        mismatches.extend(other_outcome);
        if !mismatches.is_empty() {
            let help = mismatches.iter().filter_map(way_out).collect();
            return Err(CliError::Rejected { reason: ProofBundleError::Statement(mismatches), help });
        }
        inputs.values.stack = statement.inputs.clone();
        Ok(Case { statement, proof, inputs, is_claim: true })
    }

    fn outputs(&self, proof: &Path, files: &Files) -> Result<Outputs, CliError> {
        let path = match &self.output {
            Some(path) => path.clone(),
            None if files::is_stdin(proof) => {
                let message = "the proof comes from standard input; name the outputs with --output";
                return Err(CliError::Usage(message.into()));
            }
            None => proof.with_extension("outputs"),
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

/// What accepts the statement, if that is an option.
fn way_out(mismatch: &Mismatch) -> Option<String> {
    match mismatch {
        Mismatch::Part(Difference::ExtraProcedure { .. } | Difference::MissingProcedure { .. }) => {
            Some("the kernel that the program was linked against is named with --kernel".into())
        }
        Mismatch::Part(Difference::CycleLimit { got: Some(limit), .. }) => {
            Some(format!("--cycle-limit {limit} accepts the limit, which is part of what the proof means"))
        }
        _ => None,
    }
}

/// Adds the two stacks of a claim, which the proof confirms.
fn add_stacks(report: Report, statement: &Statement) -> Report {
    let list = |items: &[Felt]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (inputs, outputs) = (list(statement.inputs.items()), list(statement.outputs.items()));
    report
        .line(format!("Input, last item on top: [{}]", inputs.join(", ")))
        .line(format!("Output, first item on top: [{}]", outputs.join(", ")))
        .key("program_hash", statement.program.to_hex())
        .key("inputs", inputs)
        .key("stack", outputs)
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
