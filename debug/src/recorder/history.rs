use miden_processor::Snapshot;

use super::events::SavedHost;
use crate::place::SavedWalk;

/// The state of a recording before a cycle.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) machine: Snapshot,
    pub(super) host: SavedHost,
    pub(super) walk: SavedWalk,
}

impl Moment {
    pub(super) const fn clk(&self) -> u64 {
        self.machine.clk()
    }

    fn bytes_beyond(&self, other: Option<&Self>) -> usize {
        self.machine.bytes_beyond(other.map(|other| &other.machine))
            + self.host.bytes_beyond(other.map(|other| &other.host))
            + self.walk.bytes()
    }
}

/// Snapshots in ascending order. The first one is always kept.
#[derive(Debug)]
pub(super) struct History {
    moments: Vec<Moment>,
    bytes: usize,
    interval: u64,
    /// Number of bytes of the last snapshot, parts that it shares included.
    last_bytes: usize,
    max_bytes: usize,
}

/// A snapshot compares this many bytes of the state per cycle of its interval at most, so that snapshots of a large
/// state do not take longer than the execution.
const BYTES_PER_CYCLE: u64 = 64;

impl History {
    pub(super) fn new(first: Moment, interval: u64, max_bytes: usize) -> Self {
        let bytes = first.bytes_beyond(None);
        Self { moments: vec![first], bytes, interval: interval.max(1), last_bytes: bytes, max_bytes }
    }

    /// The earliest cycle that can be returned to.
    pub(super) fn earliest(&self) -> u64 {
        self.moments.first().map_or(0, Moment::clk)
    }

    /// The last snapshot at or before a cycle.
    pub(super) fn at(&self, clk: u64) -> Option<&Moment> {
        let after = self.moments.partition_point(|moment| moment.clk() <= clk);
        self.moments.get(after.checked_sub(1)?)
    }

    pub(super) fn last(&self) -> Option<&Moment> {
        self.moments.last()
    }

    /// The cycle of the next snapshot.
    pub(super) fn next(&self) -> u64 {
        let interval = self.interval.max(self.last_bytes as u64 / BYTES_PER_CYCLE);
        self.last().map_or(0, |last| last.clk().saturating_add(interval))
    }

    /// Adds a snapshot that is later than all others; `others` is the memory that other parts of the recording take.
    pub(super) fn push(&mut self, moment: Moment, others: usize) {
        self.bytes += moment.bytes_beyond(self.last());
        self.last_bytes = moment.bytes_beyond(None);
        self.moments.push(moment);
        while self.bytes + others > self.max_bytes && self.moments.len() > 1 {
            self.thin();
        }
    }

    /// Removes every second snapshot, and doubles the interval.
    fn thin(&mut self) {
        let mut number = 0;
        self.moments.retain(|_| {
            number += 1;
            number % 2 == 1
        });
        self.interval = self.interval.saturating_mul(2);
        let mut before = None;
        self.bytes = 0;
        for moment in &self.moments {
            self.bytes += moment.bytes_beyond(before);
            before = Some(moment);
        }
    }

    /// Keeps a snapshot only: there is no return to what was before it.
    pub(super) fn forget_before(&mut self, moment: Moment) {
        self.bytes = moment.bytes_beyond(None);
        self.moments = vec![moment];
    }

    /// Number of bytes of the whole state when the last snapshot was taken.
    pub(super) const fn state_bytes(&self) -> usize {
        self.last_bytes
    }

    /// Number of bytes of the snapshots.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }
}
