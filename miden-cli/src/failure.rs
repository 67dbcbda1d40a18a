//! A failure of a program, with its place in the source.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use miden_assembly::{DebugInfo, InstructionInfo};
use miden_core::Felt;
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

    /// The message with the line of the source, and the top of the stack.
    pub(crate) fn render(&self) -> String {
        let title = Level::ERROR.primary_title(self.error.to_string());
        let mut group = match &self.instruction {
            Some(instruction) => title.element(snippet(instruction)),
            None => Group::with_title(title),
        };
        if let Some(place) = self.error.place() {
            if place.ctx > 0 {
                group = group.element(Level::NOTE.message(format!("in execution context {}", place.ctx)));
            }
            group = group.element(Level::NOTE.message(format!("stack, top first: {}", list(&place.stack))));
        }
        Renderer::styled().render(&[group])
    }

    /// Adds cycle, place, stack and error code to the object for programs.
    pub(crate) fn details(&self, report: Report) -> Report {
        let mut report = report.keys_of(&self.partial);
        if let Some(place) = self.error.place() {
            let stack: Vec<_> = place.stack.iter().map(ToString::to_string).collect();
            report = report.key("clk", place.clk).key("context", place.ctx).key("stack", stack);
        }
        if let ExecutionError::Fault { code: Some(code), .. } = &self.error {
            report = report.key("code", code.code).optional_key("explanation", code.message.as_deref());
        }
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

/// The line of the source, with the instruction marked.
fn snippet(instruction: &InstructionInfo) -> Snippet<'_, Annotation<'_>> {
    let source = instruction.source();
    let label = match instruction.procedure() {
        Some(procedure) => format!("fails here, in procedure `{procedure}`"),
        None => "fails here".into(),
    };
    let place = AnnotationKind::Primary.span(instruction.span().range()).label(label);
    Snippet::source(source.text()).path(source.name()).annotation(place)
}

fn list(items: &[Felt]) -> String {
    let items: Vec<_> = items.iter().map(ToString::to_string).collect();
    format!("[{}]", items.join(", "))
}
