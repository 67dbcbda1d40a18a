#![doc = include_str!("../README.md")]

use std::{panic, process::ExitCode};

mod args;
mod claim;
mod cli;
mod commands;
mod content;
mod dap;
mod debug_output;
mod debugger;
mod diagnostics;
mod digest;
mod error;
mod exit;
mod explanations;
mod failure;
mod failure_help;
mod files;
mod flame;
mod framing;
mod library;
mod locate;
mod lsp;
mod messages;
mod outcome;
mod profile;
mod program;
mod program_manifest;
mod progress;
mod project;
mod repl;
mod report;
mod security;
mod source_names;
mod sources;
mod storage;
mod terminal;
mod testing;
mod value_file;
mod version;
mod watch;

fn main() -> ExitCode {
    silence_contained_panics();
    env_logger::Builder::from_env(env_logger::Env::new().filter_or("MIDEN_LOG", "warn")).init();
    cli::run().into()
}

/// Leaves it to the error to describe a panic that becomes one, on a damaged storage.
fn silence_contained_panics() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !miden_storage::is_panic_contained() {
            default(info);
        }
    }));
}
