//! The outside of an execution: advice and events.

mod default;
mod errors;
mod in_memory;
mod inject;
mod interface;
mod merkle;
mod oracle;
mod source;
#[cfg(test)]
mod tests;
mod trie;

pub use default::DefaultHost;
pub use errors::{AdviceError, EventError, HandlerError, HostError};
pub use in_memory::{InMemoryAdvice, SavedAdvice};
pub use inject::inject;
pub use interface::{AdviceProvider, DebugSite, Host, ProcessState};
pub(crate) use oracle::{HostAnswers, HostOracle, Oracle, RecordingOracle, ReplayOracle};
pub use source::HostSource;
pub use trie::answer_trie_event;
