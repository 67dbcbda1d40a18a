/// Limits of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionOptions {
    /// Largest number of cycles.
    pub max_cycles: u64,
    /// A cycle limit that is part of the statement: that a program has not ended within it can be proven.
    pub cycle_limit: Option<u64>,
    /// Largest number of words of memory, in all contexts; memory is held in pages of 16 words, which count as a whole.
    pub max_memory_words: usize,
    /// Largest number of stack items, in all contexts; checked at each node, so a block may exceed it for a while.
    pub max_stack_depth: usize,
    /// Largest number of elements that the advice may hold, see [`InMemoryAdvice`](crate::InMemoryAdvice). A host of
    /// the embedder has its own limit.
    pub max_advice: usize,
}

impl ExecutionOptions {
    /// The same options with another cycle limit.
    #[must_use]
    pub const fn with_max_cycles(mut self, max_cycles: u64) -> Self {
        self.max_cycles = max_cycles;
        self
    }

    /// The same options with a cycle limit that is part of the statement, or without.
    #[must_use]
    pub const fn with_cycle_limit(mut self, cycle_limit: Option<u64>) -> Self {
        self.cycle_limit = cycle_limit;
        self
    }

    /// The same options with another limit of the memory.
    #[must_use]
    pub const fn with_max_memory_words(mut self, max_memory_words: usize) -> Self {
        self.max_memory_words = max_memory_words;
        self
    }

    /// The same options with another limit of the stack.
    #[must_use]
    pub const fn with_max_stack_depth(mut self, max_stack_depth: usize) -> Self {
        self.max_stack_depth = max_stack_depth;
        self
    }

    /// The same options with another limit of the advice.
    #[must_use]
    pub const fn with_max_advice(mut self, max_advice: usize) -> Self {
        self.max_advice = max_advice;
        self
    }
}

impl Default for ExecutionOptions {
    /// As many cycles as the longest trace has rows, none of them public; 2^26 words of memory (2 GiB), 2^26 items of stack and as many
    /// elements of advice (512 MiB each).
    fn default() -> Self {
        Self {
            max_cycles: 1 << miden_core::params::MAX_TRACE_LOG2,
            cycle_limit: None,
            max_memory_words: 1 << 26,
            max_stack_depth: 1 << 26,
            max_advice: 1 << 26,
        }
    }
}
