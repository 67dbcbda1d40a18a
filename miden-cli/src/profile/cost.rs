//! Costs: cycles, and rows of the other parts of the trace.

use std::ops::AddAssign;

use clap::ValueEnum;
use miden_processor::{CausedRows, PartRows};

/// A part of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Cycles.
    Execution,
    /// The list of 16-bit values.
    Range,
    /// Permutations.
    Hasher,
    /// Bitwise operations.
    Bitwise,
    /// Memory accesses.
    Memory,
    /// Levels of Merkle paths.
    Merkle,
}

impl Part {
    pub(crate) const ALL: [Self; 6] =
        [Self::Execution, Self::Range, Self::Hasher, Self::Bitwise, Self::Memory, Self::Merkle];

    /// Its name, as in `analyze`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Execution => "execution",
            Self::Range => "range",
            Self::Hasher => "hasher",
            Self::Bitwise => "bitwise",
            Self::Memory => "memory",
            Self::Merkle => "merkle",
        }
    }

    /// Its rows in the whole trace.
    pub(crate) const fn rows(self, rows: &PartRows) -> usize {
        match self {
            Self::Execution => rows.execution,
            Self::Range => rows.range,
            Self::Hasher => rows.hasher,
            Self::Bitwise => rows.bitwise,
            Self::Memory => rows.memory,
            Self::Merkle => rows.merkle,
        }
    }
}

/// Rows of each part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost([u64; Part::ALL.len()]);

impl Cost {
    /// The cost of cycles alone.
    pub(crate) const fn of_cycles(cycles: u64) -> Self {
        Self([cycles, 0, 0, 0, 0, 0])
    }

    pub(crate) fn of(&self, part: Part) -> u64 {
        self.0.get(part as usize).copied().unwrap_or_default()
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, rows)| *sum += rows);
    }
}

impl From<CausedRows> for Cost {
    fn from(rows: CausedRows) -> Self {
        let CausedRows { range, hasher, bitwise, memory, merkle } = rows;
        Self([0, range, hasher, bitwise, memory, merkle].map(|rows| rows as u64))
    }
}
