//! Failures as text for people.

use std::fmt;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use miden_assembly::InstructionInfo;
use miden_core::Felt;
use miden_processor::ExecutionError;

use super::Failure;

/// Number of callers that are shown.
const MAX_CALLERS: usize = 12;

/// A failure as a text of several lines, by `Display`.
#[derive(Clone, Debug)]
pub struct FailureText<'a> {
    failure: &'a Failure,
    title: Option<&'a str>,
    notes: &'a [String],
    help: Option<&'a str>,
    is_finding: bool,
    is_styled: bool,
}

impl<'a> FailureText<'a> {
    pub(super) const fn new(failure: &'a Failure) -> Self {
        Self { failure, title: None, notes: &[], help: None, is_finding: false, is_styled: false }
    }

    /// With colours, as sequences for terminals.
    #[must_use]
    pub const fn styled(self, is_styled: bool) -> Self {
        Self { is_styled, ..self }
    }

    /// Under another title than the message, with notes and help of its own.
    #[must_use]
    pub const fn titled(self, title: &'a str, notes: &'a [String], help: &'a str) -> Self {
        Self { title: Some(title), notes, help: Some(help), ..self }
    }

    /// As an expected result, not as an error.
    #[must_use]
    pub const fn as_finding(self) -> Self {
        Self { is_finding: true, ..self }
    }

    fn group(&self, title: &'a str) -> Group<'a> {
        let failure = self.failure;
        let level = if self.is_finding { Level::INFO.with_name("fault") } else { Level::ERROR };
        let title = level.primary_title(title);
        let group = match failure.instructions.as_slice() {
            [] => Group::with_title(title),
            [instruction] => title.element(snippet(instruction)),
            [instruction, others @ ..] => {
                let places: Vec<_> = others.iter().map(place_of).collect();
                let text = format!("or at another place with the same code: {}", places.join(", "));
                title.element(snippet(instruction)).element(Level::NOTE.message(text))
            }
        };
        let mut notes: Vec<_> = failure.callers.iter().take(MAX_CALLERS).map(call_of).collect();
        if let Some(others) = failure.callers.len().checked_sub(MAX_CALLERS).filter(|others| *others > 0) {
            notes.push(format!("called by {others} more"));
        }
        if let Some(site) = failure.error.site() {
            if site.ctx > 0 {
                notes.push(format!("in execution context {}", site.ctx));
            }
            notes.push(format!("stack, top first: {}", list(&site.stack)));
        }
        notes.extend(why_not_provable(&failure.error).map(String::from));
        let notes = notes.into_iter().map(|note| Level::NOTE.message(note));
        let own = notes.chain(failure.help.as_ref().map(|help| Level::HELP.message(help)));
        let added = self.notes.iter().map(|note| Level::NOTE.message(note));
        own.chain(added).chain(self.help.map(|help| Level::HELP.message(help))).fold(group, Group::element)
    }
}

impl fmt::Display for FailureText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.failure.to_string();
        let renderer = if self.is_styled { Renderer::styled() } else { Renderer::plain() };
        f.write_str(&renderer.render(&[self.group(self.title.unwrap_or(&message))]))
    }
}

/// Why the failure cannot be proven; the messages of private limits say so themselves.
fn why_not_provable(error: &ExecutionError) -> Option<&'static str> {
    match error {
        ExecutionError::Host { .. } | ExecutionError::AdviceInputs(_) => {
            Some("the host failed, not the program, so this cannot be proven")
        }
        ExecutionError::Fault { .. } if error.claim().is_none() => Some("this failure cannot be proven"),
        _ => None,
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

/// An invocation, its place, and the procedure that contains it.
fn call_of(caller: &InstructionInfo) -> String {
    let procedure = caller.procedure().map(|procedure| format!(", in procedure `{procedure}`"));
    format!("called by `{}` at {}{}", caller.text(), place_of(caller), procedure.unwrap_or_default())
}

/// File, line and column.
pub(super) fn place_of(instruction: &InstructionInfo) -> String {
    format!("{}:{}", instruction.source().name(), instruction.location())
}

fn list(items: &[Felt]) -> String {
    let items: Vec<_> = items.iter().map(ToString::to_string).collect();
    format!("[{}]", items.join(", "))
}
