use core::cmp::max;

use miden_core::params::{MAX_TRACE_LOG2, MIN_TRACE_ROWS};

use super::chiplets::ChipletRows;
use crate::{ExecutionError, ExecutionOptions};

/// Number of final rows: constraints do not reach the last row, so the row before it is final as well.
pub(super) const END_ROWS: usize = 2;

/// Rows of each part of the trace; the longest part determines the length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartRows {
    /// Cycles, inputs, outputs, and final rows.
    pub execution: usize,
    /// The list of 16-bit values in use.
    pub range: usize,
    /// Permutations: eight rows for each distinct node and each distinct state.
    pub hasher: usize,
    /// Bitwise operations.
    pub bitwise: usize,
    /// Memory accesses.
    pub memory: usize,
    /// Levels of Merkle paths.
    pub merkle: usize,
    /// Procedures of the kernel.
    pub kernel: usize,
}

impl PartRows {
    pub(super) const fn new(execution: usize, range: usize, chiplets: ChipletRows) -> Self {
        let ChipletRows { hasher, bitwise, memory, merkle, kernel } = chiplets;
        Self { execution, range, hasher, bitwise, memory, merkle, kernel }
    }

    /// Rows of all chiplets, whose sections are stacked, and a row of padding.
    pub const fn chiplets(&self) -> usize {
        self.hasher + self.bitwise + self.memory + self.merkle + self.kernel + 1
    }

    /// Rows of the longest part.
    pub fn longest(&self) -> usize {
        max(self.execution, max(self.range, self.chiplets()))
    }

    /// Rows of the whole trace, a power of two.
    pub fn padded(&self) -> usize {
        self.padded_with(0)
    }

    /// Rows of the whole trace, a power of two, if this many are [reserved](ExecutionOptions::reserved_rows).
    pub fn padded_with(&self, reserved: usize) -> usize {
        max(self.longest().saturating_add(reserved), MIN_TRACE_ROWS).next_power_of_two()
    }
}

/// Number of recorded rows of a trace whose longest part has `needed` rows.
pub(super) fn num_rows(needed: usize, options: &ExecutionOptions) -> usize {
    let reserved = options.reserved_rows;
    max(needed_rows(needed, options), MIN_TRACE_ROWS).next_power_of_two() - reserved
}

/// Checks that a trace whose longest part has `needed` rows is within the limit.
pub(super) fn check_length(needed: usize, options: &ExecutionOptions) -> Result<(), ExecutionError> {
    let (needed, max) = (needed_rows(needed, options), options.max_trace_rows.min(1 << MAX_TRACE_LOG2));
    if needed > max { Err(ExecutionError::TraceTooLong { needed, max }) } else { Ok(()) }
}

/// Least number of rows of a trace whose longest part has `longest` rows.
fn needed_rows(longest: usize, options: &ExecutionOptions) -> usize {
    max(longest.saturating_add(options.reserved_rows), options.min_trace_rows)
}
