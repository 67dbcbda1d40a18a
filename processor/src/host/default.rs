use alloc::{boxed::Box, collections::BTreeMap, string::String};
use core::fmt;

use super::{AdviceError, EventError, Host, InMemoryAdvice, ProcessState};

/// Why a handler of an event gives up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandlerError {
    /// The advice refused what the handler asked for.
    #[error(transparent)]
    Advice(#[from] AdviceError),
    /// A reason of the handler's own.
    #[error("{0}")]
    Message(String),
}

impl From<String> for HandlerError {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for HandlerError {
    fn from(message: &str) -> Self {
        Self::Message(message.into())
    }
}

/// Answers an event: looks at the machine and changes the advice.
type Handler<'a> = Box<dyn FnMut(&dyn ProcessState, &mut InMemoryAdvice) -> Result<(), HandlerError> + 'a>;

/// Advice in memory, and handlers of events that the embedder registers.
pub struct DefaultHost<'a> {
    advice: InMemoryAdvice,
    handlers: BTreeMap<u32, Handler<'a>>,
}

impl<'a> DefaultHost<'a> {
    /// A host without handlers.
    pub const fn new(advice: InMemoryAdvice) -> Self {
        Self { advice, handlers: BTreeMap::new() }
    }

    /// Calls `handler` whenever the program emits the event; it takes the place of an earlier handler of the event.
    pub fn register(
        &mut self,
        event: u32,
        handler: impl FnMut(&dyn ProcessState, &mut InMemoryAdvice) -> Result<(), HandlerError> + 'a,
    ) {
        self.handlers.insert(event, Box::new(handler));
    }

    /// The advice as the execution has left it.
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
        let handler = self.handlers.get_mut(&event).ok_or(EventError::NoHandler { event })?;
        handler(state, &mut self.advice).map_err(|reason| EventError::HandlerFailed { event, reason })
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
