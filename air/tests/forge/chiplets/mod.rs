//! Chiplet sections with false claims.
//!
//! The forged traces are consistent except for one lie, so each test shows which check, and no other, rejects it.

use miden_core::{
    Felt, StackInputs,
    field::FieldElement,
    params::HASH_CYCLE,
    trace::{
        WIDTH,
        chiplets::{M, Q},
        stack::S,
    },
};

use crate::{
    assert_broken, assert_rejected,
    common::{Section, Trace, everything, with_outputs},
};

mod bitwise;
mod hasher;
mod kernel;
mod memory;
mod merkle;

/// Replaces an input of a program with one INPUT row, in all rows up to `last` and in the statement. After `last`, the
/// item is no longer this input.
pub(crate) fn forge_input(trace: &mut Trace, position: usize, value: Felt, last: usize) {
    // Row 0 pushes the topmost input.
    match position {
        0 => {}
        _ => trace.rows[0][S.at(position - 1)] = value,
    }
    for row in &mut trace.rows[1..=last] {
        row[S.at(position)] = value;
    }
    let mut items = trace.statement.inputs.items().to_vec();
    let index = items.len() - 1 - position;
    items[index] = value;
    trace.statement.inputs = StackInputs::new(items).expect("inputs");
}

/// Replaces an item in all rows from `first` on and in the outputs.
pub(crate) fn forge_output(trace: &mut Trace, position: usize, value: Felt, first: usize) {
    for row in &mut trace.rows[first..] {
        row[S.at(position)] = value;
    }
    let mut items = trace.statement.outputs.items().to_vec();
    items[position] = value;
    trace.statement = with_outputs(&trace.statement, items);
}

/// Adds or removes one request for input and digest of the permutation at this address.
pub(crate) fn request_digest(trace: &mut Trace, address: Felt, more: bool) {
    let first = address.as_int() as usize;
    let change = if more { Felt::ONE } else { -Felt::ONE };
    trace.rows[first][M.at(0)] += change;
    trace.rows[first + HASH_CYCLE - 1][M.at(1)] += change;
}

/// The chiplet columns.
fn chiplet_columns() -> core::ops::Range<usize> {
    Q.start()..WIDTH
}

#[test]
fn sections_that_do_not_end_are_rejected() {
    let honest = everything();
    let last = honest.rows.len() - 1;
    for i in 0..Q.width() {
        let mut trace = honest.clone();
        trace.rows[last][Q.at(i)] = Felt::ZERO;
        assert_rejected(&trace, &format!("boundary.sections(q{})", i + 1));
    }
    // All rows after the hasher belong to a section that does not end.
    let end = honest.section(Section::Hasher).len();
    for sections in 1..Q.width() {
        let mut trace = honest.clone();
        for row in &mut trace.rows[end..] {
            for i in 0..Q.width() {
                row[Q.at(i)] = if i < sections { Felt::ONE } else { Felt::ZERO };
            }
        }
        assert_rejected(&trace, "boundary.sections(q5)");
    }
}

#[test]
fn padding_that_sends_is_rejected() {
    let honest = everything();
    let row = honest.section(Section::Padding)[0];
    for i in 0..M.width() {
        let mut trace = honest.clone();
        trace.rows[row][M.at(i)] = Felt::ONE;
        assert_broken(&trace, &[&format!("chiplets.idle_m[{}]", i + 1), "bus(unknown)"]);
    }
}

#[test]
fn a_trace_that_does_not_begin_with_the_hasher_is_rejected() {
    // Rows of the bitwise section instead of the first permutation.
    let mut trace = everything();
    for row in &mut trace.rows[..HASH_CYCLE] {
        row[chiplet_columns()].fill(Felt::ZERO);
        row[Q.at(0)] = Felt::ONE;
    }
    assert_rejected(&trace, "boundary.start(q1)");
}
