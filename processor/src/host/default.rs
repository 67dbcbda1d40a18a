use alloc::{boxed::Box, collections::BTreeMap};
use core::fmt;

use super::{EventError, HandlerError, Host, InMemoryAdvice, ProcessState, answer_trie_event};

/// An event handler: reads the state of the machine and changes the advice.
type Handler<'a> = Box<dyn FnMut(&dyn ProcessState, &mut InMemoryAdvice) -> Result<(), HandlerError> + 'a>;

/// A host with advice in memory and event handlers that you register.
///
/// It answers the events of `std::collections::trie` itself, unless you register others for them.
pub struct DefaultHost<'a> {
    advice: InMemoryAdvice,
    handlers: BTreeMap<u32, Handler<'a>>,
}

impl<'a> DefaultHost<'a> {
    /// A host without handlers.
    pub const fn new(advice: InMemoryAdvice) -> Self {
        Self { advice, handlers: BTreeMap::new() }
    }

    /// Calls `handler` whenever the program emits the event; replaces an earlier handler of that event.
    pub fn register(
        &mut self,
        event: u32,
        handler: impl FnMut(&dyn ProcessState, &mut InMemoryAdvice) -> Result<(), HandlerError> + 'a,
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
