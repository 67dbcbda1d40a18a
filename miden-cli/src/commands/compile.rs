use std::path::PathBuf;

use clap::Args;

use super::execute::Execute;
use crate::{
    args::{DebugArgs, JsonArgs, ProgramArgs},
    error::CliError,
    files::Files,
    program,
    report::Report,
    source_names::SourceNames,
};

/// Assembles a program and prints its hash.
#[derive(Args, Debug)]
pub(crate) struct Compile {
    #[command(flatten)]
    program: ProgramArgs,
    /// Write the compiled program to this file; every command accepts it as its program.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Name sources in the compiled program by their place in a library, or by the file name alone. Without the option,
    /// their paths are relative to the working directory.
    #[arg(long, requires = "output", conflicts_with = "strip")]
    trim: bool,
    /// Omit the sources, which show where a failure occurred, from the compiled program.
    #[arg(long, requires = "output")]
    strip: bool,
    #[command(flatten)]
    debug: DebugArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Compile {
    fn complete(&mut self) -> Result<(), CliError> {
        self.program.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let mut files = Files::default();
        let target = self.output.clone().map(|output| files.target(output)).transpose()?;
        let mut loaded = program::load_for(&self.program, self.debug, &files)?;
        if let Some(target) = target {
            if let Some(debug) = &mut loaded.debug {
                let names = SourceNames::new(&self.program, self.trim);
                debug.rename_sources(|name| names.portable(name));
            }
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
