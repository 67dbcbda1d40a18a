use std::{
    io::{self, IsTerminal},
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use clap::Args;
use miden_debug::RecorderOptions;

use super::execute::Execute;
use crate::{
    args::{DebugArgs, ExecutionArgs, ProgramArgs},
    debugger::{self, Session},
    error::CliError,
    failure::Failure,
    files::Files,
    program,
    report::Report,
};

/// Steps through a program, forwards and backwards.
#[derive(Args, Debug)]
pub(crate) struct Debug {
    #[command(flatten)]
    session: SessionArgs,
    /// Read commands from standard input, one on each line, instead of showing the full screen.
    #[arg(long)]
    plain: bool,
}

/// What is debugged, and how it is recorded.
#[derive(Args, Debug)]
pub(crate) struct SessionArgs {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
    #[command(flatten)]
    recorder: RecorderArgs,
}

impl SessionArgs {
    /// Takes the program and its inputs from the project if no program is named.
    pub(crate) fn complete(&mut self) -> Result<(), CliError> {
        if let Some(project) = self.program.complete()? {
            self.execution.inputs.complete(&project);
        }
        Ok(())
    }

    /// The file of the program.
    pub(crate) fn path(&self) -> &Path {
        self.program.path()
    }

    /// Loads the program and its inputs. Another thread stops a long run by setting `interrupt`.
    pub(crate) fn session(&self, interrupt: Arc<AtomicBool>) -> Result<Session, CliError> {
        let files = Files::default();
        let loaded = program::load_for(&self.program, DebugArgs { debug: true }, &files)?;
        let inputs = self.execution.inputs.read(Some(self.program.results()), &files)?.values;
        let (execution, recorder) = (self.execution.options(), self.recorder.options());
        Session::new(loaded.program, loaded.debug, inputs, execution, recorder, interrupt)
            .map_err(|error| CliError::from(Failure::new(error, None)))
    }
}

/// Limits of the recording.
#[derive(Args, Clone, Copy, Debug)]
struct RecorderArgs {
    /// Memory for the way back, in MiB. With less, steps backwards take longer.
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    history: u32,
}

impl RecorderArgs {
    fn options(self) -> RecorderOptions {
        RecorderOptions::default().with_max_bytes((self.history as usize).saturating_mul(1 << 20))
    }
}

impl Execute for Debug {
    fn complete(&mut self) -> Result<(), CliError> {
        self.session.complete()
    }

    fn run(&self) -> Result<Report, CliError> {
        let has_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
        if !self.plain && !has_terminal {
            let message = "the full screen needs a terminal; --plain reads commands from standard input";
            return Err(CliError::Usage(message.into()));
        }
        let mut session = self.session.session(Arc::default())?;
        let run = if self.plain { debugger::run_plain } else { debugger::run_screen };
        run(&mut session).map_err(CliError::Terminal)?;
        Ok(Report::new())
    }
}
