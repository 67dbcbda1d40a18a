//! Failures, limits, and programs of unusual size.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};

use common::{inputs, push, straight_line, trace, traced};
use miden_core::{
    AdviceInputs, Felt, Opcode, Operation, Program, ProgramInputs, StackOutputs,
    program::{AdviceInjector, Decorator, ProgramBuilder},
};
use miden_processor::{
    Cycle, CycleObserver, ExecutionError, ExecutionOptions, Executor, Fault, Step, execute,
};

fn endless() -> Program {
    let mut builder = ProgramBuilder::new();
    let before = builder.block(&[push(1)]).unwrap();
    let body = builder.block(&[push(1)]).unwrap();
    let repeated = builder.while_true(body).unwrap();
    let root = builder.join(before, repeated).unwrap();
    builder.finish(root)
}

#[test]
fn an_endless_loop_stops_at_the_cycle_limit() {
    let options = ExecutionOptions::default().with_max_cycles(1_000_001);
    let error = execute(&endless(), &inputs(&[]), &options).unwrap_err();
    let ExecutionError::CycleLimit { limit, public: false, site } = &error else { panic!("{error}") };
    assert_eq!((*limit, site.clk), (1_000_001, 1_000_001));
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
            matches!(error, ExecutionError::CycleLimit { ref site, .. } if site.clk == limit),
            "{limit}: {error}"
        );
    }
}

/// Stores endlessly to words that are `step` apart.
fn storing(step: u64) -> Program {
    let mut builder = ProgramBuilder::new();
    let before = builder.block(&[push(0), push(1)]).unwrap();
    let store = [Opcode::Dup0, Opcode::MStore, Opcode::Drop].map(Operation::from);
    let body = [&[Opcode::Dup0.into()], &store[..], &[push(step), Opcode::Add.into(), push(1)]].concat();
    let body = builder.block(&body).unwrap();
    let repeated = builder.while_true(body).unwrap();
    let root = builder.join(before, repeated).unwrap();
    builder.finish(root)
}

#[test]
fn the_memory_limit_counts_pages() {
    for (step, cycles_per_page) in [(1, 16 * 9), (16, 9), (1 << 20, 9)] {
        let options = ExecutionOptions::default().with_max_memory_words(16 * 100);
        let error = execute(&storing(step), &inputs(&[]), &options).unwrap_err();
        let ExecutionError::MemoryLimit { limit: 1600, site } = &error else { panic!("{error}") };
        assert_eq!(site.operation, Some(2));
        // JOIN, BLOCK, two pushes; LOOP, BLOCK and seven operations for each store.
        assert_eq!(site.clk, 4 + 100 * cycles_per_page + 4, "{error}");
        assert_eq!(error.kind(), "MemoryLimitExceeded");
        // The store has not executed: the address is on top, the value below.
        assert_eq!(site.stack[0], site.stack[1]);
    }
    let none = ExecutionOptions::default().with_max_memory_words(0);
    let load = straight_line(&[push(7), Opcode::MLoad.into()]);
    execute(&load, &inputs(&[]), &none).unwrap();
}

#[test]
fn the_stack_has_a_limit() {
    let options = ExecutionOptions::default().with_max_stack_depth(1000);
    let mut builder = ProgramBuilder::new();
    let pad = builder.block(&vec![Opcode::Pad.into(); 41]).unwrap();
    let run = |builder: &ProgramBuilder, root| execute(&builder.finish(root), &inputs(&[]), &options);
    let fits = builder.repeat(pad, 24).unwrap();
    assert_eq!(run(&builder, fits).unwrap().outputs.items().len(), 16 + 24 * 41);
    let too_much = builder.repeat(pad, 26).unwrap();
    let error = run(&builder, too_much).unwrap_err();
    assert!(matches!(error, ExecutionError::StackLimit { limit: 1000, depth: 1041, .. }), "{error}");
    assert_eq!(error.kind(), "StackLimitExceeded");
}

#[test]
fn the_advice_has_a_limit() {
    let inputs = ProgramInputs { advice: AdviceInputs::from_ints(&[1; 9]).unwrap(), ..inputs(&[]) };
    let program = straight_line(&[Opcode::Read.into()]);
    execute(&program, &inputs, &ExecutionOptions::default().with_max_advice(9)).unwrap();
    let options = ExecutionOptions::default().with_max_advice(8);
    for error in
        [execute(&program, &inputs, &options).unwrap_err(), trace(&program, &inputs, &options).unwrap_err()]
    {
        assert!(matches!(error, ExecutionError::AdviceInputs(_)), "{error}");
        assert_eq!((error.kind(), error.site()), ("AdviceLimitExceeded", None));
    }
    // A program that grows its advice.
    let mut builder = ProgramBuilder::new();
    let divide = Decorator::Advice(AdviceInjector::U64Div);
    let block = builder.decorated_block(&[Opcode::Noop.into()], &[(0, divide)]).unwrap();
    let start = builder.block(&[1, 0, 1, 0].map(push)).unwrap();
    let repeated = builder.repeat(block, 1000).unwrap();
    let root = builder.join(start, repeated).unwrap();
    let options = ExecutionOptions::default().with_max_advice(400);
    let error = execute(&builder.finish(root), &ProgramInputs::default(), &options).unwrap_err();
    assert!(matches!(error, ExecutionError::Host { .. }), "{error}");
    assert_eq!(error.kind(), "AdviceLimitExceeded");
}

#[test]
fn contexts_that_have_returned_take_no_memory() {
    // Each call stores to a page of its own context.
    let mut builder = ProgramBuilder::new();
    let store = [push(3), push(9), Opcode::MStore.into(), Opcode::Drop.into(), Opcode::Drop.into()];
    let callee = builder.block(&store).unwrap();
    let call = builder.call(callee).unwrap();
    let before = builder.block(&[push(7), push(1), Opcode::MStore.into(), Opcode::Drop.into()]).unwrap();
    let calls = builder.repeat(call, 1000).unwrap();
    let after = builder.block(&[push(1), Opcode::MLoad.into()]).unwrap();
    let root = builder.sequence(&[before, calls, after]).unwrap();
    let program = builder.finish(root);
    let options = ExecutionOptions::default().with_max_memory_words(32);
    let execution = execute(&program, &inputs(&[]), &options).unwrap();
    assert_eq!(execution.outputs.items()[0], Felt::new(7));
    // A call needs the page while it runs.
    let error = execute(&program, &inputs(&[]), &options.with_max_memory_words(16)).unwrap_err();
    assert!(matches!(error, ExecutionError::MemoryLimit { limit: 16, .. }), "{error}");
}

#[test]
fn a_long_loop_takes_constant_memory() {
    // Millions of cycles of pushes, drops, stores and calls fit into a few pages and items.
    let mut builder = ProgramBuilder::new();
    let load = [push(1), push(5), Opcode::MLoad.into(), Opcode::Drop.into(), Opcode::Drop.into()];
    let callee = builder.block(&load).unwrap();
    let call = builder.call(callee).unwrap();
    let before = builder.block(&[push(400_000), push(1)]).unwrap();
    let store = [Opcode::Dup0.into(), push(17), Opcode::MStore.into(), Opcode::Drop.into()];
    let store = builder.block(&store).unwrap();
    let count = [push(1), Opcode::Sub.into(), Opcode::Dup0.into(), Opcode::Eqz.into(), Opcode::Not.into()];
    let count = builder.block(&count).unwrap();
    let body = builder.sequence(&[store, call, count]).unwrap();
    let repeated = builder.while_true(body).unwrap();
    let root = builder.join(before, repeated).unwrap();
    let options = ExecutionOptions::default().with_max_memory_words(32).with_max_stack_depth(64);
    let execution = execute(&builder.finish(root), &inputs(&[]), &options).unwrap();
    assert_eq!(execution.cycles, 4 + 1 + 400_000 * 22);
}

#[test]
fn conditions_must_be_binary() {
    let mut builder = ProgramBuilder::new();
    let block = builder.block(&[]).unwrap();
    for root in [builder.split(block, block).unwrap(), builder.while_true(block).unwrap()] {
        let program = builder.finish(root);
        let error = execute(&program, &inputs(&[2]), &ExecutionOptions::default()).unwrap_err();
        let ExecutionError::Fault { fault, site, .. } = error else { panic!("{error}") };
        assert_eq!(fault, Fault::NotBinaryValue { value: Felt::new(2) });
        assert_eq!((site.clk, site.node, site.operation), (0, program.root(), None));
    }
}

#[test]
fn a_failure_names_its_node_operation_and_cycle() {
    let mut builder = ProgramBuilder::new();
    let first = builder.block(&[push(5), push(0)]).unwrap();
    let second = builder.block(&[Opcode::Noop.into(), Opcode::Inv.into()]).unwrap();
    let root = builder.join(first, second).unwrap();
    let program = builder.finish(root);
    let error = traced(&program, &inputs(&[]), &ExecutionOptions::default()).unwrap_err();
    let site = *error.site().as_ref().unwrap();
    // join, block, push, push, block, noop
    assert_eq!((site.clk, site.operation), (6, Some(1)));
    let miden_core::Node::Block(block) = program.node(site.node).node() else { panic!() };
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
fn a_stack_too_deep_for_a_statement_is_an_error() {
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
fn the_largest_numbers_of_inputs_and_outputs_have_a_trace() {
    let items: Vec<u64> = (0..StackOutputs::MAX as u64).collect();
    let recorded = trace(&straight_line(&[]), &inputs(&items), &ExecutionOptions::default()).unwrap();
    assert!(recorded.outputs().items().iter().copied().eq(items.into_iter().rev().map(Felt::new)));
}

#[test]
fn an_observer_sees_every_cycle_before_it_takes_effect() {
    #[derive(Default)]
    struct Log(Vec<(u64, Step, u64, Felt)>);
    impl CycleObserver for Log {
        fn observe(&mut self, cycle: &Cycle<'_>) {
            self.0.push((cycle.clk, cycle.step, cycle.stack.depth() as u64, cycle.stack.item(0)));
        }
    }
    let mut log = Log::default();
    let program = straight_line(&[push(3), Opcode::Incr.into(), Opcode::Assert.into()]);
    let error = Executor::new(&program).with_observer(&mut log).execute().unwrap_err();
    assert_eq!(error.site().unwrap().clk, 3);
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

/// An observer interrupts at this cycle.
struct InterruptAt<'a>(u64, &'a AtomicBool);

impl CycleObserver for InterruptAt<'_> {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        if cycle.clk == self.0 {
            self.1.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn an_endless_loop_stops_when_it_is_interrupted() {
    let (program, options) = (endless(), ExecutionOptions::default().with_max_cycles(u64::MAX));
    let interrupt = AtomicBool::new(false);
    let executor = || Executor::new(&program).with_options(options).with_interrupt(&interrupt);
    let results = [
        executor().with_observer(InterruptAt(1000, &interrupt)).execute().map(|_| ()),
        executor().trace().map(|_| ()),
        executor().count_rows().map(|_| ()),
    ];
    assert_eq!(
        results,
        [
            Err(ExecutionError::Interrupted),
            Err(ExecutionError::Interrupted),
            Err(ExecutionError::Interrupted)
        ]
    );
}

#[test]
fn the_limit_of_the_trace_is_exact() {
    let rows = |opcodes: usize, max| {
        let options = ExecutionOptions::default().with_max_trace_rows(max);
        trace(&straight_line(&vec![Opcode::Incr.into(); opcodes]), &inputs(&[]), &options)
            .map(|trace| trace.num_rows())
    };
    let parts =
        trace(&straight_line(&[Opcode::Incr.into(); 2000]), &inputs(&[]), &ExecutionOptions::default());
    let needed = parts.unwrap().part_rows().longest();
    assert_eq!(rows(2000, needed), Ok(needed.next_power_of_two()));
    assert_eq!(rows(2000, needed - 1), Err(ExecutionError::TraceTooLong { needed, max: needed - 1 }));
    // The chiplets are the longest part, which the first run cannot know.
    let hashes = [Opcode::HPerm.into(); 1000];
    let options = ExecutionOptions::default();
    let parts = trace(&straight_line(&hashes), &inputs(&[]), &options).unwrap().part_rows();
    assert!(parts.longest() > parts.execution);
    let max = parts.longest() - 1;
    let error = trace(&straight_line(&hashes), &inputs(&[]), &options.with_max_trace_rows(max)).unwrap_err();
    assert_eq!(error, ExecutionError::TraceTooLong { needed: parts.longest(), max });
}
