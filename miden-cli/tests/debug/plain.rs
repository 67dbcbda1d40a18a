use std::{fs, path::Path};

use expect_test::{expect, expect_file};

use crate::support::{Outcome, Sandbox, miden};

/// Runs commands on `p.masm` in the sandbox.
fn script(sandbox: &Sandbox, arguments: &[&str], commands: &str) -> Outcome {
    let arguments = [&["debug", "p.masm", "--plain"][..], arguments].concat();
    sandbox.pipe(&arguments, commands.as_bytes())
}

/// The session of the book: each command, then what it prints.
#[test]
fn the_session_of_the_book_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/user/debugging");
    let commands = fs::read_to_string(folder.join("prices.script")).unwrap();
    let mut session = String::from("$ miden debug prices.masm --plain\n");
    let mut before = String::new();
    let mut entered = String::new();
    // A prefix of the commands prints a prefix of the whole output.
    for command in [""].into_iter().chain(commands.lines()) {
        if !command.is_empty() {
            session += &format!("> {command}\n");
            entered += &format!("{command}\n");
        }
        let sandbox = Sandbox::new();
        sandbox.write("prices.masm", fs::read(folder.join("prices.masm")).unwrap());
        let output = sandbox.pipe(&["debug", "prices.masm", "--plain"], entered.as_bytes()).exits(0).stdout;
        session += output.strip_prefix(&before).unwrap();
        before = output;
    }
    expect_file![folder.join("prices.session")].assert_eq(&session);
    let page = fs::read_to_string(folder.join("../debugging.md")).unwrap();
    assert!(page.contains("{{#include debugging/prices.session}}"));
    // It finds what it looks for.
    assert!(session.contains("mem_store.101") && session.contains("in discount"));
    let run = miden(&folder).args(["run", "prices.masm"]).output().unwrap();
    assert!(String::from_utf8(run.stdout).unwrap().starts_with("Output: [37,"));
}

#[test]
fn commands_show_the_state() {
    let sandbox = Sandbox::with_program(
        "const.SUM=0
proc.f.1
    dup loc_store.SUM mem_store.7
    adv_push.1 drop
end
begin
    push.5 exec.f
end
",
    );
    let commands = "
        # a comment
        to 4
        locals
        mem
        mem 7 2
        print SUM + mem[7] * 2
        advice 2
        step 2
        advice 2
        where
        source
        breakpoints
        break f if s0 == 5
        breakpoints
        reverse
        delete 1
        goto 3
        start
        continue
        stack 3";
    let outcome = script(&sandbox, &["--advice", "8,9,10"], commands).exits(0);
    expect![[r#"
        at the start
        cycle 1, in (body), p.masm:7:5: push.5
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        cycle 10, in f, p.masm:4:5: adv_push.1
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        SUM = 5 0 0 0 (address 1073741825)
        7: 5 0 0 0
        1073741825: 5 0 0 0
        7: 5 0 0 0
        8: 0 0 0 0
        15
        tape (3 values, next first): 8 9, …
        map: 0 lists; Merkle trees: 0 nodes
        cycle 12, in f, p.masm:2:1: proc.f.1
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        tape (2 values, next first): 9 10
        map: 0 lists; Merkle trees: 0 nodes
        #0 f, p.masm:2:1: proc.f.1
        #1 (body), p.masm:7:12: exec.f
             1 | const.SUM=0
        >    2 | proc.f.1
             3 |     dup loc_store.SUM mem_store.7
             4 |     adv_push.1 drop
             5 | end
             6 | begin
             7 |     push.5 exec.f
        no breakpoints
        breakpoint 1: f if s0 == 5
        1: f if s0 == 5
        breakpoint 1: f if s0 == 5
        cycle 2, in f, p.masm:2:1: proc.f.1
          stack (17 items, top first): 5 0 0 0 0 0 0 0
        cycle 3, in f, p.masm:2:1: proc.f.1
          stack (18 items, top first): 1 5 0 0 0 0 0 0
        at the start
        cycle 1, in (body), p.masm:7:5: push.5
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        the program has ended after 14 cycles
        cycle 14
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        stack (16 items, top first): 0 0 0
    "#]]
    .assert_eq(&outcome.stdout);
}

#[test]
fn bad_commands_are_explained() {
    let sandbox = Sandbox::with_program("proc.total add end begin push.1.2 exec.total end");
    let commands = "stpe\nstep 0\nstep x\ngoto\nto 99\nbreak totl\nbreak 1 if s0 ==\ndelete 4\nprint nothing\n\
        mem 1 2 3\nmem -1\ncontinue now\nbreak write 5 if mem[\n\u{7f}\n";
    let outcome = script(&sandbox, &[], commands).exits(0);
    let errors: Vec<_> = outcome.stdout.lines().filter(|line| line.starts_with("error: ")).collect();
    expect![[r#"
        error: `stpe` is not a command; did you mean `step`?; `help` lists them
        error: usage: step [N]
        error: usage: step [N]
        error: usage: goto CYCLE
        error: `p.masm` has no instruction at or after line 99
        error: the program invokes no procedure `totl`
        error: condition: column 6: a value is expected
        error: there is no breakpoint 4
        error: `nothing` is not a register, and not the name of a local of the current procedure
        error: usage: mem [ADDRESS [COUNT]]
        error: usage: mem [ADDRESS [COUNT]]
        error: usage: continue
        error: condition: column 5: a value is expected
        error: `\u{7f}` is not a command; `help` lists them"#]]
    .assert_eq(&errors.join("\n"));
    // Bytes that are not text, a line without an end, and none at all.
    sandbox.pipe(&["debug", "p.masm", "--plain"], b"\xff\xfe\nstep").exits(0);
    sandbox.pipe(&["debug", "p.masm", "--plain"], &[b'x'; 100_000]).exits(0);
    sandbox.pipe(&["debug", "p.masm", "--plain"], b"").exits(0);
}

#[test]
fn a_program_that_does_not_assemble_is_reported_as_elsewhere() {
    let sandbox = Sandbox::with_program("begin ad end");
    script(&sandbox, &[], "").exits(2).says("unknown instruction `ad`");
    sandbox.run("debug missing.masm --plain").exits(2).says("missing.masm");
    sandbox.run("debug p.masm").exits(2).says("the full screen needs a terminal; --plain");
}

#[test]
fn advice_that_runs_out_stops_before_the_read() {
    let sandbox = Sandbox::with_program("begin adv_push.1 adv_push.1 add end");
    let outcome = script(&sandbox, &["--advice", "7"], "continue\nback\nadvice").exits(0);
    expect![[r#"
        at the start
        cycle 1, in (body), p.masm:1:7: adv_push.1
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        fails: the program reads 1 advice value, but the advice tape has none left (cycle 2)
        cycle 2, in (body), p.masm:1:18: adv_push.1
          stack (17 items, top first): 7 0 0 0 0 0 0 0
        cycle 1, in (body), p.masm:1:7: adv_push.1
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        tape (1 value, next first): 7
        map: 0 lists; Merkle trees: 0 nodes
    "#]]
    .assert_eq(&outcome.stdout);
}

#[test]
fn a_small_history_changes_nothing_but_time() {
    let sandbox = Sandbox::with_program(
        "begin push.2000 dup neq.0 while.true dup dup mem_store sub.1 dup neq.0 end end",
    );
    let commands = "continue\nback 3\nreverse\ngoto 9000\nstack 3";
    let large = script(&sandbox, &[], commands).exits(0).stdout;
    assert_eq!(script(&sandbox, &["--history", "1"], commands).exits(0).stdout, large);
}

#[test]
fn memory_beyond_the_history_makes_ways_back_longer() {
    // 6,000 pages of memory, more than one MiB, and some cycles more than lie between snapshots.
    let sandbox = Sandbox::with_program(
        "begin push.6000 dup neq.0 while.true dup dup mul.16 mem_store sub.1 dup neq.0 end push.1 drop end",
    );
    let commands =
        "break write 32000\ncontinue\ncontinue\nback 3\nreverse\nmem 32016\nback\ngoto 20000\nstack 3";
    let large = script(&sandbox, &[], commands).exits(0).stdout;
    assert!(
        !large.contains("warning") && large.matches("breakpoint 1: write 32000\ncycle").count() == 2,
        "{large}"
    );
    let small = script(&sandbox, &["--history", "1"], commands).exits(0).stdout;
    let (warnings, rest): (Vec<_>, Vec<_>) = small.lines().partition(|line| line.starts_with("warning"));
    assert_eq!(rest, large.lines().collect::<Vec<_>>());
    assert_eq!(warnings.len(), 1, "it is told once");
    assert!(
        warnings.iter().all(|warning| warning
            .ends_with("and the history has 1 MiB, so going back may take long; raise it with --history")),
        "{warnings:?}"
    );
}

const WATCHED: &str = "\
const.PRICE=0
proc.half.1
    loc_store.PRICE
    breakpoint
    loc_load.PRICE
    div.2
end
begin
    push.8 mem_store.4
    debug.mem.4
    push.8
    debug.stack.2
    exec.half
    debug.print=\"done\"
    exec.half
    push.2 assert_eq
end
";

#[test]
fn output_is_printed_and_breakpoints_of_the_program_stop() {
    let sandbox = Sandbox::with_program(WATCHED);
    let commands = "over 3\ncontinue\nlocals\ncontinue\nwhere\nreverse\nreverse\nover 4\n";
    let outcome = script(&sandbox, &["--no-opt"], commands).exits(0);
    expect![[r#"
        at the start
        cycle 2, in (body), p.masm:9:5: push.8
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        p.masm:10:5: memory (cycle 6)
            4: [8, 0, 0, 0]
        p.masm:12:5: stack, top first: [8, 0] (cycle 7)
        cycle 7, in (body), p.masm:13:5: exec.half
          stack (17 items, top first): 8 0 0 0 0 0 0 0
        at `breakpoint`
        cycle 13, in half, p.masm:5:5: loc_load.PRICE
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        PRICE = 8 0 0 0 (address 1073741825)
        p.masm:14:5: done (cycle 21)
        at `breakpoint`
        cycle 27, in half, p.masm:5:5: loc_load.PRICE
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        #0 half, p.masm:5:5: loc_load.PRICE
        #1 (body), p.masm:15:5: exec.half
        at `breakpoint`
        cycle 13, in half, p.masm:5:5: loc_load.PRICE
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        at the start
        cycle 2, in (body), p.masm:9:5: push.8
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        p.masm:10:5: memory (cycle 6)
            4: [8, 0, 0, 0]
        p.masm:12:5: stack, top first: [8, 0] (cycle 7)
        at `breakpoint`
        cycle 13, in half, p.masm:5:5: loc_load.PRICE
          stack (16 items, top first): 0 0 0 0 0 0 0 0
    "#]]
    .assert_eq(&outcome.stdout);
    // The text of the outputs is that of `run --debug`.
    let run = sandbox.run("run p.masm --debug --no-opt").exits(0).errors();
    assert!(run.lines().count() == 4 && run.lines().all(|line| outcome.stdout.contains(line)), "{run}");
    // Compiled for debugging, the program does the same.
    sandbox.run("compile p.masm -o p.masp --debug --no-opt").exits(0);
    let compiled = sandbox.pipe(&["debug", "p.masp", "--plain"], commands.as_bytes()).exits(0);
    assert_eq!(compiled.stdout, outcome.stdout);
    // Without debug commands there is no output, and no stop before the end.
    sandbox.run("compile p.masm -o p.masp --no-opt").exits(0);
    let compiled = sandbox.pipe(&["debug", "p.masp", "--plain"], b"continue").exits(0);
    assert!(!compiled.stdout.contains("done") && compiled.stdout.contains("the program has ended"));
}

#[test]
fn callers_can_be_looked_at() {
    let sandbox = Sandbox::with_program(
        "\
const.A=0
proc.inner.1
    push.5 loc_store.0 push.7 mem_store.9
    breakpoint
    push.0 drop
end
proc.outer.2
    push.6 loc_store.A call.inner
end
begin
    push.8 mem_store.9 exec.outer
end
",
    );
    let commands = "continue\nlocals\nmem 9\nup\nlocals\nprint A\nmem 9\nsource\nwhere\nup\nlocals\nup\ndown 5\n\
        down 2\nlocals\nup 2\nstep\nwhere\n";
    let outcome = script(&sandbox, &["--no-opt"], commands).exits(0);
    expect![[r#"
        at the start
        cycle 3, in (body), p.masm:11:5: push.8
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        at `breakpoint`
        cycle 27, context 15, in inner, p.masm:5:5: push.0
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        local 0 = 5 0 0 0 (address 1073741825)
        9: 7 0 0 0
        #1 outer, p.masm:8:24: call.inner (selected)
        A = 6 0 0 0 (address 1073741825)
        local 1 = 0 0 0 0 (address 1073741826)
        6
        9: 8 0 0 0
             5 |     push.0 drop
             6 | end
             7 | proc.outer.2
        >    8 |     push.6 loc_store.A call.inner
             9 | end
            10 | begin
            11 |     push.8 mem_store.9 exec.outer
        #0 inner, p.masm:5:5: push.0
        #1 outer, p.masm:8:24: call.inner (selected)
        #2 (body), p.masm:11:24: exec.outer
        #2 (body), p.masm:11:24: exec.outer (selected)
        no locals here
        error: there is no frame #3; `where` shows them
        error: this is the innermost frame
        #0 inner, p.masm:5:5: push.0
        local 0 = 5 0 0 0 (address 1073741825)
        #2 (body), p.masm:11:24: exec.outer (selected)
        cycle 28, context 15, in inner, p.masm:5:12: drop
          stack (17 items, top first): 0 0 0 0 0 0 0 0
        #0 inner, p.masm:5:12: drop
        #1 outer, p.masm:8:24: call.inner
        #2 (body), p.masm:11:24: exec.outer
    "#]]
    .assert_eq(&outcome.stdout);
}
