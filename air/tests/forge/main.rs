//! Executions that did not happen: the prover lies about program, branches, loops, ends, items and outputs.

mod arithmetic;
mod calls;
mod chiplets;
#[path = "../common/mod.rs"]
mod common;
mod control;
mod ends;
#[path = "../failures/mod.rs"]
mod failures;
mod faults;
mod hidden;
mod stack;

use std::collections::BTreeSet;

use common::{Trace, everything, ops, straight};
use control::{branching, looping};
use miden_core::Opcode;

/// Asserts that `label` is among the violations.
#[track_caller]
fn assert_rejected(trace: &Trace, label: &str) {
    let violations = trace.violations();
    assert!(violations.iter().any(|violation| violation.starts_with(label)), "{label} not in {violations:?}");
}

/// Asserts that these are the violations, and no others.
#[track_caller]
fn assert_broken(trace: &Trace, labels: &[&str]) {
    let expected: BTreeSet<String> = labels.iter().map(ToString::to_string).collect();
    assert_eq!(trace.violations(), expected);
}

#[track_caller]
fn assert_honest(trace: &Trace) {
    assert_eq!(trace.violations(), BTreeSet::new());
}

#[test]
fn honest_traces_pass() {
    assert_honest(&everything());
    assert_honest(&Trace::honest(&branching(), &[0]));
    assert_honest(&Trace::honest(&looping(), &[0, 1, 1]));
    assert_honest(&Trace::honest(&looping(), &[]));
    let many: Vec<u64> = (0..40).collect();
    assert_honest(&Trace::honest(&straight(&ops(&[Opcode::Add, Opcode::Mul])), &many));
}
