/// Limits of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct ExecutionOptions {
    /// Largest number of cycles.
    pub max_cycles: u64,
    /// A cycle limit that is part of the statement: exceeding it can be proven.
    pub cycle_limit: Option<u64>,
    /// Largest number of memory words in all contexts that have not returned; memory is allocated, and counted, in pages
    /// of 16 words.
    pub max_memory_words: usize,
    /// Largest number of stack items in all contexts; checked at each node, so a block may exceed it temporarily.
    pub max_stack_depth: usize,
    /// Largest number of elements of advice, see [`InMemoryAdvice`](crate::InMemoryAdvice). Other hosts have limits of
    /// their own.
    pub max_advice: usize,
    /// Largest number of rows of a recorded trace; exceeding it is noticed before the panels are allocated, or before
    /// those of the chiplets are.
    pub max_trace_rows: usize,
    /// Least number of rows of a recorded trace, rounded up to a power of two. The length of a trace is public; with a
    /// minimum, it tells less about the length of the run.
    pub min_trace_rows: usize,
    /// Rows at the end of a trace that its recording leaves to the prover: the trace is that much shorter than a power of
    /// two, with room for them. They count as rows of the trace.
    pub reserved_rows: usize,
}

impl ExecutionOptions {
    /// Sets the cycle limit.
    #[must_use]
    pub const fn with_max_cycles(mut self, max_cycles: u64) -> Self {
        self.max_cycles = max_cycles;
        self
    }

    /// Sets or removes the cycle limit that is part of the statement.
    #[must_use]
    pub const fn with_cycle_limit(mut self, cycle_limit: Option<u64>) -> Self {
        self.cycle_limit = cycle_limit;
        self
    }

    /// Sets the limit of the memory.
    #[must_use]
    pub const fn with_max_memory_words(mut self, max_memory_words: usize) -> Self {
        self.max_memory_words = max_memory_words;
        self
    }

    /// Sets the limit of the stack.
    #[must_use]
    pub const fn with_max_stack_depth(mut self, max_stack_depth: usize) -> Self {
        self.max_stack_depth = max_stack_depth;
        self
    }

    /// Sets the limit of the advice.
    #[must_use]
    pub const fn with_max_advice(mut self, max_advice: usize) -> Self {
        self.max_advice = max_advice;
        self
    }

    /// Sets the limit of the trace.
    #[must_use]
    pub const fn with_max_trace_rows(mut self, max_trace_rows: usize) -> Self {
        self.max_trace_rows = max_trace_rows;
        self
    }

    /// Sets the least number of rows of a recorded trace.
    #[must_use]
    pub const fn with_min_trace_rows(mut self, min_trace_rows: usize) -> Self {
        self.min_trace_rows = min_trace_rows;
        self
    }

    /// Sets the number of rows that are left to the prover.
    #[must_use]
    pub const fn with_reserved_rows(mut self, reserved_rows: usize) -> Self {
        self.reserved_rows = reserved_rows;
        self
    }
}

impl Default for ExecutionOptions {
    /// As many cycles as the longest trace has rows, no public limit, 2^26 memory words (2 GiB), 2^26 stack items and
    /// 2^26 elements of advice (512 MiB each), the longest trace that a proof can have, no reserved rows.
    fn default() -> Self {
        Self {
            max_cycles: 1 << miden_core::params::MAX_TRACE_LOG2,
            cycle_limit: None,
            max_memory_words: 1 << 26,
            max_stack_depth: 1 << 26,
            max_advice: 1 << 26,
            max_trace_rows: 1 << miden_core::params::MAX_TRACE_LOG2,
            min_trace_rows: 0,
            reserved_rows: 0,
        }
    }
}
