use std::path::PathBuf;

use clap::Args;

use super::execute::Execute;
use crate::{
    error::CliError,
    library::LibraryArg,
    lsp::{self, Settings},
    report::Report,
};

/// Serves editors by the Language Server Protocol, over standard input and output.
#[derive(Args, Debug)]
pub(crate) struct Lsp {
    /// Library whose modules sources can import: a directory of sources, or a file written by `bundle`. A directory
    /// gives the library its name, unless NAME=DIR gives another. May be repeated.
    #[arg(short, long = "library", value_name = "PATH")]
    libraries: Vec<LibraryArg>,
    /// Source of the kernel whose procedures system calls enter, or a directory whose `mod.masm` is the kernel.
    #[arg(short, long, value_name = "PATH")]
    kernel: Option<PathBuf>,
    /// Communicate over standard input and output. This is the only way; editors pass the option anyway.
    #[arg(long)]
    stdio: bool,
}

impl Execute for Lsp {
    fn run(&self) -> Result<Report, CliError> {
        lsp::run(Settings::new(&self.libraries, self.kernel.clone())?)?;
        Ok(Report::new())
    }
}
