//! Flags of the chiplet sections. Book: design/chiplets.md#sections

use miden_core::trace::chiplets::Q;

use crate::{algebra::Algebra, frame::Frame};

/// Flags of the sections: 1 for the section of the row, 0 for the others; linear in the selectors.
#[derive(Clone, Debug)]
pub(crate) struct Sections<T> {
    pub(crate) hasher: T,
    pub(crate) bitwise: T,
    pub(crate) memory: T,
    pub(crate) merkle: T,
    pub(crate) kernel: T,
    pub(crate) padding: T,
}

impl<T: Algebra> Sections<T> {
    /// The flags of the current row.
    pub(crate) fn current(f: &Frame<'_, T>) -> Self {
        let Self { hasher, bitwise, memory, merkle, kernel, padding } = Self::of(|i| f.q(i));
        Self {
            hasher: hasher.named("hasher"),
            bitwise: bitwise.named("bitwise"),
            memory: memory.named("memory"),
            merkle: merkle.named("merkle"),
            kernel: kernel.named("kernel"),
            padding: padding.named("padding"),
        }
    }

    /// The flags of the next row.
    pub(crate) fn next(f: &Frame<'_, T>) -> Self {
        let Self { hasher, bitwise, memory, merkle, kernel, padding } = Self::of(|i| f.cell_next(Q, i - 1));
        Self {
            hasher: hasher.named("hasher'"),
            bitwise: bitwise.named("bitwise'"),
            memory: memory.named("memory'"),
            merkle: merkle.named("merkle'"),
            kernel: kernel.named("kernel'"),
            padding: padding.named("padding'"),
        }
    }

    /// A section starts where the selector before it rises, and ends where its own does.
    fn of(q: impl Fn(usize) -> T) -> Self {
        Self {
            hasher: q(1).complement(),
            bitwise: q(1) - q(2),
            memory: q(2) - q(3),
            merkle: q(3) - q(4),
            kernel: q(4) - q(5),
            padding: q(5),
        }
    }
}
