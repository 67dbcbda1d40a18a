use core::ops::{Add, Mul, Sub};

use miden_core::{Felt, trace::WIDTH};

use crate::algebra::Algebra;

/// A set of cells of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CellSet {
    current: u128,
    next: u128,
}

// One bit per column.
const _: () = assert!(WIDTH <= 128);

impl CellSet {
    /// The cell in this column of the current row.
    pub(crate) const fn current(column: usize) -> Self {
        Self { current: 1 << column, next: 0 }
    }

    /// The cell in this column of the next row.
    pub(crate) const fn next(column: usize) -> Self {
        Self { current: 0, next: 1 << column }
    }

    const fn union(self, other: Self) -> Self {
        Self { current: self.current | other.current, next: self.next | other.next }
    }

    /// Columns of the current and of the next row, `true` for the latter.
    pub(crate) fn iter(self) -> impl Iterator<Item = (usize, bool)> {
        let columns = move |bits: u128, next| {
            (0..WIDTH).filter(move |&column| bits >> column & 1 == 1).map(move |column| (column, next))
        };
        columns(self.current, false).chain(columns(self.next, true))
    }
}

/// A value with the cells that it depends on; a factor of zero hides the cells of the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tracked {
    /// The value.
    pub(crate) value: Felt,
    /// Cells that the value depends on.
    pub(crate) cells: CellSet,
}

impl Add for Tracked {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        Self { value: self.value + rhs.value, cells: self.cells.union(rhs.cells) }
    }
}

impl Sub for Tracked {
    type Output = Self;

    fn sub(self, rhs: Self) -> Self {
        Self { value: self.value - rhs.value, cells: self.cells.union(rhs.cells) }
    }
}

impl Mul for Tracked {
    type Output = Self;

    fn mul(self, rhs: Self) -> Self {
        // A flag of 0 disables its constraint, whose cells then do not matter.
        let value = self.value * rhs.value;
        let cells = if value == Felt::zero() { CellSet::default() } else { self.cells.union(rhs.cells) };
        Self { value, cells }
    }
}

impl Algebra for Tracked {
    fn constant(value: Felt) -> Self {
        Self { value, cells: CellSet::default() }
    }
}
