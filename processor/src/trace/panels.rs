//! Panels of columns, as in `miden_core::trace`.

use alloc::vec::Vec;

use miden_core::{
    Felt,
    trace::{Line, PANEL},
};

/// A cell, in panels that begin with column 0.
pub(super) fn cell_mut(panels: &mut [Vec<Line>], column: usize, row: usize) -> &mut Felt {
    &mut panels[column / PANEL][row].0[column % PANEL]
}
