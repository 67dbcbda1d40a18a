use crate::{
    process::{Continuation, Point},
    state::SavedState,
};

use super::Chunks;

/// A saved state of a [`Stepper`](super::Stepper), without that of its host.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) state: SavedState,
    pub(super) continuations: Chunks<Continuation>,
    pub(super) point: Point,
}

impl Snapshot {
    /// The next cycle.
    pub const fn clk(&self) -> u64 {
        self.state.clk()
    }

    /// About the number of bytes of memory that it takes in addition to `other`, with which it may share parts.
    pub fn bytes_beyond(&self, other: Option<&Self>) -> usize {
        size_of::<Self>()
            + self.state.bytes_beyond(other.map(|other| &other.state))
            + self.continuations.bytes_beyond(other.map(|other| &other.continuations))
    }
}
