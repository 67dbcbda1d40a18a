//! Times of a recording of 60 million cycles: the start, the run to the end, and ways back.
//!
//! The argument `--cycles N` sets another length, of three million cycles at least.

#![allow(clippy::unwrap_used, reason = "a benchmark stops with a panic")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use miden_assembly::{Assembler, Source};
use miden_core::{ProgramInputs, StackInputs};
use miden_debug::{Debugger, Recorder, RecorderOptions, Stop, Target};

/// Programs that count down from the top of the stack: the name, the body of the loop, and its cycles.
const PROGRAMS: [(&str, &str, u64); 3] = [
    ("registers only", "sub.1 dup neq.0", 7),
    ("4,096 words written", "dup dup.1 u32wrapping_mul.16 u32and.65520 mem_store sub.1 dup neq.0", 16),
    ("a million pages written", "dup dup.1 u32wrapping_mul.4096 mem_store sub.1 dup neq.0", 14),
];

const BACK: u64 = 1_000_000;

fn recorder(body: &str, count: u64) -> Recorder {
    let text = format!("begin\ndup neq.0 while.true\n{body}\nend\npush.1 mem_store.7\nend");
    let assembly = Assembler::new().assemble(&Source::new("p.masm", text)).unwrap();
    let inputs =
        ProgramInputs { stack: StackInputs::from_ints(&[count]).unwrap(), ..ProgramInputs::default() };
    let (program, debug) = (Arc::new(assembly.program), Some(Arc::new(assembly.debug)));
    Recorder::new(program, debug, inputs, Default::default(), RecorderOptions::default()).unwrap()
}

fn time<T>(action: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = action();
    (value, start.elapsed())
}

fn main() {
    let mut arguments = env::args().skip_while(|argument| argument != "--cycles").skip(1);
    let cycles: u64 = arguments.next().map_or(60_000_000, |number| number.parse().unwrap()).max(3 * BACK);
    println!(
        "{:<26}{:>12}{:>11}{:>11}{:>11}{:>12}{:>12}{:>12}{:>12}",
        "Program", "Cycles", "Start", "To end", "Saved", "10^6 back", "Step back", "Search", "To middle"
    );
    for (name, body, per_iteration) in PROGRAMS {
        let (mut debugger, start) =
            time(|| Debugger::new(recorder(body, (cycles / per_iteration).min(u64::from(u32::MAX)))));
        let (_, run) = time(|| debugger.seek(u64::MAX));
        let end = debugger.recorder().end().unwrap();
        let bytes = debugger.recorder().bytes();
        // The worst of several places.
        let back = (0..8).map(|place| {
            debugger.seek(end - place * 70_001);
            let target = debugger.recorder().clk() - BACK;
            let (_, time) = time(|| debugger.seek(target));
            assert_eq!(debugger.recorder().clk(), target);
            time
        });
        let back = back.max().unwrap();
        debugger.seek(end);
        let (_, step) = time(|| debugger.step_back());
        // A search that looks at every cycle on the way.
        debugger.seek(end);
        debugger.add_breakpoint(Target::Cycle(end - BACK), None).unwrap();
        let (stop, search) = time(|| debugger.reverse_resume());
        assert!(matches!(stop, Stop::Breakpoint(_)));
        let (_, middle) = time(|| debugger.seek(end / 2));
        println!(
            "{name:<26}{end:>12}{:>8} ms{:>8} ms{:>7} MiB{:>9} ms{:>9} ms{:>9} ms{:>9} ms",
            start.as_millis(),
            run.as_millis(),
            bytes >> 20,
            back.as_millis(),
            step.as_millis(),
            search.as_millis(),
            middle.as_millis()
        );
    }
}
