//! Traces of generated programs and of failing programs satisfy all constraints.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../processor/tests/common/mod.rs"]
mod common;

use common::{
    failing, faults, inputs,
    programs::{self, Tree},
    push, straight_line,
};
use miden_air::inspect::{Violation, check};
use miden_core::{
    FaultCode, Opcode, Operation, Outcome, Program, ProgramInputs,
    params::MIN_TRACE_ROWS,
    trace::{decoder, stack},
};
use miden_processor::{ExecutionOptions, ExecutionTrace, Executor, PartRows};
use proptest::prelude::*;

fn trace(program: &Program, inputs: &ProgramInputs, cycle_limit: Option<u64>) -> ExecutionTrace {
    let options = ExecutionOptions::default().with_cycle_limit(cycle_limit);
    Executor::new(program).with_inputs(inputs.clone()).with_options(options).trace().unwrap()
}

/// The violations in the trace of the program under this public limit.
fn violations(program: &Program, inputs: &ProgramInputs, cycle_limit: Option<u64>) -> Vec<Violation> {
    let trace = trace(program, inputs, cycle_limit);
    check(&trace.to_columns(), &trace.statement(program, &inputs.stack))
}

/// The outcome under this public limit, whose trace satisfies all constraints.
fn outcome(program: &Program, inputs: &ProgramInputs, cycle_limit: u64) -> Outcome {
    let trace = trace(program, inputs, Some(cycle_limit));
    let statement = trace.statement(program, &inputs.stack);
    assert_eq!(check(&trace.to_columns(), &statement), [], "limit {cycle_limit}");
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
    fn traces_of_generated_programs_that_fail_satisfy_all_constraints(
        (tree, code) in failing::tree(),
        stack in programs::stack_inputs(),
    ) {
        let program = tree.program();
        let inputs = ProgramInputs { advice: programs::advice(), ..inputs(&stack) };
        let trace = trace(&program, &inputs, None);
        let statement = trace.statement(&program, &inputs.stack);
        prop_assert_eq!(fault(&statement.outcome).map(|(code, _)| code), Some(code));
        prop_assert_eq!(check(&trace.to_columns(), &statement), []);
    }

    #[test]
    fn decorators_change_no_trace_of_a_generated_program(
        tree in prop_oneof![programs::tree(), failing::tree().prop_map(|(tree, _)| tree)],
        stack in programs::stack_inputs(),
    ) {
        // Each node twice, with different decorators; a tree alone may have no block that takes any.
        let tree = Tree::Join(Box::new(Tree::Block(vec![Opcode::Noop.into()])), Box::new(tree));
        let tree = Tree::Join(Box::new(tree.clone()), Box::new(tree));
        let (plain, decorated) = (tree.program(), tree.decorated_program());
        prop_assert_eq!(plain.digest(), decorated.digest());
        prop_assert!(decorated.nodes().len() > plain.nodes().len());
        let inputs = ProgramInputs { advice: programs::advice(), ..inputs(&stack) };
        let [expected, trace] = [&plain, &decorated].map(|program| trace(program, &inputs, None));
        prop_assert_eq!(check(&trace.to_columns(), &trace.statement(&decorated, &inputs.stack)), []);
        // Nodes with different decorators are different nodes, so their equal permutations have several addresses.
        let execution = (0..stack::OVERFLOW_POP.end()).filter(|&column| column != decoder::HELPERS.at(4));
        for column in execution {
            prop_assert!(trace.column(column).eq(expected.column(column)), "column {column}");
        }
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

/// Programs of which the given part has at and around a power of two rows, and is the longest, have traces that satisfy
/// all constraints. Larger sizes have more rows, but not one more each.
fn assert_ends_around_powers(part: impl Fn(&PartRows) -> usize, program: impl Fn(usize) -> Vec<Operation>) {
    const STEP: usize = 8;
    let program = |size: usize| straight_line(&program(size));
    let rows = |size: usize| Executor::new(&program(size)).count_rows().unwrap();
    for power in [MIN_TRACE_ROWS, 2 * MIN_TRACE_ROWS] {
        let steps: Vec<usize> = (0..2 * power).collect();
        let last = steps.partition_point(|&step| part(&rows(STEP * step)) <= power + 1);
        for target in [power - 1, power, power + 1] {
            let size = (0..STEP * last).rev().find(|&size| part(&rows(size)) == target).unwrap();
            assert_eq!(rows(size).longest(), target);
            let trace = trace(&program(size), &inputs(&[]), None);
            assert_eq!(trace.num_rows(), if target > power { 2 * power } else { power });
            assert_eq!(violations(&program(size), &inputs(&[]), None), [], "{target} rows");
        }
    }
}

#[test]
fn the_execution_may_end_at_and_around_a_power_of_two() {
    assert_ends_around_powers(|rows| rows.execution, |size| vec![Opcode::Incr.into(); size]);
}

#[test]
fn the_chiplets_may_end_at_and_around_a_power_of_two() {
    // Permutations, which take eight rows each, and up to seven accesses to the same word. Streams would use other
    // addresses all the time, and their limbs would make the list of values the longest part.
    let program =
        |size: usize| [vec![Opcode::MLoad.into(); size % 8], vec![Opcode::HPerm.into(); size / 8]].concat();
    assert_ends_around_powers(PartRows::chiplets, program);
}

#[test]
fn the_list_of_values_may_end_at_and_around_a_power_of_two() {
    // The limbs 1, 2, …, four in a cycle.
    let program = |size: usize| {
        let limb = |i: usize| if i < size { 1 + i as u64 } else { 0 };
        let value = |i: usize| (0..4).fold(0, |value, j| value << 16 | limb(i + j));
        let split = [Opcode::U32Split, Opcode::Drop, Opcode::Drop].map(Operation::from);
        (0..size).step_by(4).flat_map(|i| [&[push(value(i))], &split[..]].concat()).collect()
    };
    assert_ends_around_powers(|rows| rows.range, program);
}
