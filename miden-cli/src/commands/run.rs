use std::path::PathBuf;

use clap::Args;

use miden_core::Outcome;

use super::execute::Execute;
use crate::{
    args::{ExecutionArgs, JsonArgs, OutputArgs, ProgramArgs},
    error::CliError,
    files::{self, Files},
    messages, program,
    report::Report,
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
    outputs: OutputArgs,
    /// Write the complete final stack to this file instead of printing it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Run {
    fn run(&self) -> Result<Report, CliError> {
        let path = self.program.path();
        let mut files = Files::default();
        let target = self.output.clone().map(|output| files.target(output)).transpose()?;
        let loaded = program::load(&self.program, &files)?;
        let inputs = self.execution.inputs.read(Some(path), &files)?.values;
        let execution = miden_processor::execute(&loaded.program, &inputs, &self.execution.options())
            .map_err(|error| CliError::from(loaded.failure(error)))?;
        messages::done(format!("ran {} in {} cycles", files::display_path(path).display(), execution.cycles));
        let report = Report::new().outcome(&Outcome::Success).outputs(
            &execution.outputs,
            self.outputs.num_outputs,
            execution.cycles,
        );
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
