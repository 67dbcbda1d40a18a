//! The place in the source of each cycle: the instruction, and the invocations that led to it.

mod chain;
mod moment;
mod parts;
mod walk;

pub use moment::{Frame, Moment};
pub(crate) use walk::{SavedWalk, Walk};
