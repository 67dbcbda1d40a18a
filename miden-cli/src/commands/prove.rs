use std::{path::PathBuf, time::Instant};

use clap::Args;
use miden_prover::{Cancellation, Prover, ProverError, ProverOptions};

use super::execute::Execute;
use crate::{
    args::{DebugArgs, ExecutionArgs, JsonArgs, OutputArgs, ProgramArgs, SecurityArgs},
    claim,
    error::CliError,
    files::{self, Files},
    messages, outcome,
    progress::Progress,
    report::Report,
    security,
    storage::{Ended, Session, StorageArgs},
    value_file::Outputs,
};

/// Runs a program and proves the execution.
#[derive(Args, Debug)]
pub(crate) struct Prove {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
    #[command(flatten)]
    storage: StorageArgs,
    #[command(flatten)]
    outputs: OutputArgs,
    /// Write the complete final stack to this file; defaults to the program path with the extension `.outputs`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the proof to this file; defaults to the program path with the extension `.proof`.
    #[arg(short, long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Write statement and proof to this one file, which `miden verify FILE` reads, as JSON if its extension is `.json`;
    /// proof and outputs are then written only to files that are named.
    #[arg(short, long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    security: SecurityArgs,
    /// Make a proof that does not hide the execution: it shows parts of it, advice included.
    #[arg(long)]
    no_hiding: bool,
    /// Make the trace at least this long, so that its length, which is public, tells less about that of the run; rounded up
    /// to a power of two.
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    min_rows: usize,
    /// Refuse to prove if that takes more than this many MiB; defaults to what the machine has free.
    #[arg(long, value_name = "MIB")]
    max_prover_memory: Option<u64>,
    /// Prove with less than half of the memory, in up to 1.7 times the time; the default if there is not enough otherwise.
    #[arg(long)]
    low_memory: bool,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Prove {
    fn complete(&mut self) -> Result<(), CliError> {
        if let Some(project) = self.program.complete()? {
            self.execution.inputs.complete(&project);
            self.security.complete(&project);
            self.storage.complete(&project);
        }
        self.storage.check(false)
    }

    fn run(&self) -> Result<Report, CliError> {
        let path = self.program.results();
        let mut files = Files::default();
        let mut target = |given: &Option<PathBuf>, extension| {
            match given {
            Some(given) => Ok(Some(files.target(given.clone())?)),
            None if self.bundle.is_some() => Ok(None),
            None if files::is_stdin(path) => Err(CliError::Usage(
                "the program comes from standard input; name the results with --proof and --output, or with --bundle"
                    .into(),
            )),
            None => Ok(Some(files.target(path.with_extension(extension))?)),
        }
        };
        let proof_target = target(&self.proof, "proof")?;
        let outputs_target = target(&self.output, "outputs")?;
        let bundle_target = self.bundle.clone().map(|path| files.target(path)).transpose()?;
        let loaded = self.storage.load(&self.program, DebugArgs { debug: false }, &files)?;
        let inputs = self.execution.inputs.read(Some(path), &files)?.values;
        let max_memory = self.max_prover_memory.map(|mib| mib.saturating_mul(1 << 20));
        let options = ProverOptions::new(self.security.set())
            .with_execution(self.execution.options().with_min_trace_rows(self.min_rows))
            .with_max_memory(max_memory)
            .with_low_memory(self.low_memory)
            .with_hiding(!self.no_hiding);

        let start = Instant::now();
        let cancellation = cancelled_by_signal();
        let mut progress = Progress::start();
        let (proven, session) = match self.storage.session(&loaded.program, &inputs, options.execution())? {
            None => {
                let prover = Prover::new(&loaded.program).with_inputs(inputs.clone()).with_options(options);
                (prover.with_progress(&mut progress).with_cancellation(&cancellation).prove(), None)
            }
            Some(mut session) => {
                let prover = session.prover().with_options(options);
                let proven = prover.with_progress(&mut progress).with_cancellation(&cancellation).prove();
                (proven, Some(session))
            }
        };
        drop(progress);
        let failure = |error| loaded.failure(error, &inputs, &self.execution.options());
        let proof = proven.map_err(|error| match error {
            ProverError::Execution(error) => CliError::from(failure(error)),
            error => CliError::Prover(error),
        })?;
        let prove_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);

        let bytes = proof.to_bytes();
        messages::done(format!(
            "proved {} cycles in {} rows within {prove_ms} ms",
            proof.cycles(),
            proof.trace_rows()
        ));
        let statement = proof.statement();
        let outputs = Outputs::of(statement).to_json();
        let bundle = self.bundle.as_deref().map(|path| claim::encode(&proof.clone().into_bundle(), path));
        let results = [
            outputs_target.map(|target| (target, outputs.as_bytes())),
            proof_target.map(|target| (target, bytes.as_slice())),
            bundle_target.zip(bundle.as_deref()),
        ];
        files::write_all(results.into_iter().flatten())?;
        let start = session.as_ref().map(Session::start);
        // The storage changes last: a proof that could not be written would be lost.
        let ended = session.filter(|_| statement.outcome.is_success());
        let mut ended =
            ended.map(|session| session.end(&statement.outputs, statement.cycle_limit)).transpose()?;
        let committed = match &mut ended {
            Some(ended) if ended.is_current() => Some(ended.commit(Some(bytes.clone()))?),
            _ => None,
        };
        let hash = loaded.program.digest().to_hex();
        let (set, level) = (proof.parameter_set(), proof.security());
        let report = Report::new()
            .line(format!("program hash is {hash}"))
            .outcome(&statement.outcome)
            .stack(
                ended.as_ref().map_or(statement.outputs.items(), Ended::outputs),
                self.outputs.num_outputs,
                proof.cycles(),
            )
            .line(format!("Security: {}", security::text(set, level)))
            .line(format!("Proof size: {} bytes", bytes.len()))
            .line(security::hiding(proof.hides()))
            .lines(outcome::meaning(&statement.outcome, statement.cycle_limit))
            .key("program_hash", hash)
            .kernel(loaded.program.kernel())
            .key("trace_rows", proof.trace_rows())
            .key("proof_bytes", bytes.len())
            .key("hiding", proof.hides())
            .key("prove_ms", prove_ms)
            .key("security", security::json(set, level, &proof.security_report()));
        let report = match (&ended, start) {
            (Some(ended), _) => ended.report(report, committed),
            (None, Some(start)) => start.report(report),
            (None, None) => report,
        };
        match proof.failure() {
            None => Ok(report),
            Some(error) => Err(CliError::from(failure(error.clone())).with_partial(report)),
        }
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

/// A cancellation that Ctrl-C requests. The proof then ends with an error, before any file is written.
fn cancelled_by_signal() -> Cancellation {
    let cancellation = Cancellation::new();
    let requested = cancellation.clone();
    if let Err(error) = ctrlc::set_handler(move || requested.cancel()) {
        log::warn!("Ctrl-C will not stop the proof cleanly: {error}");
    }
    cancellation
}
