//! Output of debug commands, on standard error.

use std::fmt::Write;

use miden_assembly::DebugInfo;
use miden_core::{Felt, ProgramInputs, Word, program::DebugCommand};
use miden_processor::{
    DebugSite, DefaultHost, EventError, Execution, ExecutionError, ExecutionOptions, Executor, Host,
    InMemoryAdvice, ProcessState,
};

use crate::{messages, program::Loaded};

/// Executes a program, and shows what its debug commands ask for.
pub(crate) fn execute(
    loaded: &Loaded,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<Execution, ExecutionError> {
    let advice = InMemoryAdvice::new(inputs.advice.clone(), options.max_advice);
    let host = DefaultHost::new(advice.map_err(ExecutionError::AdviceInputs)?);
    let executor = Executor::new(&loaded.program).with_stack(inputs.stack.clone());
    executor.with_host(Shown::new(host, loaded.debug.as_ref())).with_options(*options).execute()
}

/// A host that also shows what debug commands ask for.
#[derive(Debug)]
pub(crate) struct Shown<'a, H> {
    host: H,
    debug: Option<&'a DebugInfo>,
}

impl<'a, H> Shown<'a, H> {
    /// Adds the output to a host.
    pub(crate) const fn new(host: H, debug: Option<&'a DebugInfo>) -> Self {
        Self { host, debug }
    }
}

impl<H: Host<Advice = InMemoryAdvice>> Host for Shown<'_, H> {
    type Advice = InMemoryAdvice;

    #[inline]
    fn advice(&mut self) -> &mut InMemoryAdvice {
        self.host.advice()
    }

    fn on_event(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), EventError> {
        self.host.on_event(event, state)
    }

    fn on_debug(&mut self, site: DebugSite, command: &DebugCommand, state: &dyn ProcessState) {
        if let Some(text) = text(command, state, self.host.advice()) {
            messages::print(format!("{}{text}", place(self.debug, site)));
        }
    }
}

/// File, line and column of a command; empty without debug information.
fn place(debug: Option<&DebugInfo>, site: DebugSite) -> String {
    let command = debug.and_then(|debug| debug.decorator(site.node, site.decorator));
    command
        .map_or_else(String::new, |command| format!("{}:{}: ", command.source().name(), command.location()))
}

/// The output of a command; `None` if it has none.
pub(crate) fn text(
    command: &DebugCommand,
    state: &dyn ProcessState,
    advice: &InMemoryAdvice,
) -> Option<String> {
    let clk = state.clk();
    let at = if state.ctx() == 0 {
        format!("cycle {clk}")
    } else {
        format!("cycle {clk}, context {}", state.ctx())
    };
    Some(match command {
        DebugCommand::Stack { count } => {
            let depth = state.depth();
            let count = count.map_or(depth, |count| depth.min(usize::try_from(count).unwrap_or(usize::MAX)));
            format!("stack, top first: {} ({at})", list((0..count).map(|position| state.item(position))))
        }
        DebugCommand::Memory { range } => {
            let words = state.written_memory(state.ctx());
            let within = |address: u32| range.is_none_or(|(first, last)| (first..=last).contains(&address));
            let mut words: Vec<_> = words.into_iter().filter(|(address, _)| within(*address)).collect();
            // A single word is shown even if it was never written.
            if let Some((first, last)) = range
                && first == last
            {
                words = vec![(*first, state.memory(state.ctx(), *first))];
            }
            let words = words.into_iter().map(|(address, word)| (address.to_string(), word));
            lines(format!("memory ({at})"), words)
        }
        DebugCommand::Locals { count, first, last } => {
            let local = |number: u16| {
                // Local `i` of `n` is at `fmp − (n − 1) + i`.
                let address = state.fmp() + Felt::from(number) - Felt::from(count.saturating_sub(1));
                let address = u32::try_from(address.as_int()).unwrap_or(u32::MAX);
                (format!("local {number}"), state.memory(state.ctx(), address))
            };
            lines(format!("locals ({at})"), (*first..=*last).map(local))
        }
        DebugCommand::AdviceStack { count } => {
            let count = count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
            format!("advice tape, next first: {} ({at})", list(advice.tape().take(count)))
        }
        DebugCommand::Print(text) => format!("{text} ({at})"),
        _ => return None,
    })
}

fn list(values: impl Iterator<Item = Felt>) -> String {
    format!("[{}]", values.map(|value| value.to_string()).collect::<Vec<_>>().join(", "))
}

/// A heading, then a line for each word.
fn lines(heading: String, words: impl Iterator<Item = (String, Word)>) -> String {
    let mut text = heading;
    let mut is_empty = true;
    for (name, word) in words {
        let _ = write!(text, "\n    {name}: {}", list(word.into_iter()));
        is_empty = false;
    }
    if is_empty {
        text.push_str(": nothing has been written");
    }
    text
}
