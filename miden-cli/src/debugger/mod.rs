//! The debugger: one session, with commands on lines or on the full screen.

mod command;
mod plain;
mod screen;
mod session;
mod show;

pub(crate) use plain::run as run_plain;
pub(crate) use screen::run as run_screen;
pub(crate) use session::Session;
