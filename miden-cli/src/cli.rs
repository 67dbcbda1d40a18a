//! From the arguments of the process to its output and exit status.

use std::env;

use clap::{Parser, error::ErrorKind};

use crate::{
    commands::{Command, Execute},
    error::CliError,
    exit::ExitStatus,
    messages,
};

/// The Miden machine: assembles, runs, proves and verifies programs.
#[derive(Debug, Parser)]
#[command(name = "miden", version, propagate_version = true, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Parses the arguments, executes the command and prints its result.
pub(crate) fn run() -> ExitStatus {
    match Cli::try_parse() {
        Ok(cli) => execute(cli.command.as_execute()),
        Err(error) => answer_without_command(&error),
    }
}

fn execute(command: &dyn Execute) -> ExitStatus {
    let json = command.json();
    let (report, status) = match command.run() {
        Ok(report) => (Some(report), ExitStatus::Success),
        Err(error) => {
            messages::print(error.to_styled());
            let status = error.exit_status();
            (if json { Some(command.failure(&error)) } else { error.partial() }, status)
        }
    };
    match report.map_or(Ok(()), |report| report.print(json)) {
        Ok(()) => status,
        Err(error) => {
            messages::print(messages::labelled_error(format!("cannot write to standard output: {error}")));
            ExitStatus::Refused
        }
    }
}

/// Prints the help or the version, or what is wrong with the arguments.
fn answer_without_command(error: &clap::Error) -> ExitStatus {
    // A closed stream has no reader to tell.
    let _ = error.print();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return ExitStatus::Success;
    }
    if env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let _ = CliError::Usage(message.into()).report().print(true);
    }
    ExitStatus::Refused
}
