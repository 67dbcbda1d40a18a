//! A failure of a program, with its place in the source.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use miden_assembly::{DebugInfo, InstructionInfo};
use miden_processor::{ExecutionError, Place};

use crate::report::Report;

/// Why a program failed, and the instruction that did.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct Failure {
    error: ExecutionError,
    instruction: Option<InstructionInfo>,
    /// What is known of the run up to the failure.
    pub(crate) partial: Report,
}

impl Failure {
    /// Looks up the place, if the source is known.
    pub(crate) fn new(error: ExecutionError, debug: Option<&DebugInfo>) -> Self {
        let find = |place: Place| match (place.decorator, place.operation) {
            (Some(index), _) => debug?.decorator(place.node, index),
            (None, Some(index)) => debug?.instruction(place.node, index),
            (None, None) => debug?.node(place.node),
        };
        let instruction = error.place().and_then(find).cloned();
        Self { error, instruction, partial: Report::new() }
    }

    /// Name of the error, for programs.
    pub(crate) fn kind(&self) -> &'static str {
        self.error.kind()
    }

    /// The message with the line of the source.
    pub(crate) fn render(&self) -> String {
        let title = Level::ERROR.primary_title(self.error.to_string());
        let renderer = Renderer::styled();
        let Some(instruction) = &self.instruction else {
            return renderer.render(&[Group::with_title(title)]);
        };
        let source = instruction.source();
        let label = match instruction.procedure() {
            Some(procedure) => format!("fails here, in procedure `{procedure}`"),
            None => "fails here".into(),
        };
        let place = AnnotationKind::Primary.span(instruction.span().range()).label(label);
        let snippet = Snippet::source(source.text()).path(source.name()).annotation(place);
        renderer.render(&[title.element(snippet)])
    }

    /// Adds cycle and place to the object for programs.
    pub(crate) fn details(&self, report: Report) -> Report {
        let report =
            report.keys_of(&self.partial).optional_key("clk", self.error.place().map(|place| place.clk));
        match &self.instruction {
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
