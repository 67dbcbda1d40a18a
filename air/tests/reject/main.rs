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
    /// Labels that are the only ones to fail on some frame: without the constraint, the frame would be accepted.
    alone: BTreeSet<String>,
    failures: Vec<String>,
}

impl Cases {
    fn broken(&mut self, frame: &TestFrame) -> BTreeSet<String> {
        let broken = frame.broken();
        if broken.len() == 1 {
            self.alone.extend(broken.iter().cloned());
        }
        broken
    }

    /// Expects that exactly `labels` fail on the frame.
    fn only(&mut self, what: &str, frame: &TestFrame, labels: &[&str]) {
        let expected: BTreeSet<String> = labels.iter().map(ToString::to_string).collect();
        let broken = self.broken(frame);
        if broken != expected {
            self.failures.push(format!("{what}: expected {expected:?}, got {broken:?}"));
        }
        self.covered.extend(expected);
    }

    /// Expects that `label` is among the failing constraints: a cell that many constraints read breaks them all.
    fn among(&mut self, what: &str, frame: &TestFrame, label: &str) {
        if !self.broken(frame).contains(label) {
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

/// Constraints that no frame of the cases breaks alone, as labels or families, and what else fails with them.
const NEVER_ALONE: [(&str, &str); 15] = [
    ("bitwise.kind", "the kinds of a row add up to 1, so two of them fail together"),
    ("chiplets.q_binary", "selectors are factors of the flags of sections, whose constraints fail"),
    ("chiplets.q_ordered", "the flags of other sections become nonzero, and their constraints fail"),
    (
        "decoder.hi_binary",
        "digits are factors of the flags of operations, and `decoder.group_digit` reads them",
    ),
    (
        "decoder.mid_binary",
        "digits are factors of the flags of operations, and `decoder.group_digit` reads them",
    ),
    (
        "decoder.lo_binary",
        "digits are factors of the flags of operations, and `decoder.group_digit` reads them",
    ),
    ("decoder.done_binary", "`decoder.group_ends`, `block_ends` and `next_done` read the cell"),
    ("decoder.ge_binary", "`decoder.group_ends`, `next_group`, `position_start` and `shift` read the cell"),
    ("decoder.ge_in_block", "`decoder.group_digit`, `group_ends` and `position` read the cell"),
    ("decoder.ge_not_done", "`decoder.group_digit`, `next_group` and `position` read the cell"),
    ("decoder.split_binary", "`decoder.child` reads the condition"),
    ("merkle.flag[1]", "`merkle.same_place` reads the flag"),
    ("merkle.flag[3]", "`merkle.begins` and `alternates` read the flag"),
    ("merkle.old_in_update", "`merkle.alternates`, `same_place` and `same_sibling` read the flag"),
    ("stack.z_binary", "`stack.ovf`, `z_depth` and `zero_shifted_in` read the cell"),
];

/// Whether an entry of the reviewed list is the label or its family.
fn entry_names(entry: &str, label: &str) -> bool {
    entry == label || Some(entry) == label.split('[').next()
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

    // Leaving out each constraint in turn: some frame is rejected by it alone.
    let is_reviewed = |label: &&String| NEVER_ALONE.iter().any(|(entry, _)| entry_names(entry, label));
    let missing = existing.difference(&cases.alone).filter(|label| !is_reviewed(label));
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty(), "no frame is rejected by one of these alone: {missing:?}");
    let alone: Vec<_> = cases.alone.iter().filter(is_reviewed).collect();
    assert!(alone.is_empty(), "no longer needed in the reviewed list: {alone:?}");
    let is_used = |entry: &str| existing.iter().any(|label| entry_names(entry, label));
    let unused: Vec<_> = NEVER_ALONE.iter().filter(|(entry, _)| !is_used(entry)).collect();
    assert!(unused.is_empty(), "no such constraints: {unused:?}");
}

/// A square root of 2 modulo `p`: `x² − 2` vanishes there.
const SQRT_2: u64 = 18446742969919734017;

/// The other square root of 2.
const MINUS_SQRT_2: u64 = Felt::MODULUS - SQRT_2;

/// −1 modulo `p`.
const MINUS_ONE: u64 = Felt::MODULUS - 1;
