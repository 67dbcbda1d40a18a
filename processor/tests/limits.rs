//! Failures, limits, and programs of unusual size.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{inputs, push, straight_line};
use miden_core::{Felt, Opcode, Operation, Program, StackOutputs, program::ProgramBuilder};
use miden_processor::{
    Cycle, ExecutionError, ExecutionOptions, Fault, Observer, Step, execute, execute_observed, trace,
};

fn endless() -> Program {
    let mut builder = ProgramBuilder::new();
    let before = builder.block(&[push(1)]).unwrap();
    let body = builder.block(&[push(1)]).unwrap();
    let repeated = builder.repeat_while(body).unwrap();
    let root = builder.join(before, repeated).unwrap();
    builder.finish(root)
}

#[test]
fn an_endless_loop_stops_at_the_cycle_limit() {
    let options = ExecutionOptions::default().with_max_cycles(1_000_001);
    let error = execute(&endless(), &inputs(&[]), &options).unwrap_err();
    let ExecutionError::CycleLimit { limit, place } = &error else { panic!("{error}") };
    assert_eq!((*limit, place.clk), (1_000_001, 1_000_001));
    assert_eq!(trace(&endless(), &inputs(&[]), &options).unwrap_err(), error);
}

#[test]
fn the_cycle_limit_is_exact() {
    let mut builder = ProgramBuilder::new();
    let long = builder.block(&vec![Opcode::Incr.into(); 100]).unwrap();
    let program = builder.finish(long);
    let run = |limit| execute(&program, &inputs(&[]), &ExecutionOptions::default().with_max_cycles(limit));
    let cycles = run(u64::MAX).unwrap().cycles;
    assert_eq!(run(cycles).unwrap().cycles, cycles);
    for limit in 0..cycles {
        let error = run(limit).unwrap_err();
        assert!(
            matches!(error, ExecutionError::CycleLimit { ref place, .. } if place.clk == limit),
            "{limit}: {error}"
        );
    }
}

#[test]
fn conditions_must_be_binary() {
    let mut builder = ProgramBuilder::new();
    let block = builder.block(&[]).unwrap();
    for root in [builder.split(block, block).unwrap(), builder.repeat_while(block).unwrap()] {
        let program = builder.finish(root);
        let error = execute(&program, &inputs(&[2]), &ExecutionOptions::default()).unwrap_err();
        let ExecutionError::Fault { fault, place, .. } = error else { panic!("{error}") };
        assert_eq!(fault, Fault::NotBinaryValue { value: Felt::new(2) });
        assert_eq!((place.clk, place.node, place.operation), (0, program.root(), None));
    }
}

#[test]
fn a_failure_names_its_node_operation_and_cycle() {
    let mut builder = ProgramBuilder::new();
    let first = builder.block(&[push(5), push(0)]).unwrap();
    let second = builder.block(&[Opcode::Noop.into(), Opcode::Inv.into()]).unwrap();
    let root = builder.join(first, second).unwrap();
    let program = builder.finish(root);
    let error = trace(&program, &inputs(&[]), &ExecutionOptions::default()).unwrap_err();
    let place = *error.place().as_ref().unwrap();
    // join, block, push, push, block, noop
    assert_eq!((place.clk, place.operation), (6, Some(1)));
    let miden_core::Node::Block(block) = program.node(place.node).node() else { panic!() };
    assert_eq!(block.operations()[1], Operation::from(Opcode::Inv));
}

/// Joins that nest to this depth on one side.
fn nested(depth: u64, to_the_left: bool) -> Program {
    let mut builder = ProgramBuilder::new();
    let leaf = builder.block(&[Opcode::Incr.into()]).unwrap();
    let mut root = leaf;
    for _ in 0..depth {
        let (left, right) = if to_the_left { (root, leaf) } else { (leaf, root) };
        root = builder.join(left, right).unwrap();
    }
    builder.finish(root)
}

#[test]
fn deep_programs_do_not_use_the_native_stack() {
    let options = ExecutionOptions::default();
    for to_the_left in [true, false] {
        let depth = 100_000;
        let execution = execute(&nested(depth, to_the_left), &inputs(&[]), &options).unwrap();
        assert_eq!(execution.outputs.items()[0], Felt::new(depth + 1));
        assert_eq!(execution.cycles, depth + 2 * (depth + 1));

        let depth = 10_000;
        let recorded = trace(&nested(depth, to_the_left), &inputs(&[]), &options).unwrap();
        assert_eq!(recorded.outputs().items()[0], Felt::new(depth + 1));
        assert_eq!(recorded.part_rows().hasher as u64, 8 * (depth + 1));
    }
}

#[test]
fn a_stack_that_no_statement_can_name_is_an_error() {
    let mut builder = ProgramBuilder::new();
    let pad = builder.block(&vec![Opcode::Pad.into(); 64]).unwrap();
    let fits = builder.repeat(pad, (StackOutputs::MAX as u64 - 16) / 64).unwrap();
    let execution = execute(&builder.finish(fits), &inputs(&[]), &ExecutionOptions::default()).unwrap();
    assert!(execution.outputs.items().len() > StackOutputs::MAX - 64);
    let too_deep = builder.repeat(pad, StackOutputs::MAX as u64 / 64).unwrap();
    let error = execute(&builder.finish(too_deep), &inputs(&[]), &ExecutionOptions::default()).unwrap_err();
    assert!(matches!(error, ExecutionError::Outputs(_)), "{error}");
}

#[test]
fn as_many_inputs_and_outputs_as_possible_are_traced() {
    let items: Vec<u64> = (0..StackOutputs::MAX as u64).collect();
    let recorded = trace(&straight_line(&[]), &inputs(&items), &ExecutionOptions::default()).unwrap();
    assert!(recorded.outputs().items().iter().copied().eq(items.into_iter().rev().map(Felt::new)));
}

#[test]
fn an_observer_sees_every_cycle_before_it_acts() {
    #[derive(Default)]
    struct Log(Vec<(u64, Step, u64, Felt)>);
    impl Observer for Log {
        fn observe(&mut self, cycle: &Cycle<'_>) {
            self.0.push((cycle.clk, cycle.step, cycle.stack.depth() as u64, cycle.stack.item(0)));
        }
    }
    let mut log = Log::default();
    let program = straight_line(&[push(3), Opcode::Incr.into(), Opcode::Assert.into()]);
    let error = execute_observed(&program, &inputs(&[]), &ExecutionOptions::default(), &mut log).unwrap_err();
    assert_eq!(error.place().unwrap().clk, 3);
    let step = |index| Step::Operation { index };
    assert_eq!(
        log.0,
        [
            (0, Step::Node, 16, Felt::new(0)),
            (1, step(0), 16, Felt::new(0)),
            (2, step(1), 17, Felt::new(3)),
            (3, step(2), 17, Felt::new(4)),
        ]
    );
}
