//! Traces of generated programs and of failing programs satisfy all constraints.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../processor/tests/common/mod.rs"]
mod common;

use common::{faults, inputs, programs};
use miden_air::inspect::{Violation, check};
use miden_core::{Program, ProgramInputs};
use miden_processor::{ExecutionOptions, Executor};
use proptest::prelude::*;

/// The violations in the trace of the program under this public limit.
fn violations(program: &Program, inputs: &ProgramInputs, cycle_limit: Option<u64>) -> Vec<Violation> {
    let options = ExecutionOptions::default().with_cycle_limit(cycle_limit);
    let trace = Executor::new(program).with_inputs(inputs.clone()).with_options(options).trace().unwrap();
    check(trace.columns(), &trace.statement(program, &inputs.stack))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn traces_of_generated_programs_satisfy_all_constraints(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
        cycle_limit in proptest::option::of(0..1000u64),
    ) {
        let inputs = ProgramInputs { advice: programs::advice(), ..inputs(&stack) };
        prop_assert_eq!(violations(&tree.program(), &inputs, cycle_limit), []);
    }
}

#[test]
fn traces_of_failing_programs_satisfy_all_constraints() {
    for case in faults::all() {
        assert_eq!(violations(&case.program, &case.inputs, None), [], "{}", case.name);
    }
}

#[test]
fn traces_that_stop_at_a_public_limit_satisfy_all_constraints() {
    let (program, inputs) = faults::ending();
    let cycles = Executor::new(&program).with_inputs(inputs.clone()).execute().unwrap().cycles;
    for limit in (0..=cycles + 1).chain([1 << 20, u64::MAX]) {
        assert_eq!(violations(&program, &inputs, Some(limit)), [], "limit {limit}");
    }
}
