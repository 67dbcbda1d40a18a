/// Limits of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecorderOptions {
    /// About the largest number of bytes of all snapshots and recorded events. The state of the running program comes
    /// on top; [`ExecutionOptions`](miden_processor::ExecutionOptions) limits it.
    pub max_bytes: usize,
    /// Number of cycles between two snapshots at first. It doubles whenever the snapshots exceed the limit.
    pub interval: u64,
}

impl RecorderOptions {
    /// Sets the limit of memory.
    #[must_use]
    pub const fn with_max_bytes(self, max_bytes: usize) -> Self {
        Self { max_bytes, ..self }
    }

    /// Sets the first interval; at least 1.
    #[must_use]
    pub const fn with_interval(self, interval: u64) -> Self {
        Self { interval: if interval == 0 { 1 } else { interval }, ..self }
    }
}

impl Default for RecorderOptions {
    /// 256 MiB, a snapshot every 2^16 cycles.
    fn default() -> Self {
        Self { max_bytes: 256 << 20, interval: 1 << 16 }
    }
}
