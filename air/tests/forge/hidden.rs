//! Rows after the execution, which a prover chooses as it likes: they prove nothing.

use std::collections::BTreeSet;

use miden_air::inspect::Violation;
use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    trace::{
        range::{MULTIPLICITY, VALUE},
        system::CLK,
    },
};

use crate::common::{HIDING, Row, Trace, everything, felt, ops, straight};

/// Labels of the violations with these rows, repeated, after the execution.
fn broken(trace: &Trace, after: &[Row]) -> BTreeSet<String> {
    let rows: Vec<Row> = after.iter().copied().cycle().take(HIDING.random_rows()).collect();
    trace.check_before(&rows).iter().map(Violation::label).collect()
}

fn labels(labels: &[&str]) -> BTreeSet<String> {
    labels.iter().map(ToString::to_string).collect()
}

#[test]
fn an_execution_is_honest_whatever_follows() {
    let honest = everything();
    let (end, random) = (honest.rows.len(), HIDING.random_rows());
    let zeros = [[Felt::ZERO; miden_core::trace::WIDTH]];
    for after in [&honest.rows[..random], &honest.rows[end - random..], &honest.rows[end / 2..], &zeros] {
        assert_eq!(broken(&honest, after), BTreeSet::new());
    }
}

#[test]
fn responses_after_the_end_do_not_count() {
    let honest = everything();
    let row = honest.rows.iter().position(|row| row[MULTIPLICITY.at(0)] != Felt::ZERO).expect("a lookup");
    let mut trace = honest.clone();
    trace.rows[row][MULTIPLICITY.at(0)] -= Felt::ONE;
    assert_eq!(broken(&trace, &honest.rows[row..]), labels(&["bus(Limb)"]));

    // Nor do those of the last row of the execution.
    let last = trace.rows.len() - 1;
    assert_eq!(trace.rows[last][VALUE.at(0)], felt(0xFFFF));
    let [mut moved, mut lost] = [honest.clone(), honest];
    let sent = moved.rows[last - 1][MULTIPLICITY.at(0)];
    moved.rows[last - 1][MULTIPLICITY.at(0)] = sent + Felt::ONE;
    assert_eq!(broken(&moved, &moved.rows[last..]), labels(&["bus(Limb)"]), "the row before does");
    lost.rows[last][MULTIPLICITY.at(0)] += Felt::ONE;
    assert_eq!(broken(&lost, &lost.rows[last..]), BTreeSet::new());
}

#[test]
fn an_execution_does_not_end_after_its_last_row() {
    // The operation before the end is repeated, and a proper end follows.
    let honest = Trace::honest(&straight(&ops(&[Opcode::Noop])), &[]);
    let noop = honest.rows_of(Opcode::Noop)[0];
    let mut trace = honest.clone();
    trace.splice_execution(honest.rows[..=noop].to_vec());
    let violations = broken(&trace, &honest.rows[noop + 1..]);
    assert!(violations.contains("boundary.end(hi6)"), "{violations:?}");
    assert_eq!(violations, trace.violations(), "as with random rows");
}

#[test]
fn sections_do_not_end_after_the_last_row() {
    let honest = everything();
    let last = honest.rows.len() - 1;
    let mut trace = honest.clone();
    trace.rows[last][VALUE.at(0)] -= Felt::ONE;
    let violations = broken(&trace, &honest.rows[last..]);
    assert_eq!(violations, labels(&["boundary.sections(rv)", "bus(Byte)"]));
}

#[test]
fn the_last_row_follows_the_one_before() {
    let honest = everything();
    let mut trace = honest.clone();
    let last = trace.rows.len() - 1;
    trace.rows[last][CLK.at(0)] += Felt::ONE;
    assert_eq!(broken(&trace, &honest.rows), labels(&["system.clk"]));
}
