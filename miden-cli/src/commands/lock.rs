use clap::Args;

use super::execute::Execute;
use crate::{args::JsonArgs, error::CliError, files::Files, project::Project, report::Report};

/// Records the digests of a project's dependencies in `miden.lock`.
#[derive(Args, Debug)]
pub(crate) struct Lock {
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Lock {
    fn run(&self) -> Result<Report, CliError> {
        let count = Project::lock(&mut Files::default())?;
        Ok(Report::new().key("outcome", "success").key("dependencies", count))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}
