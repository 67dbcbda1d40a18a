//! Output of debug commands, on standard error.

use miden_assembly::DebugInfo;
use miden_core::{ProgramInputs, program::DebugCommand};
use miden_debug::output_text;
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
        if let Some(text) = output_text(command, state, self.host.advice(), usize::MAX) {
            messages::print(format!("{}{text}", place(self.debug, site)));
        }
    }
}

/// File, line and column of a command, with a colon after them; empty without debug information.
pub(crate) fn place(debug: Option<&DebugInfo>, site: DebugSite) -> String {
    let command = debug.and_then(|debug| debug.decorator(site.node, site.decorator));
    command
        .map_or_else(String::new, |command| format!("{}:{}: ", command.source().name(), command.location()))
}
