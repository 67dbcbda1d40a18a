//! Executions that pause behave like those that do not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use common::{failing, inputs, programs};
use miden_core::{Felt, NodeId, Program, ProgramInputs, Word};
use miden_processor::{
    Cycle, CycleObserver, DefaultHost, Execution, ExecutionError, ExecutionOptions, Executor, InMemoryAdvice,
    PausingObserver, SavedAdvice, Snapshot, Step, Stepper, Unobserved,
};
use proptest::prelude::*;

/// Everything that an observer sees before a cycle.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    place: (u64, u64, Felt, NodeId, Step),
    stack: Vec<Felt>,
    memory: Vec<(u32, Word)>,
}

#[derive(Default)]
struct History(Vec<Seen>);

impl CycleObserver for History {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        self.0.push(seen(cycle));
    }
}

/// Asks for a pause before the visits and returns whose number is a multiple of `every`.
struct Pausing {
    history: History,
    every: u64,
    /// The last cycle that was asked for.
    last: Option<Seen>,
}

impl CycleObserver for Pausing {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        self.history.observe(cycle);
    }
}

impl PausingObserver for Pausing {
    fn pauses(&mut self, cycle: &Cycle<'_>) -> bool {
        let asks = cycle.clk.is_multiple_of(self.every) && self.last != Some(seen(cycle));
        if asks {
            self.last = Some(seen(cycle));
        }
        asks
    }
}

fn seen(cycle: &Cycle<'_>) -> Seen {
    let Cycle { clk, ctx, fmp, node, step, stack, memory, .. } = cycle;
    Seen {
        place: (*clk, *ctx, *fmp, *node, *step),
        stack: stack.to_vec(),
        memory: memory.words(*ctx).collect(),
    }
}

fn program_inputs(stack: &[u64]) -> ProgramInputs {
    ProgramInputs { advice: programs::advice(), ..inputs(stack) }
}

fn stepper(program: &Program, stack: &[u64], options: ExecutionOptions) -> Stepper<DefaultHost<'static>> {
    let ProgramInputs { stack, advice } = program_inputs(stack);
    let host = DefaultHost::new(InMemoryAdvice::new(advice, options.max_advice).unwrap());
    Stepper::new(Arc::new(program.clone()), &stack, host, options).unwrap()
}

fn run(
    program: &Program,
    stack: &[u64],
    options: ExecutionOptions,
) -> (History, Result<Execution, ExecutionError>) {
    let mut history = History::default();
    let executor = Executor::new(program).with_inputs(program_inputs(stack)).with_options(options);
    let result = executor.with_observer(&mut history).execute();
    (history, result)
}

type Saved = (Snapshot, SavedAdvice);

/// Pauses after these numbers of cycles, again and again, and returns to every second pause.
fn check(program: &Program, stack: &[u64], steps: &[u64], options: ExecutionOptions) {
    let (expected, result) = run(program, stack, options);
    let mut stepper = stepper(program, stack, options);
    let mut saved: Option<Saved> = None;
    let mut history = History::default();
    for (number, step) in steps.iter().cycle().enumerate() {
        if let Some(cycle) = stepper.result().is_none().then(|| stepper.cycle()) {
            let clk = cycle.clk as usize;
            // A step that fails at a limit is not shown.
            if let Some(expected) = expected.0.get(clk) {
                assert_eq!(seen(&cycle), *expected, "before cycle {clk}");
            }
        }
        let before = saved.as_ref();
        let snapshot = stepper.save(before.map(|(snapshot, _)| snapshot));
        let advice = stepper.host_mut().advice().save(before.map(|(_, advice)| advice));
        saved = snapshot.map(|snapshot| (snapshot, advice)).or(saved);
        if stepper.result().is_some() {
            break;
        }
        let clk = stepper.cycle().clk;
        stepper.run(clk + step, &mut history);
        if number % 2 == 1 {
            let (snapshot, advice) = saved.as_ref().unwrap();
            stepper.host_mut().advice().restore(advice);
            stepper.restore(snapshot);
            assert_eq!((stepper.cycle().clk, stepper.result().is_some()), (clk, false));
            history.0.truncate(clk as usize);
            stepper.run(clk + step, &mut history);
        }
    }
    assert_eq!(*stepper.result().unwrap(), result);
    assert_eq!(history.0, expected.0);
}

/// Pauses before every visit and return that the observer asks for, and nowhere else.
fn check_asked(program: &Program, stack: &[u64], every: u64, options: ExecutionOptions) {
    let (expected, result) = run(program, stack, options);
    let mut stepper = stepper(program, stack, options);
    let mut observer = Pausing { history: History::default(), every, last: None };
    let mut pauses = Vec::new();
    loop {
        stepper.run_or_pause(u64::MAX, &mut observer);
        if stepper.result().is_some() {
            break;
        }
        pauses.push(seen(&stepper.cycle()));
        assert_eq!(observer.last, pauses.last().cloned());
    }
    let is_due = |seen: &&Seen| {
        let (clk, .., step) = &seen.place;
        clk.is_multiple_of(every) && !matches!(step, Step::Operation { .. })
    };
    let due: Vec<_> = expected.0.iter().filter(is_due).cloned().collect();
    // A step that fails at a limit is asked for, but not shown.
    pauses.truncate(due.len());
    assert_eq!(pauses, due);
    assert_eq!(observer.history.0, expected.0);
    assert_eq!(*stepper.result().unwrap(), result);
}

trait Advice {
    fn advice(&mut self) -> &mut InMemoryAdvice;
}

impl Advice for DefaultHost<'_> {
    fn advice(&mut self) -> &mut InMemoryAdvice {
        miden_processor::Host::advice(self)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pauses_change_nothing(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
        steps in proptest::collection::vec(1..60u64, 1..8),
        decorated in any::<bool>(),
    ) {
        let program = if decorated { tree.decorated_program() } else { tree.program() };
        check(&program, &stack, &steps, ExecutionOptions::default());
        check_asked(&program, &stack, steps[0], ExecutionOptions::default());
    }

    #[test]
    fn failures_are_those_of_an_execution_without_pauses(
        (tree, _) in failing::tree(),
        stack in programs::stack_inputs(),
        steps in proptest::collection::vec(1..60u64, 1..8),
        limit in 1..300u64,
    ) {
        let program = tree.program();
        check(&program, &stack, &steps, ExecutionOptions::default());
        check(&program, &stack, &steps, ExecutionOptions::default().with_max_cycles(limit));
        check_asked(&program, &stack, steps[0], ExecutionOptions::default());
        check_asked(&program, &stack, steps[0], ExecutionOptions::default().with_max_cycles(limit));
    }
}

#[test]
fn snapshots_share_what_did_not_change() {
    let program = programs::Tree::Loop(200, vec![]).program();
    let mut stepper = stepper(&program, &[], ExecutionOptions::default());
    let first = stepper.save(None).unwrap();
    let advice = stepper.host_mut().advice().save(None);
    stepper.run(100, &mut Unobserved);
    let second = stepper.save(Some(&first)).unwrap();
    assert!(second.bytes_beyond(Some(&first)) < 2000 + first.bytes_beyond(None));
    let again = stepper.host_mut().advice().save(Some(&advice));
    assert!(again.bytes_beyond(Some(&advice)) < 1000);
    assert!(again.bytes_beyond(None) > 8 * 8000);
}
