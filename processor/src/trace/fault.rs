use miden_core::trace::decoder::fail::{CANDIDATE, CANONICAL, HIGH, LIMBS, VALUE, WITNESS};

use super::rows::Row;
use crate::provable_fault::FaultWitness;

/// Writes the cells of a FAIL row.
pub(super) fn write(witness: &FaultWitness, row: &mut Row) {
    row[LIMBS.range()].copy_from_slice(&witness.limbs);
    let cells = [
        (CANDIDATE, witness.candidate),
        (VALUE, witness.value),
        (HIGH, witness.high),
        (WITNESS, witness.witness),
        (CANONICAL, witness.canonical),
    ];
    for (column, value) in cells {
        row[column.at(0)] = value;
    }
}
