use std::{collections::VecDeque, fmt::Write};

use miden_core::{Felt, Word, program::DebugCommand};
use miden_processor::{Cycle, DebugSite, InMemoryAdvice, ProcessState};

/// The output of a debug command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// The cycle that was next.
    pub clk: u64,
    /// The place of the command in the program.
    pub site: DebugSite,
    /// The output, one or several lines.
    pub text: String,
}

/// Number of bytes of output that are kept.
const KEPT_BYTES: usize = 1 << 20;

/// Largest number of bytes of an output that is recorded.
pub(super) const MAX_TEXT: usize = 1 << 16;

/// The outputs of an execution: a range of all of them, each of which is kept once however often it is replayed.
#[derive(Debug, Default)]
pub(super) struct OutputLog {
    kept: VecDeque<Output>,
    /// Number of the first output that is kept.
    first: usize,
    bytes: usize,
    /// Number of outputs before the current cycle.
    pub(super) passed: usize,
}

impl OutputLog {
    /// Records the next output; `text` is asked only if it is not there yet.
    pub(super) fn pass(&mut self, clk: u64, site: DebugSite, text: impl FnOnce() -> Option<String>) {
        let end = self.first + self.kept.len();
        if !(self.first..end).contains(&self.passed) {
            let text = text().unwrap_or_default();
            if self.passed != end {
                // A replay from before the range, or from after it: another range starts.
                (self.kept, self.bytes, self.first) = (VecDeque::new(), 0, self.passed);
            }
            self.bytes += text.len() + size_of::<Output>();
            self.kept.push_back(Output { clk, site, text });
            while self.bytes > KEPT_BYTES
                && let Some(dropped) = self.kept.pop_front()
            {
                self.bytes -= dropped.text.len() + size_of::<Output>();
                self.first += 1;
            }
        }
        self.passed += 1;
    }

    /// The outputs from a number on that are before the current cycle and still kept, with their numbers.
    pub(super) fn since(&self, number: usize) -> impl Iterator<Item = (usize, &Output)> {
        let numbered = (self.first..self.passed).zip(&self.kept);
        numbered.skip_while(move |(own, _)| *own < number)
    }
}

/// Whether a debug command has output.
pub(super) const fn has_output(command: &DebugCommand) -> bool {
    !matches!(command, DebugCommand::Breakpoint)
}

/// The state before a cycle, for debug commands.
pub(super) struct CycleState<'a>(pub(super) Cycle<'a>);

impl ProcessState for CycleState<'_> {
    fn clk(&self) -> u64 {
        self.0.clk
    }

    fn ctx(&self) -> u64 {
        self.0.ctx
    }

    fn fmp(&self) -> Felt {
        self.0.fmp
    }

    fn depth(&self) -> usize {
        self.0.stack.depth()
    }

    fn item(&self, position: usize) -> Felt {
        self.0.stack.get(position).unwrap_or_default()
    }

    fn memory(&self, ctx: u64, address: u32) -> Word {
        self.0.memory.word(ctx, address)
    }

    fn written_memory(&self, ctx: u64) -> Vec<(u32, Word)> {
        self.0.memory.words(ctx).collect()
    }
}

/// The output of a debug command, as the debugger records it.
pub(super) fn record(
    command: &DebugCommand,
    state: &dyn ProcessState,
    tape: &mut dyn Iterator<Item = Felt>,
) -> Option<String> {
    render(command, state, tape, MAX_TEXT)
}

/// The output of a debug command: a heading with the cycle, and the values. It ends early, with an ellipsis, once it has
/// `max_bytes` bytes. `None` for a command without output, such as `breakpoint`.
pub fn output_text(
    command: &DebugCommand,
    state: &dyn ProcessState,
    advice: &InMemoryAdvice,
    max_bytes: usize,
) -> Option<String> {
    render(command, state, &mut advice.tape(), max_bytes)
}

fn render(
    command: &DebugCommand,
    state: &dyn ProcessState,
    tape: &mut dyn Iterator<Item = Felt>,
    max_bytes: usize,
) -> Option<String> {
    let clk = state.clk();
    let at = match state.ctx() {
        0 => format!("cycle {clk}"),
        context => format!("cycle {clk}, context {context}"),
    };
    let mut text = Text { text: String::new(), max_bytes };
    match command {
        DebugCommand::Stack { count } => {
            let depth = state.depth();
            let count = count.map_or(depth, |count| depth.min(usize::try_from(count).unwrap_or(usize::MAX)));
            text.add("stack, top first: ");
            text.list((0..count).map(|position| state.item(position)));
            text.add(&format!(" ({at})"));
        }
        DebugCommand::Memory { range } => {
            let words = match range {
                // A single word is shown even if it was never written.
                Some((first, last)) if first == last => {
                    vec![(*first, state.memory(state.ctx(), *first))]
                }
                _ => state.written_memory(state.ctx()),
            };
            let within = |address: u32| range.is_none_or(|(first, last)| (first..=last).contains(&address));
            let words = words.into_iter().filter(|(address, _)| within(*address));
            text.lines(&format!("memory ({at})"), words.map(|(address, word)| (address.to_string(), word)));
        }
        DebugCommand::Locals { count, first, last } => {
            let local = |number: u16| {
                // Local `i` of `n` is at `fmp − (n − 1) + i`.
                let address = state.fmp() + Felt::from(number) - Felt::from(count.saturating_sub(1));
                let address = u32::try_from(address.as_int()).unwrap_or(u32::MAX);
                (format!("local {number}"), state.memory(state.ctx(), address))
            };
            text.lines(&format!("locals ({at})"), (*first..=*last).map(local));
        }
        DebugCommand::AdviceStack { count } => {
            let count = count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
            text.add("advice tape, next first: ");
            text.list(tape.take(count));
            text.add(&format!(" ({at})"));
        }
        DebugCommand::Print(message) => {
            text.add(message);
            text.add(&format!(" ({at})"));
        }
        _ => return None,
    }
    Some(text.text)
}

/// A text of bounded length.
struct Text {
    text: String,
    max_bytes: usize,
}

impl Text {
    fn is_full(&self) -> bool {
        self.text.len() >= self.max_bytes
    }

    fn add(&mut self, text: &str) {
        let left = self.max_bytes.saturating_sub(self.text.len());
        self.text.push_str(text.get(..text.floor_char_boundary(left)).unwrap_or_default());
    }

    fn list(&mut self, values: impl Iterator<Item = Felt>) {
        let mut separator = "[";
        for value in values {
            if self.is_full() {
                self.text.push_str(", …]");
                return;
            }
            let _ = write!(self.text, "{separator}{value}");
            separator = ", ";
        }
        self.text.push_str(if separator == "[" { "[]" } else { "]" });
    }

    /// A heading, then a line for each word.
    fn lines(&mut self, heading: &str, words: impl Iterator<Item = (String, Word)>) {
        self.add(heading);
        let mut is_empty = true;
        for (name, word) in words {
            is_empty = false;
            if self.is_full() {
                self.text.push_str("\n    …");
                break;
            }
            let _ = write!(self.text, "\n    {name}: ");
            self.list(word.into_iter());
        }
        if is_empty {
            self.text.push_str(": nothing has been written");
        }
    }
}
