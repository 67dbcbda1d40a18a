//! Honest traces of programs that fail.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]

use std::collections::BTreeMap;

pub(crate) use corpus::faults::ending;

use crate::common::Trace;

#[path = "../../../processor/tests/common/mod.rs"]
mod corpus;

/// A trace for each rule of the table, failing deep inside a program where such a case exists, then one of a fault
/// after advice.
pub(crate) fn failures() -> Vec<Trace> {
    let cases = corpus::faults::all();
    let by_rule: BTreeMap<_, _> =
        cases.iter().filter(|case| case.deterministic).map(|case| ((case.opcode, case.code), case)).collect();
    let advised = cases.iter().find(|case| !case.deterministic);
    by_rule.into_values().chain(advised).map(|case| Trace::of(&case.program, &case.inputs, None)).collect()
}
