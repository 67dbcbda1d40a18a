use std::path::PathBuf;

use clap::Args;

use crate::{
    error::CliError,
    library::LibraryArg,
    lsp::{self, Settings},
    report::Report,
};

/// Arguments of `lsp`.
#[derive(Args, Debug)]
pub(crate) struct Lsp {
    /// Library whose modules sources can import: a directory of sources, or a file that `bundle` has written. The name
    /// of a directory is that of the library, unless it is given as NAME=DIR. Can be given several times.
    #[arg(short, long = "library", value_name = "PATH", value_parser = LibraryArg::parse)]
    libraries: Vec<LibraryArg>,
    /// The source of the kernel whose procedures system calls enter, or a directory where it is `mod.masm`.
    #[arg(short, long, value_name = "PATH")]
    kernel: Option<PathBuf>,
    /// Talk over standard input and output; there is no other way, and editors say so all the same.
    #[arg(long)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn run(&self) -> Result<Report, CliError> {
        lsp::run(Settings::new(&self.libraries, self.kernel.clone())?)?;
        Ok(Report::new())
    }
}
