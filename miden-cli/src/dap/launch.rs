use std::{
    ffi::OsString,
    sync::{Arc, atomic::AtomicBool},
};

use clap::Parser;

use super::arguments;
use crate::{
    args::{ExecutionArgs, ProgramArgs},
    commands::RecorderArgs,
    debugger::Session,
    diagnosis::Diagnosis,
    error::CliError,
    failure::Failure,
    files::Files,
    program,
};

/// The arguments of `miden debug` that are about the program.
#[derive(Debug, Parser)]
#[command(name = "launch", no_binary_name = true, disable_help_flag = true)]
struct Arguments {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
    #[command(flatten)]
    recorder: RecorderArgs,
}

/// Loads a program. The error is the whole message for people.
pub(super) fn launch(launch: &arguments::Launch, interrupt: &Arc<AtomicBool>) -> Result<Session, String> {
    let words = launch.args.iter().chain([&launch.program]).map(OsString::from);
    let arguments = Arguments::try_parse_from(words).map_err(|error| error.to_string())?;
    load(&arguments, Arc::clone(interrupt))
        .map_err(|error| anstream::adapter::strip_str(&error.to_styled()).to_string())
}

fn load(arguments: &Arguments, interrupt: Arc<AtomicBool>) -> Result<Session, CliError> {
    let path = arguments.program.path();
    if crate::files::is_stdin(path) {
        return Err(CliError::Usage("the program must be a file; standard input is the client".into()));
    }
    let files = Files::default();
    let loaded = program::load(&arguments.program, &files)?;
    let inputs = arguments.execution.inputs.read(Some(path), &files)?.values;
    Session::new(
        loaded.program,
        loaded.debug,
        inputs,
        arguments.execution.options(),
        arguments.recorder.options(),
        interrupt,
    )
    .map_err(|error| CliError::from(Failure::new(error, None, Diagnosis::default())))
}
