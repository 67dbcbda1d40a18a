use std::path::PathBuf;

use clap::Args;

use crate::{
    cli::{JsonArgs, ProgramArgs},
    error::CliError,
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
    /// Write the program without its sources, which show the place of a failure.
    #[arg(long, requires = "output")]
    strip: bool,
    #[command(flatten)]
    pub(crate) json: JsonArgs,
}

impl Compile {
    pub(super) fn run(&self) -> Result<Report, CliError> {
        let target = self.output.clone().map(|output| self.program.target(output)).transpose()?;
        let loaded = program::load(&self.program)?;
        if let Some(target) = target {
            target.write(&loaded.to_bytes(self.strip))?;
        }
        let program = &loaded.program;
        let hash = program.digest().to_hex();
        let report = Report::new().line(format!("program hash is {hash}")).key("program_hash", hash);
        let procedures = program.kernel().procedures();
        let lines = procedures.iter().map(|digest| format!("kernel procedure {digest}"));
        Ok(lines.fold(report.kernel(program.kernel()), Report::line))
    }
}
