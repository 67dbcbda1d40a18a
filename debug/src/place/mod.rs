//! The place in the source of each cycle: the instruction, and the invocations that led to it.

mod chain;
mod locals;
mod moment;
mod parts;
mod walk;

pub(crate) use locals::Locals;
pub use moment::{Frame, Moment};
pub(crate) use walk::{Command, SavedWalk, Walk};
