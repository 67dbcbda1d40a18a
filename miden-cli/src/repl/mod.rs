//! The session of `miden repl`: on a terminal with an editor for lines, otherwise from standard input.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{error::CliError, files::FileError, messages, report::Report, terminal};

mod command;
mod editor;
mod input;
mod session;
mod state;

use command::Command;
use editor::{LineEditor, Read};
use input::is_complete;
pub(crate) use session::Session;

/// Runs a session until its input ends or `!quit`.
pub(crate) fn run(session: Session) -> Result<Report, CliError> {
    match io::stdin().is_terminal() {
        true => run_terminal(session),
        false => run_script(session),
    }
}

fn run_terminal(mut session: Session) -> Result<Report, CliError> {
    let interrupt = Arc::new(AtomicBool::new(false));
    let requested = Arc::clone(&interrupt);
    if let Err(error) = ctrlc::set_handler(move || requested.store(true, Ordering::Relaxed)) {
        log::warn!("Ctrl-C will not stop a run: {error}");
    }
    let read = |source| CliError::File(FileError::Read { path: "terminal".into(), source });
    terminal::restore_input_on_signals().map_err(read)?;
    let mut editor = LineEditor::new().map_err(read)?;
    print_line("Instructions are executed as they are entered; !help lists the commands.");
    loop {
        match editor.read(&session.names()).map_err(read)? {
            Read::Input(text) => {
                interrupt.store(false, Ordering::Relaxed);
                match step(&mut session, &text, &interrupt) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => messages::print(error.to_styled()),
                }
            }
            Read::Cancelled => {}
            Read::End => break,
        }
    }
    Ok(Report::new())
}

/// Reads the whole input, without prompts. A failed input is rolled back, and the next one is executed.
fn run_script(mut session: Session) -> Result<Report, CliError> {
    let interrupt = AtomicBool::new(false);
    let mut pending = String::new();
    let mut failed = 0;
    let mut lines = io::stdin().lock().lines();
    loop {
        let line = lines.next().transpose();
        let line = line.map_err(|source| FileError::Read { path: "standard input".into(), source })?;
        let ended = line.is_none();
        if let Some(line) = line {
            pending.push_str(&line);
            pending.push('\n');
            if !is_complete(&pending) {
                continue;
            }
        }
        match step(&mut session, &std::mem::take(&mut pending), &interrupt) {
            Ok(true) if !ended => {}
            Ok(_) => break,
            Err(error) => {
                messages::print(error.to_styled());
                failed += 1;
                if ended {
                    break;
                }
            }
        }
    }
    match failed {
        0 => Ok(Report::new()),
        count => Err(CliError::Repl { count }),
    }
}

/// Executes an input. Returns whether the session continues.
fn step(session: &mut Session, text: &str, interrupt: &AtomicBool) -> Result<bool, CliError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(true);
    }
    let output = match text.strip_prefix('!') {
        Some(command) => match command.parse::<Command>().map_err(CliError::Usage)? {
            Command::Quit => return Ok(false),
            command => command.execute(session, interrupt)?,
        },
        None => session.enter(text, interrupt)?,
    };
    if !output.is_empty() {
        print_line(&output);
    }
    Ok(true)
}

fn print_line(text: &str) {
    // Without a reader there is nobody to tell.
    let _ = writeln!(anstream::stdout().lock(), "{text}");
}
