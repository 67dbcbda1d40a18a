//! Commands on lines of standard input.

use std::{
    io::{self, BufRead, IsTerminal, Read, Write},
    process,
    sync::atomic::Ordering,
};

use super::{
    command::{self, Answer},
    session::Session,
};
use crate::exit::ExitStatus;

/// Longest line of input, in bytes.
const MAX_LINE: u64 = 1 << 16;

/// Reads commands up to the end of the input or `quit`.
pub(crate) fn run(session: &mut Session) -> io::Result<()> {
    let interrupt = session.interrupt();
    // The second Ctrl-C before anything has stopped leaves.
    let _ = ctrlc::set_handler(move || {
        if interrupt.swap(true, Ordering::Relaxed) {
            process::exit(ExitStatus::Refused as i32);
        }
    });
    let prompts = io::stdin().is_terminal();
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let result = converse(session, &mut input, &mut output, prompts);
    match result {
        // The reader closed the stream on purpose.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn converse(
    session: &mut Session,
    input: &mut impl BufRead,
    output: &mut impl Write,
    prompts: bool,
) -> io::Result<()> {
    show_outputs(session, 0, output)?;
    show_place(session, output)?;
    loop {
        if prompts {
            write!(output, "> ")?;
        }
        output.flush()?;
        let mut line = Vec::new();
        input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        session.forget_interrupt();
        let outputs = session.num_outputs();
        match command::execute(session, &String::from_utf8_lossy(&line)) {
            Ok(Answer::Quit) => return Ok(()),
            Ok(Answer::Moved) => {
                show_outputs(session, outputs, output)?;
                show_place(session, output)?;
                session.warning().map_or(Ok(()), |warning| writeln!(output, "warning: {warning}"))?;
            }
            Ok(Answer::Selected) => {
                session.callers().get(session.frame).map_or(Ok(()), |line| writeln!(output, "{line}"))?;
            }
            Ok(Answer::Lines(lines)) => lines.iter().try_for_each(|line| writeln!(output, "{line}"))?,
            Err(error) => writeln!(output, "error: {error}")?,
        }
    }
}

/// The outputs of debug commands from a number on.
fn show_outputs(session: &mut Session, from: usize, output: &mut impl Write) -> io::Result<()> {
    session.outputs(from).iter().try_for_each(|(_, text)| writeln!(output, "{text}"))
}

/// The reason of the stop, the place, and the stack.
fn show_place(session: &Session, output: &mut impl Write) -> io::Result<()> {
    let reason = session.reason();
    if !reason.is_empty() {
        writeln!(output, "{reason}")?;
    }
    writeln!(output, "{}", session.position())?;
    writeln!(output, "  {}", session.stack(8))
}
