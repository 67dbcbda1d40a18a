//! `repl`, by scripts.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use expect_test::expect;

#[cfg(target_os = "linux")]
#[path = "support/screen.rs"]
mod screen;
mod support;

use support::{Outcome, Sandbox};

fn session(sandbox: &Sandbox, script: &str) -> Outcome {
    sandbox.pipe(&["repl", "--stack", "9", "--advice", "5,6"], script.as_bytes())
}

#[test]
fn inputs_are_executed_and_show_the_stack() {
    let sandbox = Sandbox::new();
    let script = "
push.1.2
add
# a comment alone
if.true
    push.7
else
    push.8
end
proc.square
    dup mul
end
exec.square
!undo
!stack 2
mem_store.5
!mem
!mem 0 4
loc_store.3
!locals
adv_push.1
!advice
!program
!quit
push.99
";
    // The condition is 3 - 2 = 1.
    let script = script.replace("add\n#", "drop\n#");
    let run = session(&sandbox, &script).exits(0);
    assert_eq!(run.errors(), "");
    expect![[r#"
        [2, 1, 9]
        [1, 9]
        [1, 9]
        [7, 9]
        [49, 9]
        [7, 9]
        [7, 9]
        [9]
        5: [7, 0, 0, 0]
        nothing has been written there
        []
        0: [0, 0, 0, 0]
        1: [0, 0, 0, 0]
        2: [0, 0, 0, 0]
        3: [9, 0, 0, 0]
        4: [0, 0, 0, 0]
        5: [0, 0, 0, 0]
        6: [0, 0, 0, 0]
        7: [0, 0, 0, 0]
        8: [0, 0, 0, 0]
        9: [0, 0, 0, 0]
        10: [0, 0, 0, 0]
        11: [0, 0, 0, 0]
        12: [0, 0, 0, 0]
        13: [0, 0, 0, 0]
        14: [0, 0, 0, 0]
        15: [0, 0, 0, 0]
        [5]
        tape: [6]
        Merkle trees: 0 inner nodes
        proc.square
            dup mul
        end
        proc.session.16
            push.1.2
            drop
            # a comment alone
            if.true
                push.7
            else
                push.8
            end
            mem_store.5
            loc_store.3
            adv_push.1
        end
        begin
            exec.session
        end
    "#]]
    .assert_eq(&run.stdout);
}

#[test]
fn errors_are_shown_and_rolled_back() {
    let sandbox = Sandbox::new();
    let run = session(&sandbox, "push.3\nassert\nad\npush.4\n!undo 2\n!x\nif.true\n");
    let run = run.exits(1);
    assert_eq!(run.stdout, "[3, 9]\n[4, 3, 9]\n");
    run.says("the assertion expected 1, but the value is 3")
        .says("did you mean `add`?")
        .says("the command is `!undo`")
        .says("there is no command `!x`")
        .says("5 of the inputs failed");
}

#[test]
fn the_standard_library_is_there_at_once() {
    let sandbox = Sandbox::new();
    let script = "push.1.0.2.0\nexec.u64::wrapping_add\nexec.::std::math::u64::wrapping_add\n!use std::sys\n\
        exec.sys::truncate_stack\n!program\n";
    let run = session(&sandbox, script).exits(0);
    assert!(run.stdout.contains("use.std::math::u64") && run.stdout.contains("use.std::sys"), "{run:#?}");
    session(&sandbox, "!undo\n").exits(1).says("there is nothing to undo");
}

#[test]
fn a_file_is_loaded_with_its_program() {
    let sandbox = Sandbox::with_program("proc.double dup add end\nbegin\n    push.4 exec.double\nend\n");
    let run = session(
        &sandbox,
        "!load p.masm\nexec.double\n!load missing.masm\nproc.double neg end\nexec.double\n",
    );
    let run = run.exits(1).says("cannot read missing.masm");
    // A procedure of the file and a new one of the same name are in two declarations.
    assert!(run.stdout.starts_with("[8, 9]\n[16, 9]\n"), "{run:#?}");
}

#[test]
fn debug_commands_show_values_once() {
    let sandbox = Sandbox::new();
    let run = session(&sandbox, "push.1 debug.stack.1\npush.2\ndebug.print=\"here\"\n!time\n").exits(0);
    assert_eq!(run.errors().matches("stack, top first: [1]").count(), 1, "{run:#?}");
    assert_eq!(run.errors().matches("here").count(), 1);
    assert!(run.stdout.contains(" cycles in "));
}

#[cfg(target_os = "linux")]
mod terminal {
    //! On a terminal: lines are edited.

    use crate::{screen::Screen, support::Sandbox};

    fn repl(sandbox: &Sandbox) -> Screen {
        let mut screen = Screen::new(env!("CARGO_BIN_EXE_miden"), &["repl"], sandbox.path(""), (60, 20));
        screen.wait_for(">>");
        screen
    }

    #[test]
    fn lines_have_a_history_completion_and_may_continue() {
        let sandbox = Sandbox::new();
        let mut screen = repl(&sandbox);
        screen.send("push.6\r");
        // Keys count as such once the next prompt is there.
        screen.wait_for("[6]\n>>");
        // The only instruction that begins like this.
        screen.send("u32wrapping_s\t.2\r");
        screen.wait_for("u32wrapping_sub.2\n[4]\n>>");
        // An input of several lines: Enter does not end it before its blocks end.
        screen.send("repeat.2\rpush.1 add\rend\r");
        screen.wait_for(">> repeat.2\npush.1 add\nend\n[6]\n>>");
        // Two inputs back.
        screen.send("\x10\x10\r");
        screen.wait_for("end\n[6]\n>> u32wrapping_sub.2\n[4]\n>>");
        // Ctrl-C abandons a line, and a failure is rolled back.
        screen.send("push.1.2\x03");
        screen.wait_for(">> push.1.2\n>>");
        screen.send("ad\r");
        screen.wait_for("did you mean `add`?");
        screen.send("push.9\r");
        // Ctrl-D, alone on its line.
        screen.wait_for("[9, 4]\n>>");
        screen.send("\x04");
        screen.end().with(0);
        // The next session knows the inputs: 9, the misspelt one, and the one before.
        let mut screen = repl(&sandbox);
        screen.send("\x10\x10\x10");
        screen.wait_for(">> u32wrapping_sub.2");
        screen.send("\x15\x04");
        screen.end().with(0);
    }

    #[test]
    fn a_run_without_end_is_stopped_by_ctrl_c() {
        let sandbox = Sandbox::new();
        let mut screen = repl(&sandbox);
        screen.send("push.1 while.true push.1 end\r");
        screen.repeat_until("\x03", "the execution was interrupted");
        screen.send("push.3\r");
        screen.wait_for("[3]\n>>");
        screen.send("!quit\r");
        screen.end().with(0);
    }

    #[test]
    fn signals_restore_the_terminal() {
        for name in ["TERM", "HUP"] {
            let sandbox = Sandbox::new();
            let miden = env!("CARGO_BIN_EXE_miden");
            let mut screen = Screen::in_shell(miden, &["repl"], sandbox.path(""), (60, 20));
            screen.wait_for(">>");
            screen.send("push.");
            screen.wait_for(">> push.");
            screen.signal_inner(name);
            assert!(screen.end().is_restored);
            assert_eq!(sandbox.read("before"), sandbox.read("after"), "{name}");
        }
    }
}
