//! Traces of generated programs and of failing programs satisfy all constraints.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../processor/tests/common/mod.rs"]
mod common;

use common::{faults, inputs, programs, straight_line};
use miden_air::inspect::{Violation, check};
use miden_core::{FaultCode, Opcode, Outcome, Program, ProgramInputs, params::MIN_TRACE_ROWS};
use miden_processor::{ExecutionOptions, ExecutionTrace, Executor};
use proptest::prelude::*;

fn trace(program: &Program, inputs: &ProgramInputs, cycle_limit: Option<u64>) -> ExecutionTrace {
    let options = ExecutionOptions::default().with_cycle_limit(cycle_limit);
    Executor::new(program).with_inputs(inputs.clone()).with_options(options).trace().unwrap()
}

/// The violations in the trace of the program under this public limit.
fn violations(program: &Program, inputs: &ProgramInputs, cycle_limit: Option<u64>) -> Vec<Violation> {
    let trace = trace(program, inputs, cycle_limit);
    check(trace.columns(), &trace.statement(program, &inputs.stack))
}

/// The outcome under this public limit, whose trace satisfies all constraints.
fn outcome(program: &Program, inputs: &ProgramInputs, cycle_limit: u64) -> Outcome {
    let trace = trace(program, inputs, Some(cycle_limit));
    let statement = trace.statement(program, &inputs.stack);
    assert_eq!(check(trace.columns(), &statement), [], "limit {cycle_limit}");
    statement.outcome
}

/// Code and cycle of a fault.
fn fault(outcome: &Outcome) -> Option<(FaultCode, u64)> {
    outcome.fault().map(|fault| (fault.code, fault.clk))
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn the_public_limit_of_a_generated_program_is_exact(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
    ) {
        let program = tree.program();
        let inputs = ProgramInputs { advice: programs::advice(), ..inputs(&stack) };
        let cycles = Executor::new(&program).with_inputs(inputs.clone()).execute().unwrap().cycles;
        let too_low = outcome(&program, &inputs, cycles - 1);
        prop_assert_eq!(fault(&too_low), Some((FaultCode::CycleLimitExceeded, cycles - 1)));
        for limit in [cycles, cycles + 1] {
            prop_assert!(outcome(&program, &inputs, limit).is_success());
        }
    }
}

#[test]
fn the_public_limit_of_a_failing_program_is_exact() {
    // Every eighth case, as each needs four traces.
    for case in faults::all().iter().step_by(8) {
        let unlimited = trace(&case.program, &case.inputs, None);
        let unlimited = unlimited.statement(&case.program, &case.inputs.stack).outcome;
        let clk = fault(&unlimited).unwrap().1;
        // In cycle `clk` the limit is reached before the step that fails.
        for limit in [clk.saturating_sub(1), clk] {
            let outcome = outcome(&case.program, &case.inputs, limit);
            assert_eq!(fault(&outcome), Some((FaultCode::CycleLimitExceeded, limit)), "{}", case.name);
        }
        assert_eq!(outcome(&case.program, &case.inputs, clk + 1), unlimited, "{}", case.name);
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

#[test]
fn the_execution_may_end_at_and_around_a_power_of_two() {
    let program = |count: usize| straight_line(&vec![Opcode::Incr.into(); count]);
    let part_rows = |count: usize| Executor::new(&program(count)).count_rows().unwrap();
    for power in [MIN_TRACE_ROWS, 2 * MIN_TRACE_ROWS] {
        for target in [power - 1, power, power + 1] {
            let count = (0..target).rev().find(|&count| part_rows(count).execution == target).unwrap();
            assert_eq!(part_rows(count).longest(), target);
            let trace = trace(&program(count), &inputs(&[]), None);
            assert_eq!(trace.num_rows(), if target > power { 2 * power } else { power });
            assert_eq!(violations(&program(count), &inputs(&[]), None), [], "{target} rows");
        }
    }
}
