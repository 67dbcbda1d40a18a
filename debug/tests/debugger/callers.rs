//! The callers of the current instruction: their places, locals and memory.

use miden_debug::{Debugger, Stop, Target};

use crate::{add, debugger, place};

#[test]
fn callers_have_their_own_locals_and_memory() {
    let text = "\
const.A=0 const.B=1
proc.inner.1
    push.30 loc_store.0 push.1 drop
end
proc.middle.2
    push.20 loc_store.A push.21 loc_store.B exec.inner push.2 drop
end
proc.called.3
    push.10 loc_store.2 push.77 mem_store.5 exec.middle push.3 drop
end
proc.outer.1
    push.5 loc_store.0 call.called
end
begin
    push.99 mem_store.5 exec.outer
end
";
    let mut debugger = debugger(text, &[]);
    debugger.run_to("3".parse().unwrap()).unwrap();
    while debugger.instruction().unwrap().text() != "push.1" {
        debugger.step_over();
    }
    let names: Vec<_> = debugger.frames().iter().map(|frame| frame.name().to_owned()).collect();
    assert_eq!(names, ["inner", "middle", "called", "outer", "(body)"]);
    let values = |debugger: &Debugger, frame: usize| -> Vec<u64> {
        debugger.locals_of(frame).iter().map(|local| local.word[0].as_int()).collect()
    };
    let all: Vec<_> = (0..6).map(|frame| values(&debugger, frame)).collect();
    assert_eq!(all, [&[30][..], &[20, 21], &[0, 0, 10], &[5], &[], &[]]);
    let value = |debugger: &Debugger, frame: usize, text: &str| {
        debugger.evaluate_in(frame, text).map(|value| value.as_int()).ok()
    };
    let word = |frame| value(&debugger, frame, "mem[5]");
    assert_eq!([0, 2, 3, 4].map(word), [Some(77), Some(77), Some(99), Some(99)]);
    assert_eq!((value(&debugger, 1, "A + B"), value(&debugger, 0, "A + B")), (Some(41), None));
    assert_eq!(debugger.context_of(4), 0);
    assert!(debugger.context_of(2) > 0 && debugger.context_of(2) == debugger.context_of(0));

    // The values that the callers see do not depend on the callee, whose header reserves and releases its own locals.
    debugger.reverse_resume();
    debugger.run_to(Target::Procedure("inner".into())).unwrap();
    assert_eq!([0, 1, 2, 3].map(|frame| values(&debugger, frame)), [&[][..], &[20, 21], &[0, 0, 10], &[5]]);
    // Before the procedure is entered, the caller is the innermost frame.
    debugger.step_back();
    assert_eq!(place(&debugger), "4 exec.inner");
    assert_eq!([0, 1, 2].map(|frame| values(&debugger, frame)), [&[20, 21][..], &[0, 0, 10], &[5]]);
    assert_eq!(debugger.evaluate("B").unwrap().as_int(), 21);
}

#[test]
fn locals_of_callers_are_known_wherever_a_program_stops() {
    for invocation in ["exec", "call"] {
        let text = format!(
            "proc.leaf.2 push.1 loc_store.1 push.2 drop end
            proc.node.1 push.4 loc_store.0 exec.leaf call.leaf exec.leaf end
            begin push.8 drop {invocation}.node push.9 drop end"
        );
        let mut debugger = debugger(&text, &[]);
        let mut seen = 0;
        while debugger.step_in() == Stop::Step {
            let frames = debugger.frames();
            let name = |number: usize| frames.get(number).map(miden_debug::Frame::name);
            // In the header at the end of a procedure, it is not known whether its locals are still there.
            let is_header = frames[0].instruction.as_ref().unwrap().text().starts_with("proc.");
            if (name(0), name(1)) == (Some("leaf"), Some("node")) && !is_header {
                let values: Vec<_> =
                    debugger.locals_of(1).iter().map(|local| local.word[0].as_int()).collect();
                assert_eq!(values, [4], "cycle {}", debugger.recorder().clk());
                seen += 1;
            }
        }
        assert_eq!(seen, 3 * 4, "{invocation}");
    }
}

/// The callers, innermost first: the name, the line and the text of the instruction, and other lines that it may be in.
fn callers(debugger: &Debugger) -> Vec<String> {
    let frames = debugger.frames();
    let line = |frame: &miden_debug::Frame| {
        let instruction = frame.instruction.as_ref().unwrap();
        let others: Vec<_> = frame.others.iter().map(|other| other.location().line).collect();
        let others = if others.is_empty() { String::new() } else { format!(" {others:?}") };
        format!("{} {}: {}{others}", frame.name(), instruction.location().line, instruction.text())
    };
    frames.iter().map(line).collect()
}

#[test]
fn equal_calls_of_several_procedures_have_their_own_lines() {
    let text = "\
proc.f dup add end
proc.g
    push.1 add
    call.f
    push.2 add
end
proc.h
    push.3 add
    call.f
    push.4 add
end
begin
    push.5
    exec.g
    exec.h
    call.f
    push.7 add
    call.f
    push.0 add drop
end
";
    let mut debugger = debugger(text, &[]);
    add(&mut debugger, "f").unwrap();
    let mut found = Vec::new();
    while debugger.resume() == Stop::Breakpoint(1) {
        found.push(callers(&debugger)[1..].join(", "));
    }
    let expected = [
        "g 4: call.f, (body) 14: exec.g",
        "h 9: call.f, (body) 15: exec.h",
        "(body) 16: call.f",
        "(body) 18: call.f",
    ];
    assert_eq!(found, expected);
    // A breakpoint at one of them stops at that one only.
    debugger.remove_breakpoint(1);
    add(&mut debugger, "9").unwrap();
    debugger.start();
    assert_eq!((debugger.resume(), callers(&debugger)[0].as_str()), (Stop::Breakpoint(2), "h 9: call.f"));
    assert_eq!(debugger.resume(), Stop::End);
    assert_eq!(
        (debugger.reverse_resume(), callers(&debugger)[0].as_str()),
        (Stop::Breakpoint(2), "h 9: call.f")
    );
    assert_eq!(debugger.reverse_resume(), Stop::Start);
}

#[test]
fn code_that_is_inlined_and_called_has_the_callers_of_each() {
    let text = "\
proc.f
    dup add
end
proc.g
    exec.f
end
begin
    push.5
    call.f
    dup eq.0 if.true
        push.1 add
    else
        exec.f
    end
    dup eq.20 if.true
        exec.g
    else
        push.2 add
    end
    call.g
    drop
end
";
    let mut debugger = debugger(text, &[]);
    let mut found = Vec::new();
    while debugger.step_in() == Stop::Step {
        if debugger.instruction().unwrap().text() == "add"
            && debugger.instruction().unwrap().location().line == 2
        {
            found.push(callers(&debugger).join(", "));
        }
    }
    let expected = [
        "f 2: add, (body) 9: call.f",
        "f 2: add, (body) 13: exec.f",
        "f 2: add, g 5: exec.f, (body) 16: exec.g",
        // The procedures have equal code, and calls enter the first one.
        "f 2: add, (body) 20: call.g",
    ];
    assert_eq!(found, expected);
}

#[test]
fn equal_code_in_a_procedure_that_repeats_it_names_all_its_lines() {
    let text = "\
proc.f dup add end
begin
    repeat.2
        call.f push.1 add
    end
    call.f
    drop
end
";
    let mut debugger = debugger(text, &[]);
    add(&mut debugger, "f").unwrap();
    let mut count = 0;
    while debugger.resume() == Stop::Breakpoint(1) {
        let frames = debugger.frames();
        let body = frames.last().unwrap();
        let lines = body.instruction.iter().chain(&body.others).map(|info| info.location().line);
        let mut lines: Vec<_> = lines.collect();
        lines.sort_unstable();
        assert_eq!(lines, [4, 6]);
        count += 1;
    }
    assert_eq!(count, 3);
}
