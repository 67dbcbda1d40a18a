//! Reasons why a test does not pass.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use miden_core::Felt;

use super::Test;
use crate::failure::Failure;

/// Why a case of a test does not pass.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    /// The initial stack, the last item on top, if it has random items.
    pub(crate) random: Option<Vec<Felt>>,
}

/// What is not as stated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProblemKind {
    #[error("the stack is {}, not {}", list(got), list(expected))]
    Stack {
        /// As many items from the top as were expected, or all up to the last one that is not zero.
        got: Vec<Felt>,
        expected: Vec<Felt>,
    },
    #[error("it takes {cycles} cycles, more than {max}")]
    Cycles { cycles: u64, max: u64 },
    #[error("it ends, but should fail with {expected}; the stack is {}", list(stack))]
    NoFailure { expected: String, stack: Vec<Felt> },
    #[error("it fails, but not with {expected}: {failure}")]
    OtherFailure { expected: String, failure: Box<Failure> },
    #[error("{0}")]
    Failure(Box<Failure>),
    #[error("it passes, but has no proof: {0}")]
    NotProven(String),
}

impl Problem {
    /// The message with the place in the source, the difference and a command that repeats the case.
    pub(crate) fn render(&self, test: &Test, command: &str) -> String {
        let title = format!("{} fails: {}", test.name, self.kind);
        let mut notes = self.differences();
        if let Some(stack) = &self.random {
            notes.push(format!("initial stack, last item on top: {}", list(stack)));
        }
        let failure = match &self.kind {
            ProblemKind::Failure(failure) | ProblemKind::OtherFailure { failure, .. } => Some(failure),
            _ => None,
        };
        let help = format!("repeat it with `{command}`");
        if let Some(failure) = failure.filter(|failure| failure.has_place()) {
            return failure.render_in(&title, &notes, &help);
        }
        let place = AnnotationKind::Primary.span(test.span.range()).label("this case");
        let snippet = Snippet::source(test.source.text()).path(test.source.name()).annotation(place);
        let group: Group<'_> = Level::ERROR.primary_title(title).element(snippet);
        let group = notes.into_iter().fold(group, |group, note| group.element(Level::NOTE.message(note)));
        Renderer::styled().render(&[group.element(Level::HELP.message(help))])
    }

    /// The items of the stack that differ, if there are others.
    fn differences(&self) -> Vec<String> {
        /// Number of items that are listed.
        const SHOWN: usize = 4;
        let ProblemKind::Stack { got, expected } = &self.kind else { return Vec::new() };
        let item = |items: &[Felt], position: usize| items.get(position).copied().unwrap_or_default();
        let len = got.len().max(expected.len());
        let differ = (0..len).filter(|&position| item(got, position) != item(expected, position));
        let lines: Vec<_> = differ
            .map(|position| {
                let (got, expected) = (item(got, position), item(expected, position));
                format!("item {position} from the top is {got}, not {expected}")
            })
            .collect();
        if len == 1 {
            return Vec::new();
        }
        let hidden = lines.len().saturating_sub(SHOWN);
        let more = (hidden > 0).then(|| format!("and {hidden} more items differ"));
        lines.into_iter().take(SHOWN).chain(more).collect()
    }
}

/// Items in brackets.
pub(super) fn list(items: &[Felt]) -> String {
    let items: Vec<_> = items.iter().map(ToString::to_string).collect();
    format!("[{}]", items.join(", "))
}
