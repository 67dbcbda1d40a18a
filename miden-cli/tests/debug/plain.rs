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
        fails: the program reads 1 advice values, but 0 are left on the advice tape (cycle 2)
        cycle 2, in (body), p.masm:1:18: adv_push.1
          stack (17 items, top first): 7 0 0 0 0 0 0 0
        cycle 1, in (body), p.masm:1:7: adv_push.1
          stack (16 items, top first): 0 0 0 0 0 0 0 0
        tape (1 values, next first): 7
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
