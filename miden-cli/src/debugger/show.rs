//! The state as lines of text.

use miden_assembly::InstructionInfo;
use miden_core::{Felt, Node, Word};
use miden_debug::{Breakpoint, Output, Stop, Target};
use miden_processor::Step;

use super::session::Session;
use crate::debug_output;

/// Number of source lines around the current one.
const AROUND: usize = 3;

impl Session {
    /// Why the program has stopped.
    pub(super) fn reason(&self) -> String {
        let recorder = self.debugger.recorder();
        match self.stop {
            Stop::Step => String::new(),
            Stop::Start => "at the start".into(),
            Stop::Interrupted => "interrupted".into(),
            Stop::Breakpoint(id) => match self.breakpoint(id) {
                Some(Breakpoint { target: Target::Fault, .. }) => self.fault(),
                Some(breakpoint) => format!("breakpoint {breakpoint}"),
                None => String::new(),
            },
            Stop::Command => "at `breakpoint`".into(),
            Stop::Fault => self.fault(),
            Stop::End => {
                let cycles = recorder.end().unwrap_or_default();
                format!("the program has ended after {cycles} cycles")
            }
        }
    }

    fn breakpoint(&self, id: u32) -> Option<&Breakpoint> {
        self.debugger.breakpoints().iter().find(|breakpoint| breakpoint.id == id)
    }

    fn fault(&self) -> String {
        self.failure().map_or_else(String::new, |error| format!("fails: {error}"))
    }

    /// Cycle, context, procedure and place, on one line.
    pub(super) fn position(&self) -> String {
        let cycle = self.debugger.recorder().cycle();
        let context = if cycle.ctx == 0 { String::new() } else { format!(", context {}", cycle.ctx) };
        format!("cycle {}{context}{}", cycle.clk, self.place_text())
    }

    fn place_text(&self) -> String {
        let frames = self.debugger.frames();
        let Some(frame) = frames.first() else { return String::new() };
        match &frame.instruction {
            Some(instruction) => {
                format!(", in {}, {}: {}", frame.name(), place(instruction), one_line(instruction.text()))
            }
            None => self.operation().map_or_else(String::new, |operation| format!(", {operation}")),
        }
    }

    /// The next operation or node.
    pub(super) fn operation(&self) -> Option<String> {
        let recorder = self.debugger.recorder();
        if matches!(recorder.result(), Some(Ok(_))) {
            return None;
        }
        let cycle = recorder.cycle();
        Some(match (cycle.step, recorder.program().node(cycle.node).node()) {
            (Step::Operation { index }, Node::Block(block)) => block.operations().get(index)?.to_string(),
            (Step::Return, _) => "return".into(),
            (_, node) => node.opcode().to_string(),
        })
    }

    /// The source around the current line.
    pub(super) fn excerpt(&self) -> Vec<String> {
        let Some((source, current)) = self.place() else { return Vec::new() };
        let lines = source.text().lines().enumerate().map(|(index, line)| (index + 1, line));
        let near = lines.skip(current.saturating_sub(AROUND + 1)).take(2 * AROUND + 1);
        near.map(|(line, text)| format!("{}{line:>5} | {text}", if line == current { '>' } else { ' ' }))
            .map(|line| line.trim_end().to_owned())
            .collect()
    }

    /// The topmost items of the stack, with their number.
    pub(super) fn stack(&self, count: usize) -> String {
        let stack = self.debugger.recorder().cycle().stack;
        let depth = stack.depth();
        let items: Vec<_> = (0..count.min(depth)).filter_map(|position| stack.get(position)).collect();
        format!("stack ({depth} items, top first): {}", list(&items))
    }

    /// Words of memory from an address on, or all written words of the context.
    pub(super) fn memory(&self, from: Option<(u32, u32)>) -> Vec<String> {
        let (memory, ctx) = (self.debugger.recorder().cycle().memory, self.debugger.context_of(self.frame));
        match from {
            Some((address, count)) => {
                let addresses = (0..count).map_while(|offset| address.checked_add(offset));
                addresses.map(|address| word_line(address, memory.word(ctx, address))).collect()
            }
            None => {
                let written = memory.words(ctx).map(|(address, word)| word_line(address, word));
                let lines: Vec<_> = written.take(MAX_WORDS + 1).collect();
                match lines.len() {
                    0 => vec![format!("no word of context {ctx} has been written")],
                    len if len > MAX_WORDS => {
                        let mut lines = lines;
                        lines.truncate(MAX_WORDS);
                        lines.push("…; `mem ADDRESS COUNT` shows others".into());
                        lines
                    }
                    _ => lines,
                }
            }
        }
    }

    /// The locals of the procedure.
    pub(super) fn locals(&self) -> Vec<String> {
        let locals = self.debugger.locals_of(self.frame);
        if locals.is_empty() {
            return vec!["no locals here".into()];
        }
        let line = |local: &miden_debug::Local| {
            let name = local.name.clone().unwrap_or_else(|| format!("local {}", local.index));
            format!("{name} = {} (address {})", list(&local.word), local.address)
        };
        locals.iter().map(line).collect()
    }

    /// The tape, and how much else there is.
    pub(super) fn advice(&mut self, count: usize) -> Vec<String> {
        let advice = self.debugger.advice();
        let left = advice.tape().len();
        let tape: Vec<_> = advice.tape().take(count).collect();
        let more = if left > count { ", …" } else { "" };
        vec![
            format!("tape ({}, next first): {}{more}", quantity(left, "value"), list(&tape)),
            format!(
                "map: {}; Merkle trees: {}",
                quantity(advice.map().len(), "list"),
                quantity(advice.merkle_store().len(), "node")
            ),
        ]
    }

    /// The chain of callers, innermost first.
    pub(super) fn callers(&self) -> Vec<String> {
        let frames = self.debugger.frames();
        let line = |(number, frame): (usize, &miden_debug::Frame)| {
            let place = frame.instruction.as_ref().map_or_else(String::new, |instruction| {
                format!(", {}: {}{}", place(instruction), one_line(instruction.text()), others(frame))
            });
            let mark = if number == self.frame && number > 0 { " (selected)" } else { "" };
            format!("#{number} {}{place}{mark}", frame.name())
        };
        frames.iter().enumerate().map(line).collect()
    }

    /// The outputs of debug commands from a number on, each with its number and place.
    pub(super) fn outputs(&mut self, from: usize) -> Vec<(usize, String)> {
        let outputs = self.debugger.outputs(from);
        let debug = self.debugger.recorder().debug().map(|debug| &**debug);
        let line = |(number, output): (usize, Output)| {
            (number, format!("{}{}", debug_output::place(debug, output.site), output.text))
        };
        let mut lines: Vec<_> = outputs.into_iter().map(line).collect();
        let first = lines.first().map_or(self.num_outputs(), |(number, _)| *number);
        if first > from {
            lines.insert(0, (from, format!("… {} outputs are not kept", first - from)));
        }
        lines
    }

    /// The breakpoints.
    pub(super) fn breakpoints(&self) -> Vec<String> {
        match self.debugger.breakpoints() {
            [] => vec!["no breakpoints".into()],
            breakpoints => breakpoints.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Number of words of memory that are shown at once.
const MAX_WORDS: usize = 64;

/// File, line and column of an instruction.
pub(super) fn place(instruction: &InstructionInfo) -> String {
    format!("{}:{}", instruction.source().name(), instruction.location())
}

/// The text with single blanks; instructions never span lines, but headers may.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number of things, such as `1 value` or `2 values`.
fn quantity(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// Values with blanks between them.
pub(super) fn list(values: &[Felt]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn word_line(address: u32, word: Word) -> String {
    format!("{address}: {}", list(&word))
}

/// The lines that the current instruction of a frame may be in as well.
fn others(frame: &miden_debug::Frame) -> String {
    let mut lines: Vec<_> = frame.others.iter().map(|other| other.location().line).collect();
    lines.sort_unstable();
    lines.dedup();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!(", or line {line} with the same code"),
        lines => {
            let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
            format!(", or lines {} with the same code", lines.join(", "))
        }
    }
}
