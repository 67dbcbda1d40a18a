//! The full screen, in a pseudo-terminal.

use std::{thread, time::Duration};

use expect_test::expect_file;

use crate::{screen::Screen, support::Sandbox};

/// The debugger of a program in a terminal.
fn debugger(sandbox: &Sandbox, size: (u16, u16)) -> Screen {
    let miden = env!("CARGO_BIN_EXE_miden");
    Screen::new(miden, &["debug", "p.masm", "--no-opt"], sandbox.path(""), size)
}

const PROGRAM: &str =
    "proc.double\n    dup add\nend\nbegin\n    push.3\n    exec.double\n    push.7 assert_eq\nend\n";

/// A program with output, locals and a breakpoint.
const WATCHED: &str = "\
const.PRICE=0
proc.half.1
    loc_store.PRICE
    breakpoint
    loc_load.PRICE
    div.2
end
begin
    push.8
    debug.stack.1
    exec.half
    debug.print=\"done\"
    push.4 assert_eq
end
";

#[test]
fn a_wrong_result_is_found_on_a_real_terminal() {
    let sandbox = Sandbox::with_program(PROGRAM);
    let mut screen = debugger(&sandbox, (100, 30));
    screen.wait_for("at the start");
    assert!(screen.is_full());
    screen.send("c");
    screen.wait_for("fails: the assertion expected");
    screen.send("bb");
    screen.wait_for("in double");
    screen.send(":print s0\r");
    screen.wait_for("> print s0");
    screen.send("?");
    screen.wait_for("continue backwards");
    screen.send("?q");
    screen.end().with(0);
}

#[test]
fn screens_of_two_sizes_show_the_program() {
    // The end of the last line, which is drawn last.
    for (size, last, file) in
        [((100, 30), "q quit", "screens/large.txt"), ((50, 16), "p back over", "screens/small.txt")]
    {
        let sandbox = Sandbox::with_program(WATCHED);
        let mut screen = debugger(&sandbox, size);
        screen.wait_for("at the start");
        screen.send("c");
        screen.wait_for("at `breakpoint`");
        let complete = |screen: &mut Screen| {
            // Another frame begins only after the one before is complete.
            screen.send(":");
            screen.wait_for(":▏");
            screen.send("\x1b");
            screen.wait_for(last);
            screen.text()
        };
        let mut shown = complete(&mut screen);
        screen.send("u");
        // The place of the caller.
        screen.wait_for("11> ");
        shown += &format!("\n\n{}", complete(&mut screen));
        screen.send("q");
        screen.end().with(0);
        let lines: Vec<_> = shown.lines().map(str::trim_end).collect();
        expect_file![file].assert_eq(&(lines.join("\n") + "\n"));
    }
}

#[test]
fn the_screen_follows_the_size_of_the_terminal() {
    let sandbox = Sandbox::with_program(PROGRAM);
    let mut screen = debugger(&sandbox, (20, 8));
    screen.wait_for("push.3");
    assert!(!screen.text().contains("Breakpoints"));
    screen.resize(100, 30);
    screen.wait_for("Breakpoints");
    // Ctrl-C leaves as well.
    screen.send("\x03");
    screen.end().with(0);
}

#[test]
fn a_program_that_does_not_assemble_leaves_the_terminal_alone() {
    let sandbox = Sandbox::with_program("begin ad end");
    let mut screen = debugger(&sandbox, (100, 30));
    screen.wait_for("unknown instruction");
    screen.end().with(2);
}

#[test]
fn a_long_run_can_be_interrupted() {
    let sandbox = Sandbox::with_program("begin push.1 while.true push.1 end end");
    let mut screen = debugger(&sandbox, (100, 30));
    screen.wait_for("at the start");
    screen.send("c");
    thread::sleep(Duration::from_millis(100));
    screen.send("\x1b");
    screen.wait_for("interrupted");
    screen.send("q");
    screen.end().with(0);
}

#[test]
fn signals_end_the_program_and_restore_the_terminal() {
    for (name, number) in [("TERM", 15), ("HUP", 1), ("INT", 2)] {
        let sandbox = Sandbox::with_program("begin push.1 while.true push.1 end end");
        let mut screen = debugger(&sandbox, (60, 16));
        screen.wait_for("at the start");
        // One of them while the program runs.
        if name == "TERM" {
            screen.send("c");
        }
        assert!(screen.is_full());
        screen.signal(name);
        screen.end().with_signal(number);
    }
}

#[test]
fn a_signal_leaves_the_shell_a_usable_terminal() {
    let sandbox = Sandbox::with_program(PROGRAM);
    let miden = env!("CARGO_BIN_EXE_miden");
    let mut screen = Screen::in_shell(miden, &["debug", "p.masm"], sandbox.path(""), (60, 16));
    screen.wait_for("at the start");
    screen.signal_inner("TERM");
    assert!(screen.end().is_restored);
    assert_eq!(sandbox.read("before"), sandbox.read("after"));
}
