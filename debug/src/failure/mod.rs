//! Failures of programs, with their place in the source and the way to it.

use miden_assembly::{Assembler, DebugInfo, InstructionInfo, Source};
use miden_core::{Felt, Program, ProgramInputs, params::STACK_TOP};
use miden_processor::{ExecutionError, ExecutionOptions, FailureSite};

mod diagnosis;
mod help;
mod operands;
mod path;
mod text;

use diagnosis::Diagnosis;
pub use text::FailureText;

/// Why a program failed, and the instruction at which it did.
///
/// `Display` is the message alone; [`render`](Self::render) shows the line of the source, the callers and the stack.
#[derive(Debug, thiserror::Error)]
#[error("{}", message.clone().unwrap_or_else(|| error.to_string()))]
pub struct Failure {
    error: ExecutionError,
    /// The message in terms of the instruction, if that says more than the error of the machine.
    message: Option<String>,
    help: Option<String>,
    callers: Vec<InstructionInfo>,
    instructions: Vec<InstructionInfo>,
}

impl Failure {
    /// Looks up the instruction in the debug information. [`FailedRun::diagnose`] also finds out how the failure came
    /// about.
    pub fn new(error: ExecutionError, debug: Option<&DebugInfo>) -> Self {
        Self::of(error, debug, Diagnosis::default())
    }

    fn of(error: ExecutionError, debug: Option<&DebugInfo>, diagnosis: Diagnosis) -> Self {
        let find = |site: FailureSite, debug: &DebugInfo| match (site.decorator, site.operation) {
            (Some(index), _) => debug.decorators(site.node, index).cloned().collect(),
            (None, index) => debug.instructions(site.node, index.unwrap_or(0)).cloned().collect(),
        };
        let instructions = error.site().zip(debug).map(|(site, debug)| find(site, debug));
        let Diagnosis { callers, instructions: traced, stack } = diagnosis;
        // Without a second run, all places with the code.
        let instructions: Vec<InstructionInfo> =
            if traced.is_empty() { instructions.unwrap_or_default() } else { traced };
        let form = instructions.first().and_then(|first| Some((first, operands::form_of(first)?)));
        let message = form.as_ref().zip(stack.as_ref());
        let message =
            message.and_then(|((first, form), stack)| operands::message(&error, first, form, stack));
        let help = help::help(&error, form.as_ref().map(|(_, form)| form));
        Self { error, message, help, callers, instructions }
    }

    /// Gives the failure a way out of its own.
    #[must_use]
    pub fn with_help(self, help: String) -> Self {
        Self { help: Some(help), ..self }
    }

    /// The error of the execution.
    pub const fn error(&self) -> &ExecutionError {
        &self.error
    }

    /// The way out, in a line.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The invocations that led to the instruction, innermost first.
    pub fn callers(&self) -> &[InstructionInfo] {
        &self.callers
    }

    /// The instruction that failed; several if their code is equal and therefore one node of the program, and none
    /// without debug information.
    pub fn instructions(&self) -> &[InstructionInfo] {
        &self.instructions
    }

    /// File, line and column of the instruction, with its procedure; `None` without debug information.
    pub fn location(&self) -> Option<String> {
        let instruction = self.instructions.first()?;
        let procedure = instruction.procedure().map(|procedure| format!(", in procedure `{procedure}`"));
        Some(text::place_of(instruction) + &procedure.unwrap_or_default())
    }

    /// The message with the line of the source, the callers, the top of the stack and the help.
    pub fn render(&self, styled: bool) -> String {
        self.text().styled(styled).to_string()
    }

    /// Like [`render`](Self::render), to be changed.
    pub const fn text(&self) -> FailureText<'_> {
        FailureText::new(self)
    }
}

/// A run that has failed, to be repeated up to the failure.
///
/// The machine keeps no record of the way to the current operation, so that a run that succeeds costs nothing more.
#[derive(Clone, Copy, Debug)]
pub struct FailedRun<'a> {
    program: &'a Program,
    debug: Option<&'a DebugInfo>,
    inputs: &'a ProgramInputs,
    options: &'a ExecutionOptions,
    source: Option<(&'a Assembler, &'a Source)>,
}

impl<'a> FailedRun<'a> {
    /// The run of a program with these inputs and options.
    pub const fn new(
        program: &'a Program,
        debug: Option<&'a DebugInfo>,
        inputs: &'a ProgramInputs,
        options: &'a ExecutionOptions,
    ) -> Self {
        Self { program, debug, inputs, options, source: None }
    }

    /// The program was assembled from this source. The operands of an instruction that optimization has changed are then
    /// those of the program as written.
    #[must_use]
    pub const fn assembled_by(self, assembler: &'a Assembler, source: &'a Source) -> Self {
        Self { source: Some((assembler, source)), ..self }
    }

    /// Runs the program again, up to the failure: its callers, the instruction among others with the same code, and the
    /// operands of the instruction as written. If the run does not fail in the same way, as with advice of an event
    /// handler, the place alone is known.
    pub fn diagnose(&self, error: ExecutionError) -> Failure {
        let Self { program, debug, inputs, options, .. } = *self;
        let mut diagnosis = match debug.zip(error.site()) {
            Some((debug, site)) => diagnosis::diagnose((program, debug), (inputs, options), &site),
            None => Diagnosis::default(),
        };
        if diagnosis.stack.is_none() {
            diagnosis.stack = self.stack_as_written(&error);
        }
        Failure::of(error, debug, diagnosis)
    }

    /// The stack on which the failed instruction began, if optimization has changed it.
    fn stack_as_written(&self, error: &ExecutionError) -> Option<[Felt; STACK_TOP]> {
        let site = error.site()?;
        let instruction = self.debug?.instruction(site.node, site.operation?)?;
        if !matches!(error, ExecutionError::Fault { .. }) || instruction.num_operations() < 2 {
            return None;
        }
        let (assembler, source) = self.source?;
        let written =
            assembler.clone().with_optimizations(false).with_debug_commands(false).assemble(source).ok()?;
        let program = (&written.program, &written.debug);
        diagnosis::diagnose_as_written(program, (self.inputs, self.options), (error, instruction))
    }
}
