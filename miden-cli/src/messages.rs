//! Messages for people, on standard error.

use std::{fmt::Display, io::Write};

use anstyle::{AnsiColor, Style};
use miden_assembly::Diagnostics;

/// Reports a completed step.
pub(crate) fn done(message: impl Display) {
    print(labelled(AnsiColor::Green.on_default().bold(), "done", message));
}

/// Shows warnings: problems that do not prevent assembly.
pub(crate) fn warnings(warnings: &Diagnostics) {
    if !warnings.errors().is_empty() {
        print(warnings.render(true));
    }
}

/// Reports a problem that does not prevent the command from completing.
pub(crate) fn warning(message: impl Display) {
    print(labelled(AnsiColor::Yellow.on_default().bold(), "warning", message));
}

/// Adds a note.
pub(crate) fn note(message: impl Display) {
    print(labelled(AnsiColor::Green.on_default().bold(), "note", message));
}

/// Text of an error, with a coloured label.
pub(crate) fn labelled_error(message: impl Display) -> String {
    labelled(AnsiColor::Red.on_default().bold(), "error", message)
}

/// Prints a message, in colour only on a terminal.
pub(crate) fn print(message: impl Display) {
    // If standard error is closed, there is nowhere left to report to.
    let _ = writeln!(anstream::stderr().lock(), "{message}");
}

fn labelled(style: Style, label: &str, message: impl Display) -> String {
    format!("{style}{label}{style:#}: {message}")
}
