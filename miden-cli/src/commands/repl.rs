use clap::Args;

use super::execute::Execute;
use crate::{
    args::{AssemblerArgs, ExecutionArgs},
    error::CliError,
    files::Files,
    repl::{self, Session},
    report::Report,
};

/// Executes instructions as they are entered, and shows the stack.
#[derive(Args, Debug)]
pub(crate) struct Repl {
    #[command(flatten)]
    assembler: AssemblerArgs,
    #[command(flatten)]
    execution: ExecutionArgs,
}

impl Execute for Repl {
    fn run(&self) -> Result<Report, CliError> {
        let files = Files::default();
        let assembler = self.assembler.with_debug(true).assembler(&files)?;
        let inputs = self.execution.inputs.read(None, &files)?.values;
        repl::run(Session::new(assembler, inputs, self.execution.options()))
    }
}
