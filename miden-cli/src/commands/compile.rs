use std::path::PathBuf;

use clap::Args;

use crate::{
    cli::{JsonArgs, ProgramArgs},
    error::CliError,
    files::Target,
    program,
    report::Report,
};

/// Arguments of `compile`.
#[derive(Args, Debug)]
pub(crate) struct Compile {
    #[command(flatten)]
    program: ProgramArgs,
    /// Write the compiled program to this file; it can stand wherever a program is asked for.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: JsonArgs,
}

impl Compile {
    pub(super) fn run(&self) -> Result<Report, CliError> {
        let path = self.program.path();
        let target = self.output.clone().map(|output| Target::new(output, &path)).transpose()?;
        let program = program::load(&path)?.program;
        if let Some(target) = target {
            target.write(&program.to_bytes())?;
        }
        let hash = program.digest().to_hex();
        Ok(Report::new().line(format!("program hash is {hash}")).key("program_hash", hash))
    }
}
