//! Traces of the procedures satisfy the constraints: on its own, the processor could accept operands for which no proof
//! exists.

use std::env;

use crate::measured;

/// Longer runs are checked only with `SLOW_TESTS`.
const MOST_CYCLES: u64 = 1 << 13;

/// Multiplications of points of secp256k1 are longer and would take minutes each; the ECDSA example proves the longest of
/// them.
const MOST_CYCLES_IF_SLOW: u64 = 1 << 19;

#[test]
fn every_procedure_satisfies_the_constraints() {
    let is_slow = env::var_os("SLOW_TESTS").is_some();
    let most = if is_slow { MOST_CYCLES_IF_SLOW } else { MOST_CYCLES };
    let runs = measured().into_iter().filter(|run| run.cycles() <= most);
    let violations: Vec<String> = runs.filter_map(|run| run.violation()).collect();
    assert!(violations.is_empty(), "{violations:#?}");
}
