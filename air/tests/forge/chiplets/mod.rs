//! Sections of the chiplets that claim what is not so.
//!
//! The forged traces are consistent but for one lie, so that each test shows what refuses it, and nothing else does.

use std::collections::BTreeSet;

use miden_core::{
    Felt, StackInputs,
    field::FieldElement,
    params::HASH_CYCLE,
    trace::{WIDTH, chiplets::M, stack::S},
};

use crate::common::{Trace, with_outputs};

mod bitwise;
mod hasher;
mod kernel;
mod memory;
mod merkle;

/// Exactly these rules are broken.
#[track_caller]
fn assert_broken(trace: &Trace, labels: &[&str]) {
    let expected: BTreeSet<String> = labels.iter().map(ToString::to_string).collect();
    assert_eq!(trace.violations(), expected);
}

/// Replaces an input of a program that has one INPUT row: in all rows up to `last` and in the statement. From the row
/// behind `last` on the item is another.
fn forge_input(trace: &mut Trace, position: usize, value: Felt, last: usize) {
    // Row 0 brings in the item that stands on top of the others.
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
fn forge_output(trace: &mut Trace, position: usize, value: Felt, first: usize) {
    for row in &mut trace.rows[first..] {
        row[S.at(position)] = value;
    }
    let mut items = trace.statement.outputs.items().to_vec();
    items[position] = value;
    trace.statement = with_outputs(&trace.statement, items);
}

/// One request of input and digest less, or one more, of the permutation at this address.
fn ask_digest(trace: &mut Trace, address: Felt, more: bool) {
    let first = address.as_int() as usize;
    let change = if more { Felt::ONE } else { -Felt::ONE };
    trace.rows[first][M.at(0)] += change;
    trace.rows[first + HASH_CYCLE - 1][M.at(1)] += change;
}

/// The chiplet columns.
fn chiplet_columns() -> core::ops::Range<usize> {
    miden_core::trace::chiplets::Q.start()..WIDTH
}
