use clap::Args;

use super::execute::Execute;
use crate::{dap, error::CliError, report::Report};

/// Serves editors by the Debug Adapter Protocol, over standard input and output or a port of this machine.
#[derive(Args, Debug)]
pub(crate) struct Dap {
    /// Listen on this port of the loopback interface; 0 picks one that is free. Clients are served one after the other.
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
}

impl Execute for Dap {
    fn run(&self) -> Result<Report, CliError> {
        match self.port {
            Some(port) => dap::run_port(port),
            None => dap::run_stdio(),
        }
        .map_err(CliError::Dap)?;
        Ok(Report::new())
    }
}
