//! Failures of programs, with their place in the source.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use miden_assembly::{DebugInfo, InstructionInfo};
use miden_core::{Felt, Outcome};
use miden_processor::{ExecutionError, FailureSite};
use serde_json::{Value, json};

use crate::{
    diagnosis::{self, Diagnosis},
    report::Report,
};

/// Number of callers that are shown.
const MAX_CALLERS: usize = 12;

/// Why a program failed, and the instruction at which it did.
#[derive(Debug, thiserror::Error)]
#[error("{}", message.clone().unwrap_or_else(|| error.to_string()))]
pub(crate) struct Failure {
    error: ExecutionError,
    /// The message in terms of the instruction, if that says more than the error of the machine.
    message: Option<String>,
    help: Option<String>,
    /// The invocations that led to the instruction, innermost first.
    callers: Vec<InstructionInfo>,
    /// The instruction that failed; several if their code is equal and therefore one node of the program.
    instructions: Vec<InstructionInfo>,
    /// Report of the run before the failure.
    pub(crate) partial: Report,
}

impl Failure {
    /// Looks up the instruction in the debug information, and adds how the failure came about.
    pub(crate) fn new(error: ExecutionError, debug: Option<&DebugInfo>, diagnosis: Diagnosis) -> Self {
        let find = |site: FailureSite, debug: &DebugInfo| match (site.decorator, site.operation) {
            (Some(index), _) => debug.decorators(site.node, index).cloned().collect(),
            (None, index) => debug.instructions(site.node, index.unwrap_or(0)).cloned().collect(),
        };
        let instructions = error.site().zip(debug).map(|(site, debug)| find(site, debug));
        let Diagnosis { callers, instructions: traced, stack } = diagnosis;
        // Without a second run, all places with the code.
        let instructions: Vec<InstructionInfo> =
            if traced.is_empty() { instructions.unwrap_or_default() } else { traced };
        let form = instructions.first().and_then(|first| Some((first, diagnosis::form_of(first)?)));
        let message = form.as_ref().zip(stack.as_ref());
        let message =
            message.and_then(|((first, form), stack)| diagnosis::message(&error, first, form, stack));
        let help = diagnosis::help(&error, form.as_ref().map(|(_, form)| form));
        Self { error, message, help, callers, instructions, partial: Report::new() }
    }

    /// The message with the line of the source and the top of the stack.
    pub(crate) fn render(&self) -> String {
        self.render_as(Level::ERROR)
    }

    /// Like [`Self::render`], for a failure that is the expected result.
    pub(crate) fn render_finding(&self) -> String {
        self.render_as(Level::INFO.with_name("fault"))
    }

    /// Like [`Self::render`] under another title, with notes and help.
    pub(crate) fn render_in(&self, title: &str, notes: &[String], help: &str) -> String {
        let group = self.group(Level::ERROR, title);
        let group = notes.iter().fold(group, |group, note| group.element(Level::NOTE.message(note)));
        Renderer::styled().render(&[group.element(Level::HELP.message(help))])
    }

    /// Whether the instruction that failed is known.
    pub(crate) const fn has_place(&self) -> bool {
        !self.instructions.is_empty()
    }

    fn render_as(&self, level: Level<'_>) -> String {
        let title = self.to_string();
        Renderer::styled().render(&[self.group(level, &title)])
    }

    fn group<'a>(&'a self, level: Level<'a>, title: &'a str) -> Group<'a> {
        let title = level.primary_title(title);
        let mut group = match self.instructions.as_slice() {
            [] => Group::with_title(title),
            [instruction] => title.element(snippet(instruction)),
            [instruction, others @ ..] => {
                let places: Vec<_> = others.iter().map(place_of).collect();
                let text = format!("or at another place with the same code: {}", places.join(", "));
                title.element(snippet(instruction)).element(Level::NOTE.message(text))
            }
        };
        for caller in self.callers.iter().take(MAX_CALLERS) {
            group = group.element(Level::NOTE.message(call_of(caller)));
        }
        if let Some(others) = self.callers.len().checked_sub(MAX_CALLERS).filter(|others| *others > 0) {
            group = group.element(Level::NOTE.message(format!("called by {others} more")));
        }
        if let Some(site) = self.error.site() {
            if site.ctx > 0 {
                group = group.element(Level::NOTE.message(format!("in execution context {}", site.ctx)));
            }
            group = group.element(Level::NOTE.message(format!("stack, top first: {}", list(&site.stack))));
        }
        if let Some(note) = self.why_not_provable() {
            group = group.element(Level::NOTE.message(note));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        group
    }

    /// Why the failure cannot be proven; the messages of private limits say so themselves.
    fn why_not_provable(&self) -> Option<&'static str> {
        match &self.error {
            ExecutionError::Host { .. } | ExecutionError::AdviceInputs(_) => {
                Some("the host failed, not the program, so this cannot be proven")
            }
            ExecutionError::Fault { .. } if self.error.claim().is_none() => {
                Some("this failure cannot be proven")
            }
            _ => None,
        }
    }

    /// File, line and column of the instruction, with its procedure; `None` without debug information.
    pub(crate) fn location(&self) -> Option<String> {
        let instruction = self.instructions.first()?;
        let procedure = instruction.procedure().map(|procedure| format!(", in procedure `{procedure}`"));
        Some(place_of(instruction) + &procedure.unwrap_or_default())
    }

    /// The JSON object: a fault if it can be proven, otherwise an error.
    pub(crate) fn report(&self) -> Report {
        let report = match self.error.claim() {
            Some(claim) => Report::new().key("cycles", claim.clk).outcome(&Outcome::Fault(claim)),
            None => Report::new().key("outcome", "error").key("error", self.error.kind()),
        };
        self.details(report.keys_of(&self.partial))
    }

    /// Adds message, cycle, place, stack and error code to the JSON object.
    pub(crate) fn details(&self, report: Report) -> Report {
        let mut report = report.key("message", self.to_string());
        if let Some(site) = self.error.site() {
            let stack: Vec<_> = site.stack.iter().map(ToString::to_string).collect();
            report = report.key("clk", site.clk).key("context", site.ctx).key("stack", stack);
        }
        if let ExecutionError::Fault { code: Some(code), .. } = &self.error {
            let explanation = code.message.as_deref();
            report = report.key("error_code", code.code).optional_key("explanation", explanation);
        }
        if !self.callers.is_empty() {
            report = report.key("callers", self.callers.iter().map(caller_object).collect::<Vec<_>>());
        }
        report = report.optional_key("help", self.help.as_deref());
        match self.instructions.first() {
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

/// An invocation, its place, and the procedure that contains it.
fn call_of(caller: &InstructionInfo) -> String {
    let procedure = caller.procedure().map(|procedure| format!(", in procedure `{procedure}`"));
    format!("called by `{}` at {}{}", caller.text(), place_of(caller), procedure.unwrap_or_default())
}

fn caller_object(caller: &InstructionInfo) -> Value {
    let at = caller.location();
    json!({
        "file": caller.source().name(), "line": at.line, "column": at.column,
        "instruction": caller.text(), "procedure": caller.procedure(),
    })
}

/// File, line and column.
fn place_of(instruction: &InstructionInfo) -> String {
    format!("{}:{}", instruction.source().name(), instruction.location())
}

fn list(items: &[Felt]) -> String {
    let items: Vec<_> = items.iter().map(ToString::to_string).collect();
    format!("[{}]", items.join(", "))
}
