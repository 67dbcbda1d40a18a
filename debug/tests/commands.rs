//! Debug commands of programs: `breakpoint` and output, in both directions.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::sync::Arc;

use miden_assembly::{Assembler, Source};
use miden_core::{AdviceInputs, ProgramInputs};
use miden_debug::{Debugger, Output, Recorder, RecorderOptions, Stop, output_text};
use miden_processor::{DefaultHost, Executor, InMemoryAdvice};

fn record(text: &str, optimize: bool) -> Recorder {
    let assembler = Assembler::new().with_optimizations(optimize).with_debug_commands(true);
    let assembly = assembler.assemble(&Source::new("p.masm", text)).unwrap();
    let (program, debug) = (Arc::new(assembly.program), Some(Arc::new(assembly.debug)));
    let options = RecorderOptions::default().with_interval(16);
    Recorder::new(program, debug, inputs(), Default::default(), options).unwrap()
}

fn inputs() -> ProgramInputs {
    ProgramInputs { advice: AdviceInputs::from_ints(&[6, 5]).unwrap(), ..ProgramInputs::default() }
}

/// The visible place: the number of frames, and the instruction.
fn place(debugger: &Debugger) -> String {
    let text = debugger.instruction().map(|instruction| instruction.text().to_owned());
    format!("{} {}", debugger.frames().len(), text.unwrap_or_default())
}

/// The places at which `motion` stops for a command.
fn stops(debugger: &mut Debugger, motion: fn(&mut Debugger) -> Stop) -> (Vec<String>, Stop) {
    let mut places = Vec::new();
    loop {
        match motion(debugger) {
            Stop::Command => places.push(place(debugger)),
            stop => return (places, stop),
        }
    }
}

const PROGRAM: &str = "
proc.f
    breakpoint
    dup add
    breakpoint
end
proc.g
    breakpoint exec.f
end
begin
    push.3
    breakpoint
    exec.f
    push.1
    if.true
        breakpoint
        push.5
        breakpoint
    else
        push.4
    end
    push.2 drop
    breakpoint
    call.f
    breakpoint
    breakpoint
    push.1
    while.true
        breakpoint
        push.0
    end
    exec.g
    push.1
    breakpoint
    debug.print=\"a\"
    if.true
        drop
    end
    breakpoint
end";

#[test]
fn the_program_stops_at_its_breakpoints_in_both_directions() {
    let expected = [
        &["1 exec.f", "2 dup", "1 push.1", "1 push.5", "1 push.2", "1 call.f", "2 dup"][..],
        // The procedure ends with a breakpoint: the next cycle is the return.
        &["1 call.f", "1 push.1", "1 push.0", "2 exec.f", "3 dup", "1 push.1", "1 if.true"],
    ]
    .concat();
    let mut debugger = Debugger::new(record(PROGRAM, false));
    let (forward, end) = stops(&mut debugger, Debugger::resume);
    assert_eq!(forward, expected);
    assert_eq!(end, Stop::End);
    let (mut back, start) = stops(&mut debugger, Debugger::reverse_resume);
    back.reverse();
    assert_eq!(back, expected);
    assert_eq!(start, Stop::Start);
    // Steps over invocations stop there as well.
    let over = |debugger: &mut Debugger| loop {
        match debugger.step_over() {
            Stop::Step => {}
            stop => return stop,
        }
    };
    assert_eq!(stops(&mut debugger, over).0, expected);
    // Without debug information, breakpoints before an `exec` and at the start of its procedure are at the same cycle.
    let assembler = Assembler::new().with_optimizations(false).with_debug_commands(true);
    let program = Arc::new(assembler.assemble(&Source::new("p.masm", PROGRAM)).unwrap().program);
    let recorder = Recorder::new(program, None, inputs(), Default::default(), Default::default());
    let mut debugger = Debugger::new(recorder.unwrap());
    assert_eq!(stops(&mut debugger, Debugger::resume).0.len(), expected.len() - 2);
}

#[test]
fn a_breakpoint_at_the_start_can_be_the_first_stop() {
    let mut debugger = Debugger::new(record("begin breakpoint push.1 drop end", false));
    assert_eq!(debugger.resume_from_here(), Stop::Command);
    assert_eq!(place(&debugger), "1 push.1");
    assert_eq!(debugger.resume(), Stop::End);
    assert_eq!(debugger.resume_from_here(), Stop::End);
}

const PRINTING: &str = "
proc.double.1
    debug.print=\"b\"
    dup add loc_store.0
    debug.local.0
end
begin
    debug.print=\"a\"
    push.7 mem_store.3
    debug.stack.2
    push.1
    while.true
        debug.mem
        adv_push.1
        debug.adv_stack
        neq.5
    end
    debug.print=\"c\"
    push.4 call.double
    breakpoint
    debug.stack.1
    exec.double
    debug.print=\"d\"
end";

/// The outputs of an execution that nothing interrupts.
fn outputs(recorder: &Recorder) -> Vec<String> {
    let mut outputs = Vec::new();
    let program = Arc::clone(recorder.program());
    let mut host = DefaultHost::new(InMemoryAdvice::new(inputs().advice, 10).unwrap());
    host.handle_debug(|_, command, state, advice| {
        outputs.extend(output_text(command, state, advice, usize::MAX));
    });
    Executor::new(&program).with_host(&mut host).execute().unwrap();
    drop(host);
    outputs
}

fn texts(outputs: Vec<(usize, Output)>) -> Vec<String> {
    outputs.into_iter().map(|(_, output)| output.text).collect()
}

#[test]
fn output_comes_with_the_cycles_and_goes_back_with_them() {
    for optimize in [false, true] {
        let mut recorder = record(PRINTING, optimize);
        let expected = outputs(&recorder);
        assert_eq!(expected.len(), 13, "{expected:#?}");
        recorder.seek(u64::MAX);
        let end = recorder.clk();
        assert_eq!(texts(recorder.outputs(0)), expected);
        let mut numbers = Vec::new();
        for clk in (0..=end).rev() {
            recorder.seek(clk);
            let count = recorder.num_outputs();
            assert_eq!(texts(recorder.outputs(0)), expected[..count], "cycle {clk}");
            // What is visible before a cycle does not depend on it.
            let last = recorder.outputs(0).pop();
            assert!(last.as_ref().is_none_or(|(_, output)| output.clk <= clk), "cycle {clk}: {last:?}");
            numbers.push(count);
        }
        numbers.reverse();
        assert!(numbers.is_sorted() && numbers.last() == Some(&expected.len()));
        // The same on the way forward.
        recorder.seek(0);
        for (clk, count) in (0..).zip(&numbers) {
            recorder.seek(clk);
            assert_eq!(recorder.num_outputs(), *count, "cycle {clk}");
            let from = count.saturating_sub(2);
            assert_eq!(texts(recorder.outputs(from)), expected[from..*count]);
        }
    }
}

#[test]
fn output_is_visible_at_the_next_instruction() {
    let text = "begin push.1 debug.stack.1 push.2 drop call.f debug.print=\"after\" drop end";
    let mut debugger =
        Debugger::new(record(&format!("proc.f debug.print=\"in f\" dup drop end {text}"), false));
    let mut shown = Vec::new();
    while debugger.step_over() == Stop::Step {
        shown.push((place(&debugger), debugger.num_outputs()));
    }
    let shown: Vec<_> = shown.iter().map(|(place, count)| (place.as_str(), *count)).collect();
    assert_eq!(shown, [("1 push.2", 1), ("1 drop", 1), ("1 call.f", 1), ("1 drop", 3)]);
}

#[test]
fn a_mebibyte_of_output_is_kept() {
    let message = "x".repeat(200);
    let text =
        format!("begin push.20000 dup neq.0 while.true debug.print=\"{message}\" sub.1 dup neq.0 end end");
    let mut recorder = record(&text, true);
    recorder.seek(u64::MAX);
    assert_eq!(recorder.num_outputs(), 20_000);
    let kept = recorder.outputs(0);
    let bytes: usize = kept.iter().map(|(_, output)| output.text.len()).sum();
    assert!((1 << 19..=1 << 20).contains(&bytes), "{bytes}");
    assert!(kept.iter().map(|(number, _)| *number).eq(20_000 - kept.len()..20_000));
    // Far back, those of the start are there again.
    recorder.seek(1000);
    let count = recorder.num_outputs();
    assert!(count > 100);
    recorder.seek(0);
    assert!(recorder.find(|moment| moment.cycle().clk == 1000));
    assert_eq!(recorder.outputs(0).len(), count);
    // A single output is bounded too.
    let deep = "begin push.20000 dup neq.0 while.true dup sub.1 dup neq.0 end debug.stack.20000 drop end";
    let mut single = record(deep, true);
    single.seek(u64::MAX);
    let [(0, output)] = &single.outputs(0)[..] else { panic!("there is one output") };
    assert!(output.text.len() < 66_000 && output.text.contains(", …]"), "{}", output.text.len());
}
