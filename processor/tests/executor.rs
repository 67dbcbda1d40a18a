//! The builder: hosts, observers and limits combine with every way to run a program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{push, straight_line};
use miden_core::{
    AdviceInputs, Felt, Opcode, Program, ProgramInputs, StackInputs,
    program::{Decorator, ProgramBuilder},
};
use miden_processor::{
    AdviceProvider, Cycle, CycleObserver, DefaultHost, ExecutionOptions, Executor, HostSource, InMemoryAdvice,
};

/// The clock of every cycle that was shown.
#[derive(Default)]
struct Clocks(Vec<u64>);

impl CycleObserver for Clocks {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        self.0.push(cycle.clk);
    }
}

/// Emits event 5 and reads the value that its handler pushes.
fn emitting() -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.decorated_block(&[Opcode::Read.into()], &[(0, Decorator::Emit(5))]).unwrap();
    builder.finish(root)
}

/// The clocks that an observer sees while `run` uses the executor with a host, and the number of events.
fn watched(run: impl Fn(Executor<'_, &mut DefaultHost<'_>, &mut Clocks>)) -> (Vec<u64>, u64) {
    let (program, mut clocks, mut events) = (emitting(), Clocks::default(), 0);
    let mut host = DefaultHost::new(InMemoryAdvice::new(AdviceInputs::default(), 16).unwrap());
    host.register(5, |_, advice| {
        events += 1;
        Ok(advice.push_front(&[Felt::new(9)])?)
    });
    run(Executor::new(&program).with_host(&mut host).with_observer(&mut clocks));
    drop(host);
    (clocks.0, events)
}

#[test]
fn every_run_asks_its_host_once_and_shows_each_cycle_once() {
    let execute = watched(|executor| assert_eq!(executor.execute().unwrap().cycles, 2));
    let trace = watched(|executor| assert_eq!(executor.trace().unwrap().outputs().items()[0], Felt::new(9)));
    let count_rows = watched(|executor| assert!(executor.count_rows().unwrap().execution > 2));
    assert_eq!([&execute, &trace, &count_rows], [&(vec![0, 1], 1); 3]);
}

#[test]
fn a_trace_shows_the_cycle_that_fails_like_an_execution() {
    let program = straight_line(&[push(3), Opcode::Assert.into()]);
    let (mut executed, mut traced) = (Clocks::default(), Clocks::default());
    Executor::new(&program).with_observer(&mut executed).execute().unwrap_err();
    assert!(Executor::new(&program).with_observer(&mut traced).trace().unwrap().failure().is_some());
    assert_eq!((executed.0, traced.0), (vec![0, 1, 2], vec![0, 1, 2]));
}

#[test]
fn the_last_setting_wins() {
    let program = straight_line(&[Opcode::Read.into()]);
    let advice = |value| AdviceInputs::from_ints(&[value]).unwrap();
    let top = |executor: Executor<'_, AdviceInputs>| executor.execute().unwrap().outputs.items()[0].as_int();
    let stack = StackInputs::from_ints(&[1]).unwrap();
    let inputs = ProgramInputs { stack: stack.clone(), advice: advice(2) };
    let executor = Executor::new(&program).with_inputs(inputs);
    assert_eq!(executor.stack(), &stack);
    assert_eq!(top(executor.clone()), 2);
    assert_eq!(top(executor.clone().with_advice(advice(3))), 3);

    let host = advice(4).into_host(16).unwrap();
    let replaced = executor.clone().with_host(host).execute().unwrap();
    assert_eq!(replaced.outputs.items()[..2], [4, 1].map(Felt::new));
    let host = advice(4).into_host(16).unwrap();
    assert_eq!(top(executor.with_host(host).with_advice(advice(5))), 5);
}

#[test]
fn advice_inputs_respect_the_limit_whenever_it_is_set() {
    let program = straight_line(&[Opcode::Noop.into()]);
    let options = ExecutionOptions::default().with_max_advice(1);
    let advice = AdviceInputs::from_ints(&[1, 2]).unwrap();
    let before = Executor::new(&program).with_options(options).with_advice(advice.clone());
    let after = Executor::new(&program).with_advice(advice).with_options(options);
    for executor in [before, after] {
        assert_eq!(executor.execute().unwrap_err().kind(), "AdviceLimitExceeded");
    }
}
