use std::path::PathBuf;

use clap::Args;

use super::execute::Execute;
use crate::{
    args::JsonArgs,
    error::CliError,
    messages,
    project::{self, Template},
    report::Report,
};

/// Makes a project: a directory with sources, tests and `miden.toml`.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// Directory of the project, which must not exist, or be empty; its name is that of the project.
    #[arg(value_name = "NAME")]
    name: PathBuf,
    /// Kind of project.
    #[arg(long, value_name = "KIND", value_enum, default_value_t = Template::Program)]
    kind: Template,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for New {
    fn run(&self) -> Result<Report, CliError> {
        let paths = project::create(&self.name, self.kind)?;
        messages::done(format!("made the project {}", self.name.display()));
        let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        Ok(Report::new().key("outcome", "success").key("files", paths))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}
