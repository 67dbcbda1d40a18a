//! Steps, breakpoints and faults of small programs.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::sync::Arc;

use miden_assembly::{Assembler, Library, Source};
use miden_core::{AdviceInputs, ProgramInputs, StackInputs};
use miden_debug::{BreakpointError, Debugger, Recorder, Stop, Target};

mod callers;

const PROGRAM: &str = "\
proc.double
    dup add
end
proc.quadruple.1
    exec.double
    dup loc_store.0
    exec.double
end
begin
    push.3
    exec.quadruple
    dup.1 if.true
        drop
    else
        push.1 add
    end
    call.double
    push.26 assert_eq
end
";

fn debugger(text: &str, stack: &[u64]) -> Debugger {
    // Every instruction is executed as written.
    let assembler = Assembler::new().with_optimizations(false);
    let assembly = assembler.assemble(&Source::new("dir/p.masm", text)).unwrap();
    let inputs = ProgramInputs { stack: StackInputs::from_ints(stack).unwrap(), ..Default::default() };
    let (program, debug) = (Arc::new(assembly.program), Some(Arc::new(assembly.debug)));
    let recorder = Recorder::new(program, debug, inputs, Default::default(), Default::default());
    Debugger::new(recorder.unwrap())
}

/// The visible place: the number of frames, and the instruction.
fn place(debugger: &Debugger) -> String {
    let text = debugger.instruction().map(|instruction| instruction.text().to_owned());
    format!("{} {}", debugger.frames().len(), text.unwrap_or_default())
}

/// The places of all steps until something else than a step stops the program.
fn walk(debugger: &mut Debugger, step: fn(&mut Debugger) -> Stop) -> (Vec<String>, Stop) {
    let mut places = vec![place(debugger)];
    loop {
        let stop = step(debugger);
        if stop != Stop::Step {
            return (places, stop);
        }
        places.push(place(debugger));
    }
}

#[test]
fn steps_follow_the_source_into_over_and_out_of_invocations() {
    let mut debugger = debugger(PROGRAM, &[]);
    let (over, stop) = walk(&mut debugger, Debugger::step_over);
    let body = ["1 push.3", "1 exec.quadruple", "1 dup.1", "1 if.true", "1 push.1", "1 add", "1 call.double"];
    assert_eq!(over, [&body[..], &["1 push.26", "1 assert_eq"]].concat());
    assert_eq!(stop, Stop::End);

    debugger.start();
    let (into, _) = walk(&mut debugger, Debugger::step_in);
    let double = ["3 dup", "3 add"];
    let expected = [
        &["1 push.3", "1 exec.quadruple", "2 proc.quadruple.1", "2 exec.double"][..],
        &double,
        &["2 dup", "2 loc_store.0", "2 exec.double"],
        &double,
        &["2 proc.quadruple.1", "1 dup.1", "1 if.true", "1 push.1", "1 add", "1 call.double"],
        &["2 dup", "2 add", "1 push.26", "1 assert_eq"],
    ]
    .concat();
    assert_eq!(into, expected);

    // Back from the end, the same in reverse.
    let (mut back, stop) = walk(&mut debugger, Debugger::step_back);
    back.reverse();
    assert_eq!(back[..back.len() - 1], expected[..]);
    assert_eq!(stop, Stop::Start);
    debugger.seek(u64::MAX);
    let (mut back_over, _) = walk(&mut debugger, Debugger::step_back_over);
    back_over.reverse();
    assert_eq!(back_over[..back_over.len() - 1], over[..]);

    debugger.start();
    for _ in 0..5 {
        debugger.step_in();
    }
    assert_eq!(place(&debugger), "3 add");
    debugger.step_out();
    assert_eq!(place(&debugger), "2 dup");
    debugger.step_out();
    assert_eq!(place(&debugger), "1 dup.1");
    debugger.step_back_over();
    assert_eq!(place(&debugger), "1 exec.quadruple");
}

fn add(debugger: &mut Debugger, text: &str) -> Result<String, BreakpointError> {
    let (target, condition) = Target::parse_with_condition(text)?;
    debugger.add_breakpoint(target, condition).map(ToString::to_string)
}

#[test]
fn breakpoints_stop_in_both_directions() {
    for (text, shown, places) in [
        ("2", "1: 2", &["3 dup", "3 dup", "2 dup"][..]),
        ("p.masm:5", "1: p.masm:5", &["2 exec.double"]),
        ("15", "1: 15", &["1 push.1"]),
        ("13", "1: 13", &[]),
        // The next line with an instruction.
        ("9", "1: 10", &["1 push.3"]),
        ("double", "1: double", &["3 dup", "3 dup", "2 dup"]),
        ("p::double", "1: p::double", &["3 dup", "3 dup", "2 dup"]),
        ("2 if s0 == 6", "1: 2 if s0 == 6", &["3 dup"]),
        ("write 1073741825", "1: write 1073741825", &["2 loc_store.0"]),
        ("write 0", "1: write 0", &[]),
        ("cycle 5 if clk == 6", "1: cycle 5 if clk == 6", &[]),
    ] {
        let mut debugger = debugger(PROGRAM, &[]);
        assert_eq!(add(&mut debugger, text).as_deref(), Ok(shown));
        let mut forward = Vec::new();
        if places.first() == Some(&"1 push.3") {
            // The program starts there.
            forward.push(place(&debugger));
        }
        while debugger.resume() == Stop::Breakpoint(1) {
            forward.push(place(&debugger));
        }
        assert_eq!(forward, places, "{text}");
        let mut back = Vec::new();
        while debugger.reverse_resume() == Stop::Breakpoint(1) {
            back.insert(0, place(&debugger));
        }
        assert_eq!(back, places, "{text}");
        assert!(debugger.remove_breakpoint(1) && !debugger.remove_breakpoint(1));
        assert_eq!(debugger.resume(), Stop::End);
    }
}

#[test]
fn breakpoints_stop_steps_over_invocations() {
    let mut debugger = debugger(PROGRAM, &[]);
    debugger.step_over();
    add(&mut debugger, "double").unwrap();
    assert_eq!((debugger.step_over(), place(&debugger)), (Stop::Breakpoint(1), "3 dup".into()));
    assert_eq!(debugger.run_to("14".parse().unwrap()), Ok(Stop::Breakpoint(1)));
    debugger.remove_breakpoint(1);
    assert_eq!(debugger.run_to("15".parse().unwrap()), Ok(Stop::Step));
    assert_eq!(place(&debugger), "1 push.1");
    let clk = debugger.recorder().clk();
    debugger.start();
    add(&mut debugger, &format!("cycle {clk}")).unwrap();
    assert_eq!((debugger.resume(), place(&debugger)), (Stop::Breakpoint(2), "1 push.1".into()));
}

#[test]
fn breakpoints_that_name_nothing_are_rejected() {
    let mut debugger = debugger(PROGRAM, &[]);
    for (text, expected) in [
        ("doubles", "the program invokes no procedure `doubles`; did you mean `double`?"),
        ("99", "`dir/p.masm` has no instruction at or after line 99"),
        ("q.masm:1", "no source of the program is called `q.masm`; its sources are `dir/p.masm`"),
        ("1 if s0 =", "condition: column 4: an operator is expected, not `=`"),
    ] {
        assert_eq!(add(&mut debugger, text).unwrap_err().to_string(), expected);
    }
    assert!(
        add(&mut debugger, "a b").unwrap_err().to_string().starts_with("`a b` is not a breakpoint: LINE")
    );
    assert!(debugger.breakpoints().is_empty());
}

#[test]
fn a_fault_stops_at_its_instruction_with_the_operands_that_it_found() {
    // The second operation of three fails.
    let mut debugger = debugger("begin push.5 push.3.4 assert_eq push.7 end", &[]);
    assert_eq!(debugger.resume(), Stop::Fault);
    assert_eq!(place(&debugger), "1 assert_eq");
    assert_eq!(
        (debugger.evaluate("s0").unwrap().as_int(), debugger.evaluate("s1").unwrap().as_int()),
        (4, 3)
    );
    assert_eq!(debugger.step_in(), Stop::Fault);
    add(&mut debugger, "fault if s0 == 5").unwrap();
    assert_eq!(debugger.resume(), Stop::Fault);
    add(&mut debugger, "fault").unwrap();
    assert_eq!(debugger.resume(), Stop::Breakpoint(2));
    assert_eq!(debugger.step_back(), Stop::Step);
    assert_eq!(place(&debugger), "1 push.3.4");
}

#[test]
fn locals_have_names_and_values() {
    let text =
        "const.SUM=1 proc.f.2 push.9 loc_store.SUM push.7 loc_store.0 push.1 drop end begin exec.f end";
    let mut debugger = debugger(text, &[]);
    debugger.run_to(Target::Procedure("f".into())).unwrap();
    // They are not reserved yet.
    assert_eq!(debugger.locals(), []);
    debugger.step_in();
    while debugger.instruction().unwrap().text() != "push.1" {
        debugger.step_over();
    }
    let locals = debugger.locals();
    let shown: Vec<_> = locals.iter().map(|l| (l.name.as_deref(), l.index, l.word[0].as_int())).collect();
    assert_eq!(shown, [(None, 0, 7), (Some("SUM"), 1, 9)]);
    assert_eq!(debugger.evaluate("SUM + loc[0]").unwrap().as_int(), 16);
}

#[test]
fn procedures_of_libraries_are_found() {
    let module =
        Source::new("lib/math.masm", "export.square dup mul end export.cube dup exec.square mul end");
    let library = Library::new("lib", Default::default(), [("lib::math".to_owned(), module)]).unwrap();
    let assembler = Assembler::new().with_optimizations(false).with_library(library).unwrap();
    let source = Source::new("p.masm", "use.lib::math begin push.3 exec.math::cube end");
    let assembly = assembler.assemble(&source).unwrap();
    let recorder = Recorder::new(
        Arc::new(assembly.program),
        Some(Arc::new(assembly.debug)),
        Default::default(),
        Default::default(),
        Default::default(),
    );
    let mut debugger = Debugger::new(recorder.unwrap());
    for name in ["math::square", "lib/math.masm:1", "lib::math::cube"] {
        add(&mut debugger, name).unwrap();
    }
    assert_eq!(debugger.resume(), Stop::Breakpoint(3));
    assert_eq!(debugger.resume(), Stop::Breakpoint(1));
    let names: Vec<_> = debugger.frames().iter().map(|frame| frame.name().to_owned()).collect();
    assert_eq!(names, ["square", "cube", "(body)"]);
    let places = debugger.frames();
    let at = |index: usize| places[index].instruction.as_ref().unwrap().text().to_owned();
    assert_eq!([at(0), at(1), at(2)], ["dup", "exec.square", "exec.math::cube"]);
}

#[test]
fn programs_without_debug_information_move_by_operations() {
    let assembly = Assembler::new().assemble(&Source::new("p.masm", PROGRAM)).unwrap();
    let program = Arc::new(assembly.program);
    let recorder =
        Recorder::new(program, None, Default::default(), Default::default(), Default::default()).unwrap();
    let mut debugger = Debugger::new(recorder);
    assert_eq!(debugger.step_in(), Stop::Step);
    let clk = debugger.recorder().clk();
    debugger.step_in();
    assert_eq!(debugger.recorder().clk(), clk + 1);
    debugger.step_back();
    assert_eq!(debugger.recorder().clk(), clk);
    assert_eq!(add(&mut debugger, "double"), Err(BreakpointError::NoDebugInfo));
    assert!(add(&mut debugger, "cycle 20").is_ok());
    assert_eq!(debugger.resume(), Stop::Breakpoint(1));
}

#[test]
fn a_breakpoint_for_writes_sees_both_words_of_a_pipe() {
    let text = "begin push.7 padw padw padw adv_pipe dropw dropw dropw drop push.1.100 mem_store end";
    let assembly = Assembler::new().with_optimizations(false).assemble(&Source::new("p.masm", text)).unwrap();
    for (address, expected) in [(7, "adv_pipe"), (8, "adv_pipe"), (100, "mem_store"), (9, ""), (6, "")] {
        let advice = AdviceInputs::from_ints(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
        let inputs = ProgramInputs { advice, ..Default::default() };
        let (program, debug) = (Arc::new(assembly.program.clone()), Some(Arc::new(assembly.debug.clone())));
        let recorder = Recorder::new(program, debug, inputs, Default::default(), Default::default());
        let mut debugger = Debugger::new(recorder.unwrap());
        debugger.add_breakpoint(Target::Write(address), None).unwrap();
        let mut found = Vec::new();
        while debugger.resume() == Stop::Breakpoint(1) {
            found.push(debugger.instruction().unwrap().text().to_owned());
        }
        while debugger.reverse_resume() == Stop::Breakpoint(1) {
            found.push(debugger.instruction().unwrap().text().to_owned());
        }
        let expected: Vec<_> = if expected.is_empty() { Vec::new() } else { vec![expected; 2] };
        assert_eq!(found, expected, "{address}");
    }
}
