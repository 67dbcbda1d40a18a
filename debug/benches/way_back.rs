//! Times of a recording of 60 million cycles: the start, the run to the end, ways back, and searches over the whole
//! length: for a line, and for a write at the end or at the start.
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
    let text =
        format!("begin\npush.1 mem_store.7\ndup neq.0 while.true\n{body}\nend\npush.1 mem_store.7\nend");
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

/// A line of the program.
const fn line(line: usize) -> Target {
    Target::Line { source: None, line }
}

fn main() {
    let mut arguments = env::args().skip_while(|argument| argument != "--cycles").skip(1);
    let cycles: u64 = arguments.next().map_or(60_000_000, |number| number.parse().unwrap()).max(3 * BACK);
    println!(
        "{:<26}{:>10}{:>10}{:>11}{:>11}{:>12}{:>11}{:>11}{:>11}{:>10}{:>10}",
        "Program",
        "Cycles",
        "Start",
        "To end",
        "Saved",
        "10^6 back",
        "Step back",
        "To middle",
        "Continue",
        "Reverse",
        "Write"
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
        let (_, middle) = time(|| debugger.seek(end / 2));
        // To the line after the loop; from there back to the write before the loop, and to the line of that.
        let number = |debugger: &mut Debugger, target| debugger.add_breakpoint(target, None).unwrap().id;
        number(&mut debugger, line(6));
        debugger.start();
        let (_, forward) = time(|| debugger.resume());
        debugger.start();
        let mut far = |target| {
            debugger.resume();
            let id = number(&mut debugger, target);
            let (stop, time) = time(|| debugger.reverse_resume());
            assert_eq!(stop, Stop::Breakpoint(id));
            debugger.remove_breakpoint(id);
            time
        };
        let (write, reverse) = (far(Target::Write(7)), far(line(2)));
        println!(
            "{name:<26}{end:>10}{:>7} ms{:>8} ms{:>7} MiB{:>9} ms{:>8} ms{:>8} ms{:>8} ms{:>7} ms{:>7} ms",
            start.as_millis(),
            run.as_millis(),
            bytes >> 20,
            back.as_millis(),
            step.as_millis(),
            middle.as_millis(),
            forward.as_millis(),
            reverse.as_millis(),
            write.as_millis()
        );
    }
}
