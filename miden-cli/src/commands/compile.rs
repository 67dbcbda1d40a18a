use std::path::PathBuf;

use clap::Args;

use super::execute::Execute;
use crate::{
    args::{JsonArgs, ProgramArgs},
    error::CliError,
    files::Files,
    program,
    report::Report,
};

/// Assembles a program and prints its hash.
#[derive(Args, Debug)]
pub(crate) struct Compile {
    #[command(flatten)]
    program: ProgramArgs,
    /// Write the compiled program to this file; every command accepts it as its program.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Omit the sources, which show where a failure occurred, from the compiled program.
    #[arg(long, requires = "output")]
    strip: bool,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Compile {
    fn run(&self) -> Result<Report, CliError> {
        let mut files = Files::default();
        let target = self.output.clone().map(|output| files.target(output)).transpose()?;
        let loaded = program::load(&self.program, &files)?;
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

    fn json(&self) -> bool {
        self.json.json
    }
}
