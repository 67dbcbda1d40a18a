#![doc = include_str!("../README.md")]

use std::{env, process::ExitCode};

use clap::{Parser, error::ErrorKind};

mod cli;
mod commands;
mod error;
mod failure;
mod files;
mod library;
mod locate;
mod lsp;
mod messages;
mod outcome;
mod profile;
mod program;
mod progress;
mod report;
mod security;
mod value_file;

use cli::Cli;
use error::CliError;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::new().filter_or("MIDEN_LOG", "warn")).init();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse_usage(&error),
    };
    let json = cli.command.json();
    let (report, exit) = match commands::run(&cli.command) {
        Ok(report) => (Some(report), error::SUCCESS),
        Err(error) => {
            messages::print(error.to_styled());
            let exit = error.exit_code();
            let report = if json { Some(error.report(&cli.command)) } else { error.partial() };
            (report, exit)
        }
    };
    match report.map_or(Ok(()), |report| report.print(json)) {
        Ok(()) => ExitCode::from(exit),
        Err(error) => {
            messages::print(messages::labelled_error(format!("cannot write to standard output: {error}")));
            ExitCode::from(error::REFUSED)
        }
    }
}

/// Shows what is wrong with the arguments, or the help that was asked for.
fn refuse_usage(error: &clap::Error) -> ExitCode {
    // Whoever closed the stream does not want to read it.
    let _ = error.print();
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if is_answer {
        return ExitCode::SUCCESS;
    }
    if env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let _ = CliError::Usage(message.into()).unspecific_report().print(true);
    }
    ExitCode::from(error::REFUSED)
}
