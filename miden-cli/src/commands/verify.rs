use std::{path::PathBuf, time::Instant};

use clap::{ArgAction, Args};
use miden_air::ParameterSet;
use miden_core::{Digest, Statement};
use miden_verifier::{Policy, verify_with};

use crate::{
    cli::{AssemblerArgs, JsonArgs, KernelArgs, parse_digest},
    error::CliError,
    files, messages, program,
    report::Report,
    security, value_file,
};

/// Arguments of `verify`.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub(crate) struct Verify {
    /// The proof.
    #[arg(short, long, value_name = "FILE")]
    proof: PathBuf,
    /// Hash of the program that the proof has to be about.
    #[arg(short = 'h', visible_short_alias = 'x', long, value_name = "HEX", value_parser = parse_digest)]
    program_hash: Digest,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    /// Inputs of the program; without the option, the proof path with extension `.inputs`, if that file
    /// exists.
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Outputs of the program; without the option, the proof path with extension `.outputs`.
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
        let kernel = self.kernel.kernel.as_deref();
        let kernel = kernel.map(|path| program::load_kernel(path, &self.assembler)).transpose()?;
        let statement = Statement::success(
            self.program_hash,
            kernel.unwrap_or_default(),
            inputs.stack,
            value_file::read_outputs(&outputs)?,
        );
        let start = Instant::now();
        let policy = self.security.map_or_else(Policy::default, |set| Policy::only([set]));
        let verified = verify_with(&statement, &proof, &policy).map_err(|reason| {
            let help = "if the program was linked against a kernel, name it with --kernel";
            CliError::Rejected { reason, help: statement.kernel.procedures().is_empty().then_some(help) }
        })?;
        messages::done(format!("verified in {} ms", start.elapsed().as_millis()));
        Ok(Report::new()
            .line(format!("Proof is valid: {}", security::text(verified.parameter_set, verified.security)))
            .key("valid", true)
            .kernel(&statement.kernel)
            .key("security", security::json(verified.parameter_set, verified.security)))
    }
}
