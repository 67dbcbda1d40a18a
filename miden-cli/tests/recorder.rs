//! Stepping back and forth over every program of the corpus reproduces every state.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use miden_assembly::{Assembler, Source};
use miden_core::{AdviceInputs, Felt, Program, ProgramInputs, StackInputs, Word};
use miden_debug::{Debugger, Moment, Recorder, RecorderOptions, Stop, Target};
use miden_processor::{
    AdviceProvider, Cycle, CycleObserver, DefaultHost, ExecutionOptions, Executor, InMemoryAdvice,
};

mod support;

use support::corpus;

/// Everything that is visible before a cycle; without the place in the source if there is none.
#[derive(Clone, Debug, PartialEq)]
struct State {
    registers: (u64, u64, Felt, String),
    stack: Vec<Felt>,
    memory: Vec<(u32, Word)>,
    place: Option<Place>,
}

/// The depth, the statements that start, and the names in the chain of callers.
type Place = (usize, usize, bool, Vec<Option<String>>, Vec<Option<String>>);

/// The states of an execution that nothing interrupts.
#[derive(Default)]
struct States(Vec<State>);

impl CycleObserver for States {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        self.0.push(state(cycle));
    }
}

fn state(cycle: &Cycle<'_>) -> State {
    let Cycle { clk, ctx, fmp, node, step, stack, memory, .. } = cycle;
    State {
        registers: (*clk, *ctx, *fmp, format!("{node:?} {step:?}")),
        stack: stack.to_vec(),
        memory: memory.words(*ctx).collect(),
        place: None,
    }
}

fn place(moment: &Moment<'_>) -> Place {
    let frames = moment.frames();
    let names = frames.iter().map(|frame| frame.procedure.as_ref().map(|info| info.name().to_owned()));
    let texts = frames.iter().map(|frame| frame.instruction.as_ref().map(|info| info.text().to_owned()));
    let (names, texts) = (names.collect(), texts.collect());
    (moment.depth(), moment.entering(), moment.starts_statement(), names, texts)
}

/// A step of a walk through an execution: forward or back by some cycles.
fn walk(cycles: u64) -> impl Iterator<Item = u64> {
    // Every cycle forward, every cycle back, and leaps over the whole length.
    let leaps = (0..40u64).map(move |i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (cycles + 1));
    (0..=cycles).chain((0..cycles).rev()).chain(leaps)
}

fn check(name: &str, mut recorder: Recorder, expected: &[State], longest: u64) {
    // Long programs are visited at some of their cycles.
    let cycles = (expected.len() as u64).saturating_sub(1);
    let every = cycles / longest + 1;
    let mut places = BTreeMap::new();
    for clk in walk(cycles / every).map(|clk| clk * every) {
        recorder.seek(clk);
        let mut found = state(&recorder.cycle());
        assert_eq!(found, expected[clk as usize], "{name}, cycle {clk}");
        found.place = Some(place(&recorder.moment()));
        let first = places.entry(clk).or_insert_with(|| found.clone());
        assert_eq!(found, *first, "{name}, cycle {clk}");
    }
}

#[test]
fn every_state_of_the_corpus_is_reproduced() {
    let mut checked = 0;
    for entry in corpus::read() {
        let program = Arc::new(entry.program);
        let debug = Arc::new(entry.debug);
        for case in &entry.cases {
            let mut states = States::default();
            let executor = Executor::new(&program).with_inputs(case.inputs.clone());
            let result = executor.with_observer(&mut states).execute();
            let recorder = || {
                let options = RecorderOptions::default().with_interval(7).with_max_bytes(1 << 18);
                let (program, debug) = (Arc::clone(&program), Some(Arc::clone(&debug)));
                Recorder::new(program, debug, case.inputs.clone(), ExecutionOptions::default(), options)
            };
            check(&entry.name, recorder().unwrap(), &states.0, 300);
            let mut recorder = recorder().unwrap();
            recorder.seek(u64::MAX);
            assert_eq!(recorder.result(), Some(&result), "{}", entry.name);
            checked += states.0.len();
        }
    }
    assert!(checked > 10_000, "{checked}");
}

/// The state, the instructions of all frames, and their locals.
type Visible = (State, Vec<Option<String>>, Vec<Vec<Word>>);

/// The visible state at a stop of the debugger.
fn stop(debugger: &Debugger) -> Visible {
    let frames = debugger.frames();
    let texts = frames.iter().map(|frame| frame.instruction.as_ref().map(|info| info.text().to_owned()));
    let locals = |frame| debugger.locals_of(frame).iter().map(|local| local.word).collect();
    let locals = (0..frames.len()).map(locals).collect();
    (state(&debugger.recorder().cycle()), texts.collect(), locals)
}

/// The stops of steps of a kind, with the reason for the last one.
fn steps(debugger: &mut Debugger, step: fn(&mut Debugger) -> Stop) -> (Vec<Visible>, Stop) {
    let mut stops = vec![stop(debugger)];
    loop {
        let reason = step(debugger);
        if reason != Stop::Step || stops.len() == LONGEST_WALK {
            return (stops, reason);
        }
        stops.push(stop(debugger));
    }
}

/// Number of steps of a walk through a program.
const LONGEST_WALK: usize = 400;

#[test]
fn steps_back_lead_to_the_stops_of_the_steps_forward() {
    let mut checked = 0;
    for entry in corpus::read() {
        let (program, debug) = (Arc::new(entry.program), Arc::new(entry.debug));
        for case in &entry.cases {
            let (program, debug) = (Arc::clone(&program), Some(Arc::clone(&debug)));
            let options = RecorderOptions::default().with_interval(50);
            let inputs = case.inputs.clone();
            let recorder = Recorder::new(program, debug, inputs, ExecutionOptions::default(), options);
            let mut debugger = Debugger::new(recorder.unwrap());
            let (forward, last) = steps(&mut debugger, Debugger::step_in);
            let (mut back, first) = steps(&mut debugger, Debugger::step_back);
            if last == Stop::Step {
                // A long program, on the way.
                continue;
            }
            back.reverse();
            // The end of the program is a stop of the way back only, and so is a return that fails.
            let is_return = back.last().is_some_and(|(state, ..)| state.registers.3.ends_with("Return"));
            let end = back.len() - usize::from(last == Stop::End || is_return);
            let back = &back[..end];
            assert_eq!((back, first), (&forward[..], Stop::Start), "{}", entry.name);
            checked += back.len();
        }
    }
    assert!(checked > 2000, "{checked}");
}

/// The stops at breakpoints on the way: the cycle, the number of frames, and the reason.
fn breaks(debugger: &mut Debugger, motion: fn(&mut Debugger) -> Stop) -> Vec<(u64, usize, Stop)> {
    let mut found = Vec::new();
    loop {
        match motion(debugger) {
            Stop::Step => {}
            stop @ (Stop::Breakpoint(_) | Stop::Command) => {
                found.push((debugger.recorder().clk(), debugger.frames().len(), stop));
            }
            _ => return found,
        }
    }
}

/// Breakpoints for the program: lines, every procedure, and the writes to some addresses.
fn breakpoints(debugger: &mut Debugger) -> [Vec<Target>; 3] {
    let mut names = BTreeSet::new();
    while debugger.step_in() == Stop::Step {
        names.extend(debugger.frames().iter().map(|frame| frame.name().to_owned()));
    }
    let memory = debugger.recorder().cycle().memory;
    let writes = memory.words(0).take(3).map(|(address, _)| Target::Write(address)).collect();
    debugger.start();
    let lines = (1..80).step_by(3).map(|line| Target::Line { source: None, line }).collect();
    [lines, names.into_iter().map(Target::Procedure).collect(), writes]
}

#[test]
fn runs_stop_where_steps_do() {
    let mut checked = [0; 3];
    for entry in corpus::read() {
        let (program, debug) = (Arc::new(entry.program), Arc::new(entry.debug));
        // Every step is a search, so only short programs are walked through.
        for case in entry.cases.iter().take(1) {
            let (program, debug) = (Arc::clone(&program), Some(Arc::clone(&debug)));
            let options = RecorderOptions::default().with_interval(40);
            let inputs = case.inputs.clone();
            let recorder = Recorder::new(program, debug, inputs, ExecutionOptions::default(), options);
            let mut debugger = Debugger::new(recorder.unwrap());
            debugger.seek(4000);
            if debugger.recorder().ending().is_none() {
                continue;
            }
            debugger.start();
            for (number, targets) in breakpoints(&mut debugger).into_iter().enumerate() {
                for target in targets {
                    let _ = debugger.add_breakpoint(target, None);
                }
                let steps = breaks(&mut debugger, Debugger::step_in);
                let mut back = breaks(&mut debugger, Debugger::reverse_resume);
                let mut steps_back = Vec::new();
                let forward = breaks(&mut debugger, Debugger::resume);
                if back.len() < 100 {
                    steps_back = breaks(&mut debugger, Debugger::step_back);
                    assert_eq!(steps_back, back, "{}", entry.name);
                }
                back.reverse();
                assert_eq!(forward, steps, "{}", entry.name);
                // A breakpoint at the first instruction is met on the way back only.
                assert!(back.ends_with(&forward) && back.len() <= forward.len() + 1, "{}", entry.name);
                checked[number] += forward.len() + steps_back.len();
                for id in debugger.breakpoints().iter().map(|breakpoint| breakpoint.id).collect::<Vec<_>>() {
                    debugger.remove_breakpoint(id);
                }
                debugger.start();
            }
        }
    }
    assert!(checked.iter().all(|count| *count > 50), "{checked:?}");
}

fn record(source: &str, stack: &[u64], options: RecorderOptions) -> Recorder {
    let assembly = Assembler::new().assemble(&Source::new("p.masm", source)).unwrap();
    let inputs = ProgramInputs { stack: StackInputs::from_ints(stack).unwrap(), ..ProgramInputs::default() };
    let (program, debug) = (Arc::new(assembly.program), Some(Arc::new(assembly.debug)));
    Recorder::new(program, debug, inputs, ExecutionOptions::default(), options).unwrap()
}

/// Counts down from the top of the stack, and stores the counter at many addresses.
const COUNTDOWN: &str = "
    begin
        dup neq.0
        while.true
            dup dup.1 u32wrapping_mul.4096 mem_store
            sub.1 dup neq.0
        end
    end";

#[test]
fn memory_stays_below_its_limit() {
    for limit in [1 << 14, 1 << 18, 1 << 22] {
        let options = RecorderOptions::default().with_interval(16).with_max_bytes(limit);
        let mut recorder = record(COUNTDOWN, &[2000], options);
        recorder.seek(u64::MAX);
        let end = recorder.clk();
        assert!(end > 20_000 && recorder.result().unwrap().is_ok());
        assert!(recorder.bytes() <= limit, "{} of {limit} bytes", recorder.bytes());
        recorder.seek(end / 2);
        let state = recorder.cycle().stack.to_vec();
        recorder.seek(0);
        recorder.seek(end / 2);
        assert_eq!(recorder.cycle().stack.to_vec(), state);
    }
}

#[test]
fn nothing_is_executed_before_it_is_asked_for() {
    // 60 million cycles.
    let recorder = record(COUNTDOWN, &[4_000_000], RecorderOptions::default());
    assert_eq!((recorder.clk(), recorder.end(), recorder.earliest()), (0, None, 0));
}

/// Emits event 5 as often as the top of the stack says, and reads a value each time.
fn emitting() -> Program {
    use miden_core::{
        Opcode, Operation,
        program::{Decorator, ProgramBuilder},
    };
    let mut builder = ProgramBuilder::new();
    let operations = [Opcode::Read, Opcode::Add].map(Operation::from);
    let block = builder.decorated_block(&operations, &[(0, Decorator::Emit(5))]).unwrap();
    let root = builder.repeat(block, 50).unwrap();
    builder.finish(root)
}

#[test]
fn events_are_handled_once_whatever_their_handlers_do() {
    let program = Arc::new(emitting());
    for limit in [1 << 20, 4000] {
        let mut host = DefaultHost::new(InMemoryAdvice::new(AdviceInputs::default(), 100).unwrap());
        let events = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&events);
        host.register(5, move |_, advice| {
            let count = counted.fetch_add(1, Ordering::Relaxed) + 1;
            Ok(advice.push_front(&[Felt::new(count * count)])?)
        });
        let options = RecorderOptions::default().with_interval(3).with_max_bytes(limit);
        let stack = StackInputs::default();
        let mut recorder = Recorder::with_host(
            Arc::clone(&program),
            None,
            &stack,
            host,
            ExecutionOptions::default(),
            options,
        )
        .unwrap();
        recorder.seek(u64::MAX);
        let sum = recorder.cycle().stack.item(0);
        assert_eq!(sum.as_int(), (1..=50).map(|event| event * event).sum::<u64>());
        for clk in [70, 10, 100, 0] {
            recorder.seek(clk);
            assert!(recorder.clk() == clk.max(recorder.earliest()));
            recorder.seek(u64::MAX);
            assert_eq!(recorder.cycle().stack.item(0), sum);
        }
        // Only recorded events that exceed the limit take cycles away.
        assert_eq!(recorder.earliest() > 0, limit == 4000);
        assert!(recorder.bytes() <= limit.max(8000), "{}", recorder.bytes());
        assert_eq!(events.load(Ordering::Relaxed), 50);
    }
}

#[test]
fn a_failure_of_a_decorator_ends_before_its_cycle() {
    let mut recorder =
        record("begin push.1 drop adv.push_mapval push.2 drop end", &[], RecorderOptions::default());
    recorder.seek(u64::MAX);
    let error = recorder.result().unwrap().as_ref().unwrap_err().clone();
    assert!(error.to_string().contains("no list under key"), "{error}");
    let clk = recorder.clk();
    recorder.seek(0);
    recorder.seek(u64::MAX);
    assert_eq!((recorder.clk(), recorder.result()), (clk, Some(&Err(error))));
}

#[test]
fn searches_find_the_nearest_cycle() {
    let mut recorder = record(COUNTDOWN, &[500], RecorderOptions::default().with_interval(64));
    let is_twenty =
        |moment: &Moment<'_>| moment.starts_statement() && moment.cycle().stack.item(0).as_int() == 20;
    assert!(recorder.find(is_twenty));
    let first = recorder.clk();
    recorder.seek(u64::MAX);
    let mut found = Vec::new();
    while let Some(clk) = recorder.find_back(is_twenty) {
        assert_eq!(clk, recorder.clk());
        found.push(clk);
    }
    assert_eq!(found.last(), Some(&first));
    assert!(found.len() > 3 && found.is_sorted_by(|a, b| a > b));
    assert_eq!(recorder.clk(), first, "a search that finds nothing stays");
}
