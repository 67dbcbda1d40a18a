use std::path::{Path, PathBuf};

use clap::Args;

use super::execute::Execute;
use crate::{
    args::{DebugArgs, JsonArgs, ProgramArgs},
    error::CliError,
    files::{self, Files},
    program::{self, Loaded},
    program_manifest::ProgramManifest,
    report::Report,
    source_names::SourceNames,
};

/// Assembles a program and prints its hash.
#[derive(Args, Debug)]
pub(crate) struct Compile {
    #[command(flatten)]
    program: ProgramArgs,
    /// Write the compiled program to this file; every command accepts it as its program.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Name sources in the compiled program by their place in a library, or by the file name alone. Without the option,
    /// their paths are relative to the working directory.
    #[arg(long, requires = "output", conflicts_with = "strip")]
    trim: bool,
    /// Omit the sources, which show where a failure occurred, from the compiled program.
    #[arg(long, requires = "output")]
    strip: bool,
    /// Write a manifest of the program to this file: its hash, the procedures of its kernel, and the digests of all sources
    /// and libraries, for `miden reproduce`.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    debug: DebugArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Compile {
    fn complete(&mut self) -> Result<(), CliError> {
        self.program.complete().map(drop)
    }

    fn run(&self) -> Result<Report, CliError> {
        let mut files = Files::default();
        let target = self.output.clone().map(|output| files.target(output)).transpose()?;
        let manifest_target = self.manifest.clone().map(|path| files.target(path)).transpose()?;
        let mut loaded = program::load_for(&self.program, self.debug, &files)?;
        let manifest =
            self.manifest.as_deref().map(|path| self.manifest(path, &loaded, &files)).transpose()?;
        let compiled = target.is_some().then(|| {
            if let Some(debug) = &mut loaded.debug {
                let names = SourceNames::new(&self.program, self.trim);
                debug.rename_sources(|name| names.portable(name));
            }
            loaded.to_bytes(self.strip)
        });
        let results = [
            target.zip(compiled.as_deref()),
            manifest_target.zip(manifest.as_ref().map(|text| text.as_bytes())),
        ];
        files::write_all(results.into_iter().flatten())?;
        let program = &loaded.program;
        let hash = program.digest().to_hex();
        let report = Report::new().line(format!("program hash is {hash}")).key("program_hash", hash);
        let procedures = program.kernel().procedures();
        let lines = procedures.iter().map(|digest| format!("kernel procedure {digest}"));
        Ok(lines.fold(report.kernel(program.kernel()), Report::line))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

impl Compile {
    /// The text of the manifest at `path`.
    fn manifest(&self, path: &Path, loaded: &Loaded, files: &Files) -> Result<String, CliError> {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        Ok(ProgramManifest::new(&self.program, loaded, directory, files)?.to_json())
    }
}
