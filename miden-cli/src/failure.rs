//! Failures of programs, as the result of a command.

use miden_assembly::{DebugInfo, InstructionInfo};
use miden_core::Outcome;
use miden_processor::ExecutionError;
use serde_json::{Value, json};

use crate::{failure_help, report::Report};

/// Why a program failed, with what the command line adds.
#[derive(Debug, thiserror::Error)]
#[error("{failure}")]
pub(crate) struct Failure {
    failure: miden_debug::Failure,
    /// Report of the run before the failure.
    pub(crate) partial: Report,
}

impl From<miden_debug::Failure> for Failure {
    fn from(failure: miden_debug::Failure) -> Self {
        let failure = match failure_help::help(failure.error()) {
            Some(help) => failure.with_help(help),
            None => failure,
        };
        Self { failure, partial: Report::new() }
    }
}

impl Failure {
    /// Looks up the instruction in the debug information.
    pub(crate) fn new(error: ExecutionError, debug: Option<&DebugInfo>) -> Self {
        miden_debug::Failure::new(error, debug).into()
    }

    /// The message with the line of the source and the top of the stack.
    pub(crate) fn render(&self) -> String {
        self.failure.render(true)
    }

    /// Like [`Self::render`], for a failure that is the expected result.
    pub(crate) fn render_finding(&self) -> String {
        self.failure.text().as_finding().styled(true).to_string()
    }

    /// Like [`Self::render`] under another title, with notes and help.
    pub(crate) fn render_in(&self, title: &str, notes: &[String], help: &str) -> String {
        self.failure.text().titled(title, notes, help).styled(true).to_string()
    }

    /// Whether the instruction that failed is known.
    pub(crate) fn has_place(&self) -> bool {
        !self.failure.instructions().is_empty()
    }

    /// File, line and column of the instruction, with its procedure; `None` without debug information.
    pub(crate) fn location(&self) -> Option<String> {
        self.failure.location()
    }

    /// The JSON object: a fault if it can be proven, otherwise an error.
    pub(crate) fn report(&self) -> Report {
        let report = match self.failure.error().claim() {
            Some(claim) => Report::new().key("cycles", claim.clk).outcome(&Outcome::Fault(claim)),
            None => Report::new().key("outcome", "error").key("error", self.failure.error().kind()),
        };
        self.details(report.keys_of(&self.partial))
    }

    /// Adds message, cycle, place, stack and error code to the JSON object.
    pub(crate) fn details(&self, report: Report) -> Report {
        let mut report = report.key("message", self.to_string());
        if let Some(site) = self.failure.error().site() {
            let stack: Vec<_> = site.stack.iter().map(ToString::to_string).collect();
            report = report.key("clk", site.clk).key("context", site.ctx).key("stack", stack);
        }
        if let ExecutionError::Fault { code: Some(code), .. } = self.failure.error() {
            let explanation = code.message.as_deref();
            report = report.key("error_code", code.code).optional_key("explanation", explanation);
        }
        if !self.failure.callers().is_empty() {
            report =
                report.key("callers", self.failure.callers().iter().map(caller_object).collect::<Vec<_>>());
        }
        report = report.optional_key("help", self.failure.help());
        match self.failure.instructions().first() {
            Some(instruction) => {
                let at = instruction.location();
                report
                    .key("file", instruction.source().name())
                    .key("line", at.line)
                    .key("column", at.column)
                    .key("instruction", instruction.text())
                    .optional_key("procedure", instruction.procedure())
            }
            None => report,
        }
    }
}

fn caller_object(caller: &InstructionInfo) -> Value {
    let at = caller.location();
    json!({
        "file": caller.source().name(), "line": at.line, "column": at.column,
        "instruction": caller.text(), "procedure": caller.procedure(),
    })
}
