//! `miden debug`: commands on lines, and the full screen in a pseudo-terminal.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod plain;
#[cfg(target_os = "linux")]
mod terminal;

#[cfg(target_os = "linux")]
#[path = "../support/screen.rs"]
mod screen;
#[path = "../support/mod.rs"]
mod support;
