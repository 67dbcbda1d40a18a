use std::path::PathBuf;

use clap::Args;

use miden_core::Outcome;

use super::execute::Execute;
use crate::{
    args::{DebugArgs, ExecutionArgs, JsonArgs, OutputArgs, ProgramArgs},
    debug_output,
    error::CliError,
    files::{self, Files},
    messages,
    report::Report,
    storage::StorageArgs,
    value_file::Outputs,
};

/// Runs a program and prints the final stack.
#[derive(Args, Debug)]
pub(crate) struct Run {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
    #[command(flatten)]
    storage: StorageArgs,
    /// Commit the changes of the storage, without a proof of them.
    #[arg(long, conflicts_with = "storage_root")]
    commit: bool,
    #[command(flatten)]
    outputs: OutputArgs,
    /// Write the complete final stack to this file instead of printing it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Keep debug commands of the source, such as `debug.stack`; without the option they cost nothing. They do not
    /// change the program hash.
    #[arg(long)]
    debug: bool,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Run {
    fn complete(&mut self) -> Result<(), CliError> {
        if let Some(project) = self.program.complete()? {
            self.execution.inputs.complete(&project);
            self.storage.complete(&project);
        }
        self.storage.check(self.commit)
    }

    fn run(&self) -> Result<Report, CliError> {
        let path = self.program.path();
        let mut files = Files::default();
        let target = self.output.clone().map(|output| files.target(output)).transpose()?;
        let loaded = self.storage.load(&self.program, DebugArgs { debug: self.debug }, &files)?;
        let inputs = self.execution.inputs.read(Some(self.program.results()), &files)?.values;
        let options = self.execution.options();
        let session = self.storage.session(&loaded.program, &inputs, &options)?;
        let (result, session) = match session {
            None if self.debug => (debug_output::execute(&loaded, &inputs, &options), None),
            None => (miden_processor::execute(&loaded.program, &inputs, &options), None),
            Some(mut session) => (session.execute(&loaded, options), Some(session)),
        };
        let execution = result.map_err(|error| CliError::from(loaded.failure(error, &inputs, &options)))?;
        messages::done(format!("ran {} in {} cycles", files::display_path(path).display(), execution.cycles));
        let (outputs, num_outputs, cycles) = (&execution.outputs, self.outputs.num_outputs, execution.cycles);
        let report = Report::new().outcome(&Outcome::Success);
        let report = match session {
            None => report.outputs(outputs, num_outputs, cycles),
            Some(session) => {
                let mut ended = session.end(outputs, options.cycle_limit)?;
                let committed = if self.commit { Some(ended.commit(None)?) } else { None };
                ended.report(report.stack(ended.outputs(), num_outputs, cycles), committed)
            }
        };
        match target {
            Some(target) => {
                let outputs = Outputs::success(execution.outputs, self.execution.cycle_limit.cycle_limit);
                target.write(outputs.to_json().as_bytes())?;
                Ok(report.without_text())
            }
            None => Ok(report),
        }
    }

    fn json(&self) -> bool {
        self.json.json
    }
}
