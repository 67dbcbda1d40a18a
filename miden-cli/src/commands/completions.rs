use clap::Args;
use clap_complete::{Shell, generate};

use super::execute::Execute;
use crate::{cli, error::CliError, report::Report};

/// Prints the script by which a shell completes commands and options.
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell; its documentation says where scripts belong.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Execute for Completions {
    fn run(&self) -> Result<Report, CliError> {
        let mut script = Vec::new();
        generate(self.shell, &mut cli::definition(), cli::NAME, &mut script);
        Ok(Report::new().verbatim(String::from_utf8_lossy(&script).into()))
    }
}
