//! Messages for people, on standard error.

use std::{fmt::Display, io::Write};

use anstyle::{AnsiColor, Style};
use miden_assembly::Diagnostics;

/// Tells what was done.
pub(crate) fn done(message: impl Display) {
    print(labelled(AnsiColor::Green.on_default().bold(), "done", message));
}

/// Shows what is not wrong, but worth to know.
pub(crate) fn warnings(warnings: &Diagnostics) {
    if !warnings.errors().is_empty() {
        print(warnings.render(true));
    }
}

/// Adds something to what was told.
pub(crate) fn note(message: impl Display) {
    print(labelled(AnsiColor::Green.on_default().bold(), "note", message));
}

/// The text of an error, with a coloured label.
pub(crate) fn labelled_error(message: impl Display) -> String {
    labelled(AnsiColor::Red.on_default().bold(), "error", message)
}

/// Prints a message. Colour is removed unless a terminal shows it.
pub(crate) fn print(message: impl Display) {
    // If standard error is closed, nobody is left to tell.
    let _ = writeln!(anstream::stderr().lock(), "{message}");
}

fn labelled(style: Style, label: &str, message: impl Display) -> String {
    format!("{style}{label}{style:#}: {message}")
}
