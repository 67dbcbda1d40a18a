#![doc = include_str!("../README.md")]

use std::process::ExitCode;

mod args;
mod cli;
mod commands;
mod digest;
mod error;
mod exit;
mod explanations;
mod failure;
mod files;
mod library;
mod locate;
mod lsp;
mod messages;
mod outcome;
mod profile;
mod program;
mod progress;
mod report;
mod security;
mod source_names;
mod sources;
mod value_file;
mod version;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::new().filter_or("MIDEN_LOG", "warn")).init();
    cli::run().into()
}
