use std::path::PathBuf;

use clap::{ArgAction, Args};
use miden_assembly::{BundleError, Version};

use super::execute::Execute;
use crate::{
    args::{AssemblerArgs, JsonArgs, KernelArgs, required_project},
    error::CliError,
    files::Files,
    library::{self, LibraryFileError},
    messages, program,
    project::DEFAULT_VERSION,
    report::Report,
    source_names::SourceNames,
};

/// Compiles a directory of sources to a library file.
#[derive(Args, Debug)]
#[command(disable_version_flag = true)]
pub(crate) struct Bundle {
    /// Directory of the sources: `a/b.masm` is the module `NAME::a::b`, and `a/mod.masm` is `NAME::a`.
    /// Defaults to the sources of the project.
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Write the library to this file; defaults to the name of the library with the extension `.masl`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Name of the library; defaults to the name of the directory.
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// Version of the library; defaults to that of the project, otherwise to 0.1.0.
    #[arg(long = "version", value_name = "VERSION", action = ArgAction::Set)]
    library_version: Option<Version>,
    /// Omit the sources, which show where a failure occurred, from the library.
    #[arg(long)]
    strip: bool,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Bundle {
    fn complete(&mut self) -> Result<(), CliError> {
        if self.directory.is_some() {
            return Ok(());
        }
        let project = required_project("DIR")?;
        self.directory = Some(project.sources().into());
        self.namespace.get_or_insert_with(|| project.name().into());
        self.output.get_or_insert_with(|| project.results().with_extension("masl"));
        self.library_version.get_or_insert(project.version);
        self.kernel.complete(&project);
        self.assembler.add_dependencies(&project);
        Ok(())
    }

    fn run(&self) -> Result<Report, CliError> {
        let directory = self.directory.as_deref().expect("without the argument, the project names it");
        let version = self.library_version.unwrap_or(DEFAULT_VERSION);
        let name = self.namespace.clone().map_or_else(|| library::directory_name(directory), Ok)?;
        let mut files = Files::default();
        let output = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.masl")));
        let target = files.target(output)?;
        let library = library::read_directory(directory, name.clone(), version, &files)?;
        let assembler = match self.kernel.kernel.as_deref() {
            Some(kernel) => program::kernel_assembler(kernel, &self.assembler, &files)?,
            None => self.assembler.assembler(&files)?,
        };
        let bundle = assembler.bundle(&library).map_err(|error| match error {
            BundleError::Source(errors) => errors.into(),
            BundleError::Library(source) => {
                LibraryFileError::Library { path: directory.into(), source }.into()
            }
            other => CliError::Usage(other.to_string()),
        })?;
        messages::warnings(&bundle.warnings);
        let mut library = bundle.library;
        if self.strip {
            library = library.stripped();
        }
        let kernel = self.kernel.kernel.as_deref();
        let names = SourceNames::of_library((directory, &name), kernel, &self.assembler);
        library.rename_sources(|name| names.portable(name));
        target.write(&library.to_bytes())?;
        let mut report = Report::new().line(format!("{name} {version}"));
        let mut exports = Vec::new();
        for export in library.exports() {
            let path = format!("{}::{}", export.module(), export.label());
            report = report.line(format!("{} {path}", export.digest()));
            exports.push(serde_json::json!({"path": path, "digest": export.digest().to_hex()}));
        }
        let mut constants = Vec::new();
        for constant in library.constants() {
            let path = format!("{}::{}", constant.module(), constant.name());
            report = report.line(format!("{path} = {constant}"));
            constants.push(serde_json::json!({"path": path, "value": constant.to_string()}));
        }
        let report = report.key("name", name).key("version", version.to_string());
        Ok(report.key("exports", exports).key("constants", constants))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}
