//! The file that a command is about.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{args::required_project, error::CliError, project::Project};

/// The file, as an argument or from the project.
#[derive(Args, Debug)]
pub(super) struct FileArgs {
    /// The storage; defaults to that of the project.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

impl FileArgs {
    /// Takes the file from the project unless it is named; returns the project if so.
    pub(super) fn complete(&mut self) -> Result<Option<Project>, CliError> {
        if self.file.is_some() {
            return Ok(None);
        }
        let project = required_project("FILE")?;
        self.file = Some(project.storage()?.into());
        Ok(Some(project))
    }

    pub(super) fn path(&self) -> &Path {
        self.file.as_deref().expect("without the argument, the project names the storage")
    }
}
