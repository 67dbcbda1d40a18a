use std::path::{Path, PathBuf};

use clap::Args;

use super::execute::Execute;
use crate::{
    args::JsonArgs, error::CliError, files::Files, messages, program_manifest::ProgramManifest,
    report::Report,
};

/// Assembles a program again from its manifest, and compares sources, libraries and hash.
#[derive(Args, Debug)]
pub(crate) struct Reproduce {
    /// File that `compile --manifest` wrote; its paths are relative to its directory.
    #[arg(value_name = "MANIFEST")]
    manifest: PathBuf,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Reproduce {
    fn run(&self) -> Result<Report, CliError> {
        let files = Files::default();
        let manifest = ProgramManifest::read(&self.manifest, &files)?;
        let directory = self.manifest.parent().unwrap_or(Path::new(""));
        let loaded = manifest.reproduce(directory, &files)?;
        messages::done("all sources and libraries are those of the manifest");
        let hash = loaded.program.digest().to_hex();
        Ok(Report::new()
            .line(format!("Reproduced: program hash is {hash}"))
            .key("outcome", "success")
            .key("program_hash", hash)
            .kernel(loaded.program.kernel()))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}
