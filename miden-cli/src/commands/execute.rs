//! The interface of subcommands.

use crate::{error::CliError, report::Report};

/// A subcommand: the type holds its arguments.
pub(crate) trait Execute {
    /// Takes what the arguments do not say from the project around the working directory.
    fn complete(&mut self) -> Result<(), CliError> {
        Ok(())
    }

    /// Runs the command and returns what it prints.
    fn run(&self) -> Result<Report, CliError>;

    /// Whether the result is printed as a JSON object.
    fn json(&self) -> bool {
        false
    }

    /// The JSON object of a run that failed.
    fn failure(&self, error: &CliError) -> Report {
        error.report()
    }
}
