//! What an execution gets from outside: advice and events.

mod advice;
mod default;
mod errors;
mod in_memory;
mod inject;
mod oracle;
mod state;
#[cfg(test)]
mod tests;

pub use advice::AdviceProvider;
pub use default::{DefaultHost, HandlerError};
pub use errors::{AdviceError, EventError, HostError};
pub use in_memory::InMemoryAdvice;
pub use inject::inject;
pub(crate) use oracle::{Answers, Live, Oracle, Recording, Replay};
pub use state::ProcessState;

/// The surroundings of a running program: they give advice and handle events.
///
/// Nothing that a host does can make a false statement provable: the program checks what it is given.
pub trait Host {
    /// Where advice comes from.
    type Advice: AdviceProvider;

    /// The advice.
    fn advice(&mut self) -> &mut Self::Advice;

    /// Handles an event that the program has signalled.
    ///
    /// # Errors
    /// If the event is unknown or could not be handled; the execution ends then.
    fn on_event(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), EventError>;
}
