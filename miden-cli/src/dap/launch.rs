use std::{
    ffi::OsString,
    sync::{Arc, atomic::AtomicBool},
};

use clap::Parser;

use super::arguments;
use crate::{commands::SessionArgs, debugger::Session, error::CliError};

/// The arguments of `miden debug` that are about the program.
#[derive(Debug, Parser)]
#[command(name = "launch", no_binary_name = true, disable_help_flag = true)]
struct Arguments {
    #[command(flatten)]
    session: SessionArgs,
}

/// Loads a program. The error is the whole message for people.
pub(super) fn launch(launch: &arguments::Launch, interrupt: &Arc<AtomicBool>) -> Result<Session, String> {
    let words = launch.args.iter().chain([&launch.program]).map(OsString::from);
    let mut arguments = Arguments::try_parse_from(words).map_err(|error| error.to_string())?;
    load(&mut arguments.session, Arc::clone(interrupt))
        .map_err(|error| anstream::adapter::strip_str(&error.to_styled()).to_string())
}

fn load(arguments: &mut SessionArgs, interrupt: Arc<AtomicBool>) -> Result<Session, CliError> {
    arguments.complete()?;
    if crate::files::is_stdin(arguments.path()) {
        return Err(CliError::Usage("the program must be a file; standard input is the client".into()));
    }
    arguments.session(interrupt)
}
