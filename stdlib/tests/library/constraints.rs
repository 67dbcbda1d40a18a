//! What the procedures do satisfies the constraints: the processor alone would let an operation pass on operands for
//! which no proof exists.

use std::env;

use crate::measured;

/// Runs with more cycles are left to `SLOW_TESTS`.
const MOST_CYCLES: u64 = 1 << 13;

#[test]
fn every_procedure_satisfies_the_constraints() {
    let is_slow = env::var_os("SLOW_TESTS").is_some();
    let runs = measured().into_iter().filter(|run| is_slow || run.cycles() <= MOST_CYCLES);
    let violations: Vec<String> = runs.filter_map(|run| run.violation()).collect();
    assert!(violations.is_empty(), "{violations:#?}");
}
