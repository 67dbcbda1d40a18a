//! Single rows against models written by hand from the book, without the processor.
//!
//! - `faults`: for random and edge states, the FAIL rows of a fault exist if and only if the step fails. The free cells
//!   are not tried but solved for: each occurs in an equation that is linear once the cells before it are known.
//! - `messages`: the messages that a row of each kind sends, with every kind of next row, and their columns.
//! - `chiplets`: the same for the rows of the chiplets.
//! - `succession`: the kinds of rows that may follow each other, with every value of their flags.
//! - `next_row`: registers, lists, group, stack and helpers of the next row, from the solutions of all constraints.

mod chiplets;
#[path = "../common/mod.rs"]
mod common;
mod faults;
mod messages;
mod model;
mod next_row;
mod step;
mod succession;

use miden_core::{
    Felt,
    field::FieldElement,
    trace::{
        WIDTH,
        chiplets::{M, Q},
    },
};

use crate::common::Row;

/// A row of 0 in all cells, with the chiplets idle.
fn idle_row() -> Row {
    let mut row = [Felt::ZERO; WIDTH];
    row[Q.range()].fill(Felt::ONE);
    row[M.range()].fill(Felt::ZERO);
    row
}
