//! One subcommand each.

use crate::{cli::Command, error::CliError, report::Report};

mod analyze;
mod bundle;
mod compile;
mod fmt;
mod lsp;
mod prove;
mod run;
mod verify;

pub(crate) use analyze::Analyze;
pub(crate) use bundle::Bundle;
pub(crate) use compile::Compile;
pub(crate) use fmt::Fmt;
pub(crate) use lsp::Lsp;
pub(crate) use prove::Prove;
pub(crate) use run::Run;
pub(crate) use verify::Verify;

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<Report, CliError> {
    match command {
        Command::Compile(command) => command.run(),
        Command::Bundle(command) => command.run(),
        Command::Run(command) => command.run(),
        Command::Prove(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Analyze(command) => command.run(),
        Command::Fmt(command) => command.run(),
        Command::Lsp(command) => command.run(),
    }
}
