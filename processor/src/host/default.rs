use alloc::{boxed::Box, collections::BTreeMap};
use core::fmt;

use miden_core::program::DebugCommand;

use super::{DebugSite, EventError, HandlerError, Host, InMemoryAdvice, ProcessState, answer_trie_event};

/// An event handler: reads the state of the machine and changes the advice.
type Handler<'a> =
    Box<dyn FnMut(&dyn ProcessState, &mut InMemoryAdvice) -> Result<(), HandlerError> + Send + 'a>;

/// A handler of debug commands: reads the state of the machine and the advice.
type DebugHandler<'a> =
    Box<dyn FnMut(DebugSite, &DebugCommand, &dyn ProcessState, &InMemoryAdvice) + Send + 'a>;

/// A host with advice in memory and event handlers that you register.
///
/// It answers the events of `std::collections::trie` itself, unless you register others for them.
pub struct DefaultHost<'a> {
    advice: InMemoryAdvice,
    handlers: BTreeMap<u32, Handler<'a>>,
    debug: Option<DebugHandler<'a>>,
}

impl<'a> DefaultHost<'a> {
    /// A host without handlers.
    pub const fn new(advice: InMemoryAdvice) -> Self {
        Self { advice, handlers: BTreeMap::new(), debug: None }
    }

    /// Calls `handler` for each debug command of a program that was assembled for debugging; replaces an earlier
    /// handler.
    pub fn handle_debug(
        &mut self,
        handler: impl FnMut(DebugSite, &DebugCommand, &dyn ProcessState, &InMemoryAdvice) + Send + 'a,
    ) {
        self.debug = Some(Box::new(handler));
    }

    /// Calls `handler` whenever the program emits the event; replaces an earlier handler of that event.
    pub fn register(
        &mut self,
        event: u32,
        handler: impl FnMut(&dyn ProcessState, &mut InMemoryAdvice) -> Result<(), HandlerError> + Send + 'a,
    ) {
        self.handlers.insert(event, Box::new(handler));
    }

    /// The advice after the execution.
    pub fn into_advice(self) -> InMemoryAdvice {
        self.advice
    }
}

impl Host for DefaultHost<'_> {
    type Advice = InMemoryAdvice;

    #[inline]
    fn advice(&mut self) -> &mut InMemoryAdvice {
        &mut self.advice
    }

    fn on_event(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), EventError> {
        let handled = match self.handlers.get_mut(&event) {
            Some(handler) => handler(state, &mut self.advice).map(|()| true),
            None => answer_trie_event(event, state, &mut self.advice).map_err(HandlerError::from),
        };
        match handled {
            Ok(true) => Ok(()),
            Ok(false) => Err(EventError::NoHandler { event }),
            Err(reason) => Err(EventError::HandlerFailed { event, reason }),
        }
    }

    fn on_debug(&mut self, site: DebugSite, command: &DebugCommand, state: &dyn ProcessState) {
        if let Some(handler) = &mut self.debug {
            handler(site, command, state, &self.advice);
        }
    }
}

impl fmt::Debug for DefaultHost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = self.handlers.keys();
        f.debug_struct("DefaultHost")
            .field("advice", &self.advice)
            .field("events", &events)
            .finish_non_exhaustive()
    }
}
