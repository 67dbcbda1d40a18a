//! Panels of columns, as in `miden_core::trace`.

use alloc::vec::Vec;
use core::{
    array,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use miden_core::{
    Felt,
    trace::{Line, PANEL},
};

use crate::parallel::for_each;

/// Number of lines whose pages are touched between two looks at whether to go on: they take the system a millisecond.
const TOUCHED: usize = 1 << 14;

/// Empty panels with room for this many rows.
///
/// With the feature `concurrent`, all threads write to them first, unless they are interrupted: the first access to a
/// page takes the system longer than the recording of its rows, which one thread does.
pub(super) fn empty<const N: usize>(capacity: usize, interrupt: Option<&AtomicBool>) -> [Vec<Line>; N] {
    let proceeds = || interrupt.is_none_or(|flag| !flag.load(Relaxed));
    let mut panels = array::from_fn(|_| Vec::new());
    for_each(panels.iter_mut().collect(), |lines: &mut Vec<Line>| {
        lines.reserve_exact(capacity);
        while cfg!(feature = "concurrent") && lines.len() < capacity && proceeds() {
            lines.resize(capacity.min(lines.len() + TOUCHED), Line::ZERO);
        }
        lines.clear();
    });
    panels
}

/// A cell, in panels that begin with column 0.
pub(super) fn cell_mut(panels: &mut [Vec<Line>], column: usize, row: usize) -> &mut Felt {
    &mut panels[column / PANEL][row].0[column % PANEL]
}
