//! For each constraint, an honest frame with forged cells, and the constraints that then fail.
//!
//! `every_constraint_has_a_case` compares the labels in the cases with the constraints that exist.

mod chiplets;
#[path = "../common/mod.rs"]
mod common;
mod decoder;
mod faults;
mod stack;
mod system;

use std::collections::BTreeSet;

use common::{Cell, Row, TestFrame, everything, now};
use miden_core::{
    Felt, Opcode,
    field::{FieldElement, StarkField},
    trace::decoder::{DONE, GROUP_END},
};

/// Collects the labels that the cases expect to fail.
#[derive(Default)]
struct Cases {
    covered: BTreeSet<String>,
    failures: Vec<String>,
}

impl Cases {
    /// Expects that exactly `labels` fail on the frame.
    fn only(&mut self, what: &str, frame: &TestFrame, labels: &[&str]) {
        let expected: BTreeSet<String> = labels.iter().map(ToString::to_string).collect();
        let broken = frame.broken();
        if broken != expected {
            self.failures.push(format!("{what}: expected {expected:?}, got {broken:?}"));
        }
        self.covered.extend(expected);
    }

    /// Expects that `label` is among the failing constraints: a cell that many constraints read breaks them all.
    fn among(&mut self, what: &str, frame: &TestFrame, label: &str) {
        if !frame.broken().contains(label) {
            self.failures.push(format!("{what}: {label} holds"));
        }
        self.covered.insert(label.into());
    }
}

fn zero(row: &Row, cell: Cell) -> bool {
    row[cell.0] == Felt::ZERO
}

/// Whether successful executions have rows of this kind.
fn occurs(opcode: Opcode) -> bool {
    !matches!(opcode, Opcode::NTrap | Opcode::Trap | Opcode::Fail)
}

/// A block operation in the middle of its group.
fn inside(row: &Row) -> bool {
    zero(row, now(GROUP_END, 0)) && zero(row, now(DONE, 0))
}

#[test]
fn every_constraint_has_a_case() {
    let trace = everything();
    assert_eq!(trace.violations(), BTreeSet::new());

    let mut cases = Cases::default();
    system::registers(&mut cases, &trace);
    system::system_calls(&mut cases, &trace);
    system::free_memory_pointer(&mut cases, &trace);
    decoder::opcodes(&mut cases, &trace);
    decoder::succession(&mut cases, &trace);
    decoder::blocks(&mut cases, &trace);
    decoder::nodes(&mut cases, &trace);
    decoder::idle_cells(&mut cases, &trace);
    faults::rows(&mut cases);
    faults::nodes(&mut cases, &trace);
    faults::predicates(&mut cases, &trace);
    stack::items(&mut cases, &trace);
    stack::field(&mut cases, &trace);
    stack::u32(&mut cases, &trace);
    stack::chiplet_operands(&mut cases, &trace);
    stack::overflow(&mut cases, &trace);
    chiplets::reject(&mut cases, &trace);
    assert!(cases.failures.is_empty(), "{}", common::lines(cases.failures));

    let existing: BTreeSet<String> =
        miden_air::inspect::main_degrees().iter().map(|(label, _)| label.to_string()).collect();
    let uncovered: Vec<_> = existing.difference(&cases.covered).collect();
    assert!(uncovered.is_empty(), "no case for {uncovered:?}");
    let unknown: Vec<_> = cases.covered.difference(&existing).collect();
    assert!(unknown.is_empty(), "cases for constraints that do not exist: {unknown:?}");
}

/// A square root of 2 modulo `p`: `x² − 2` vanishes there.
const SQRT_2: u64 = 18446742969919734017;

/// The other square root of 2.
const MINUS_SQRT_2: u64 = Felt::MODULUS - SQRT_2;

/// −1 modulo `p`.
const MINUS_ONE: u64 = Felt::MODULUS - 1;
