use std::{path::PathBuf, time::Instant};

use clap::Args;
use miden_prover::{ProverOptions, Stage};

use crate::{
    cli::{ExecutionArgs, JsonArgs, OutputArgs, ProgramArgs, SecurityArgs},
    error::CliError,
    files::Target,
    messages,
    program,
    progress::Progress,
    report::Report,
    security,
    value_file,
};

/// Arguments of `prove`.
#[derive(Args, Debug)]
pub(crate) struct Prove {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
    #[command(flatten)]
    outputs: OutputArgs,
    /// Write the complete final stack to this file; without the option, to the program path with extension
    /// `.outputs`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the proof to this file; without the option, to the program path with extension `.proof`.
    #[arg(short, long, value_name = "FILE")]
    proof: Option<PathBuf>,
    #[command(flatten)]
    security: SecurityArgs,
    #[command(flatten)]
    pub(crate) json: JsonArgs,
}

impl Prove {
    pub(super) fn run(&self) -> Result<Report, CliError> {
        let path = self.program.path();
        let or_beside = |given: &Option<PathBuf>, extension| {
            Target::new(given.clone().unwrap_or_else(|| path.with_extension(extension)), &path)
        };
        let proof_target = or_beside(&self.proof, "proof")?;
        let outputs_target = or_beside(&self.output, "outputs")?;
        let loaded = program::load(&path)?;
        let inputs = self.execution.inputs(&path)?;

        todo()
    }
}
