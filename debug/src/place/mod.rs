//! The place in the source of each cycle: the instruction, and the invocations that led to it.

mod chain;
mod commands;
mod edges;
mod locals;
mod moment;
mod parts;
mod placing;
mod walk;

pub(crate) use chain::Link;
pub(crate) use commands::Command;
pub(crate) use locals::Locals;
pub use moment::{Frame, Moment};
pub(crate) use walk::{SavedWalk, Walk};
