/// Limits of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionOptions {
    /// Largest number of cycles.
    pub max_cycles: u64,
}

impl ExecutionOptions {
    /// The same options with another cycle limit.
    #[must_use]
    pub const fn with_max_cycles(mut self, max_cycles: u64) -> Self {
        self.max_cycles = max_cycles;
        self
    }
}

impl Default for ExecutionOptions {
    /// As many cycles as the longest trace has rows.
    fn default() -> Self {
        Self { max_cycles: 1 << miden_core::params::MAX_TRACE_LOG2 }
    }
}
