//! From the arguments of the process to its output and exit status.

use std::{
    env,
    ffi::{OsStr, OsString},
};

use clap::{Command as Definition, CommandFactory, Parser, error::ErrorKind};

use crate::{
    commands::{self, Command, Execute},
    digest,
    error::CliError,
    exit::ExitStatus,
    messages, version,
};

/// Name of the binary.
pub(crate) const NAME: &str = "miden";

/// The Miden machine: assembles, runs, proves and verifies programs.
#[derive(Debug, Parser)]
#[command(
    name = NAME, version, long_version = version::long(), propagate_version = true, arg_required_else_help = true,
)]
pub(super) struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The definitions of all commands and options.
pub(crate) fn definition() -> Definition {
    Cli::command()
}

/// Parses the arguments, executes the command and prints its result.
pub(crate) fn run() -> ExitStatus {
    match Cli::try_parse() {
        Ok(mut cli) => {
            let completed = cli.command.as_execute_mut().complete();
            execute(cli.command.as_execute(), completed)
        }
        Err(error) => answer_without_command(&error),
    }
}

fn execute(command: &dyn Execute, completed: Result<(), CliError>) -> ExitStatus {
    let json = command.json();
    let (report, status) = match completed.and_then(|()| command.run()) {
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
    let arguments: Vec<_> = env::args_os().collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let verifies =
        arguments.iter().skip(1).find(|argument| !is_option(argument)).is_some_and(|name| name == "verify");
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        if verifies && names_hash_as_help(&arguments) {
            let message = "-h is the help; name the program hash with -x or --program-hash";
            messages::print(messages::labelled_error(message));
            return refuse(message.into(), json, verifies);
        }
        let _ = error.print();
        return ExitStatus::Success;
    }
    // A closed stream has no reader to tell.
    let _ = error.print();
    refuse(summary(&error.render().to_string()), json, verifies)
}

fn refuse(message: String, json: bool, verifies: bool) -> ExitStatus {
    if json {
        let error = CliError::Usage(message);
        let report = if verifies { commands::rejection(&error) } else { error.report() };
        let _ = report.print(true);
    }
    ExitStatus::Refused
}

fn is_option(argument: &OsStr) -> bool {
    argument.as_encoded_bytes().starts_with(b"-")
}

/// Whether `-h` has a hash, as in version 0.3: a script that still verifies so must not take the help for a valid proof.
fn names_hash_as_help(arguments: &[OsString]) -> bool {
    let hash = |text: &str| digest::parse(text.trim_start_matches('=')).is_ok();
    let texts: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let separate =
        texts.windows(2).any(|pair| matches!(pair, [option, text] if option == "-h" && hash(text)));
    separate || texts.iter().any(|text| text.strip_prefix("-h").is_some_and(hash))
}

/// The message of an error without usage and advice, on one line.
fn summary(text: &str) -> String {
    let message = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    let mut lines = message.lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    let rest: Vec<_> = lines.collect();
    // A list of arguments follows a colon.
    let rest = rest.join(if first.ends_with(':') { ", " } else { " " });
    format!("{first} {rest}").trim_end().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_consistent() {
        definition().debug_assert();
    }

    #[test]
    fn summaries_name_the_arguments() {
        let error = |arguments: &[&str]| {
            let error = Cli::try_parse_from([&["miden"], arguments].concat()).unwrap_err();
            summary(&error.render().to_string())
        };
        assert_eq!(error(&["new"]), "the following required arguments were not provided: <NAME>");
        assert_eq!(
            error(&["run", "p.masm", "-a", "q.masm"]),
            "the argument '[PROGRAM]' cannot be used with '--assembly <FILE>'"
        );
    }

    #[test]
    fn hash_after_the_option_of_the_help_is_noticed() {
        let hash = "0".repeat(64);
        let named = |arguments: &[&str]| {
            names_hash_as_help(&arguments.iter().map(OsString::from).collect::<Vec<_>>())
        };
        assert!(named(&["verify", "-h", &hash]) && named(&["verify", &format!("-h0x{hash}")]));
        assert!(named(&["verify", &format!("-h={hash}")]));
        assert!(!named(&["verify", "-h"]) && !named(&["verify", "-x", &hash, "-h"]));
    }
}
