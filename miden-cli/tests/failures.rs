//! Programs that fail: place, stack, error code, exit status; limits.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use expect_test::expect;
use serde_json::json;

mod support;

use support::Sandbox;

#[test]
fn exceeded_limits_are_errors_that_name_the_limit() {
    let sandbox = Sandbox::new();
    for (program, option, kind) in [
        ("begin push.1 while.true push.1 end end", "--max-cycles 1000", "CycleLimitExceeded"),
        ("begin push.1 while.true push.1.1 end end", "--max-stack 1000", "StackLimitExceeded"),
        (
            "begin push.0.1 while.true add.100 dup dup mem_store push.1 end end",
            "--max-memory 1000",
            "MemoryLimitExceeded",
        ),
        (
            "begin push.0.1 while.true add.1 dup mem_storew.0 adv.mem.0.1 push.1 end end",
            "--max-advice 1000",
            "AdviceLimitExceeded",
        ),
    ] {
        sandbox.write("p.masm", program);
        for command in ["run", "prove", "analyze"] {
            let run = sandbox.run(&format!("{command} p.masm {option} --json")).exits(1).says("p.masm:1:");
            assert_eq!((&run.json()["outcome"], &run.json()["error"]), (&json!("error"), &json!(kind)));
            run.says("1000").says("a larger limit can be set");
        }
    }
    assert_eq!(sandbox.files(), ["p.masm"]);
}

#[test]
fn limits_do_not_affect_programs_within_them() {
    let sandbox = Sandbox::with_program("begin push.1.2 mem_store.5 drop adv_push.1 drop end");
    sandbox.write("p.inputs", r#"{"stack_init": [], "advice_tape": ["7"]}"#);
    sandbox.run("run p.masm --max-cycles 50 --max-stack 18 --max-memory 16 --max-advice 1").exits(0);
    sandbox.run("run p.masm --max-advice 0").exits(1).says("advice");
    sandbox.run("run p.masm --max-memory 0").exits(1).says("memory");
}

#[test]
fn failure_names_file_line_column_and_instruction() {
    let sandbox = Sandbox::with_program("begin\n    push.1\n    add.2 assert\nend\n");
    let run = sandbox.run("run p.masm").exits(1);
    assert_eq!(run.stdout, "");
    expect![[r#"
        error: the assertion expected 1, but the value is 3 (cycle 2)
         --> p.masm:3:11
          |
        3 |     add.2 assert
          |           ^^^^^^ fails here
          |
          = note: stack, top first: [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
          = help: `assert.err="…"` gives the assertion a text of its own
    "#]]
    .assert_eq(&run.errors());
    let value = sandbox.run("run p.masm --json").exits(1).json();
    expect![[r#"
        {
          "clk": 2,
          "code": "FailedAssertion",
          "column": 11,
          "context": 0,
          "cycles": 2,
          "deterministic": true,
          "file": "p.masm",
          "help": "`assert.err=\"…\"` gives the assertion a text of its own",
          "instruction": "assert",
          "line": 3,
          "message": "the assertion expected 1, but the value is 3 (cycle 2)",
          "operation": "assert",
          "outcome": "fault",
          "stack": [
            "3",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0"
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn failing_condition_has_a_place() {
    let sandbox = Sandbox::with_program("begin\n    push.2\n    if.true\n        neg\n    end\nend\n");
    let run = sandbox.run("run p.masm").exits(1);
    expect![[r#"
        error: the value must be 0 or 1, but is 2 (cycle 3)
         --> p.masm:3:5
          |
        3 |     if.true
          |     ^^^^^^^ fails here
          |
          = note: stack, top first: [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
          = help: `neq.0` turns a number into 0 or 1
    "#]]
    .assert_eq(&run.errors());
}

#[test]
fn failure_of_a_compiled_program_has_a_place_unless_stripped() {
    let sandbox = Sandbox::with_program("begin push.0 inv end");
    sandbox.run("compile p.masm -o p.bin").exits(0);
    let value = sandbox.run("run p.bin --json").exits(1).json();
    assert_eq!((&value["code"], &value["line"]), (&json!("DivideByZero"), &json!(1)));
    sandbox.run("compile p.masm -o p.bin --strip").exits(0);
    let value = sandbox.run("run p.bin --json").exits(1).json();
    assert_eq!(value["code"], "DivideByZero");
    assert!(value["clk"].is_u64() && value.get("line").is_none());
}

#[test]
fn failed_assertion_shows_its_code_or_text() {
    let sandbox = Sandbox::with_program("begin\n    push.3 assert.err=17\nend\n");
    expect![[r#"
        error: the assertion expected 1, but the value is 3: error code 17 (cycle 2)
         --> p.masm:2:12
          |
        2 |     push.3 assert.err=17
          |            ^^^^^^^^^^^^^ fails here
          |
          = note: stack, top first: [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    "#]]
    .assert_eq(&sandbox.run("run p.masm").exits(1).errors());
    let value = sandbox.run("run p.masm --json").exits(1).json();
    assert_eq!((&value["error_code"], value.get("explanation")), (&json!(17), None));
    sandbox.write("p.masm", r#"begin push.3 assert.err="a \" b" end"#);
    sandbox.run("run p.masm").exits(1).says("the value is 3: a \" b (cycle 2)");
    sandbox.write("p.masm", "begin\n    push.3.4 assert_eq.err=\"balances differ\"\nend\n");
    expect![[r#"
        error: `assert_eq` fails if `a ≠ b`; here b = 4, a = 3: balances differ (cycle 2)
         --> p.masm:2:14
          |
        2 |     push.3.4 assert_eq.err="balances differ"
          |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ fails here
          |
          = note: stack, top first: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    "#]]
    .assert_eq(&sandbox.run("run p.masm").exits(1).errors());
    let value = sandbox.run("run p.masm --json").exits(1).json();
    assert_eq!(value["explanation"], "balances differ");
}

#[test]
fn failing_advice_instruction_has_a_place() {
    let sandbox = Sandbox::with_program("begin\n    push.1.2.3.4 adv.keyval adv_push.1\nend\n");
    sandbox.run("run p.masm").exits(1).says("p.masm:2:18").says("no list under key");
    sandbox.write("p.masm", "begin\n    push.1 add.2 adv_push.2 drop\nend\n");
    expect![[r#"
        error: the program reads 1 advice value, but the advice tape has none left (cycle 2)
         --> p.masm:2:18
          |
        2 |     push.1 add.2 adv_push.2 drop
          |                  ^^^^^^^^^^ fails here
          |
          = note: stack, top first: [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
          = note: the host failed, not the program, so this cannot be proven
          = help: give more values in the file of inputs or with `--advice`; `miden inputs --explain` shows what they give
    "#]]
    .assert_eq(&sandbox.run("run p.masm").exits(1).errors());
}

#[test]
fn failure_in_a_call_names_the_context() {
    let sandbox = Sandbox::with_program("proc.bad\n    push.1 push.2\nend\nbegin\n    call.bad\nend\n");
    expect![[r#"
        error: a procedure that was called must return with 16 stack items, but there are 18 (cycle 4)
         --> p.masm:5:5
          |
        5 |     call.bad
          |     ^^^^^^^^ fails here
          |
          = note: in execution context 1
          = note: stack, top first: [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
          = help: drop the items that are not results before the end of the procedure, or `exec.sys::truncate_stack`
    "#]]
    .assert_eq(&sandbox.run("run p.masm").exits(1).errors());
    let value = sandbox.run("run p.masm --json").exits(1).json();
    assert_eq!(value["code"], "InvalidStackDepthOnReturn");
}

#[test]
fn a_proof_that_takes_too_much_memory_is_refused_before_it_begins() {
    let sandbox = Sandbox::with_program("begin push.1 drop end");
    let run = sandbox.run("prove p.masm --max-prover-memory 1 --json").exits(2).says("MiB");
    assert_eq!(run.json()["error"], json!("prover"));
    assert_eq!(sandbox.files(), ["p.masm"]);
    sandbox.run("prove p.masm --max-prover-memory 100").exits(0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_proof_leaves_no_files() {
    use std::{
        io::{BufRead, BufReader},
        process::{Command, Stdio},
    };

    let sandbox = Sandbox::with_program("begin push.1 while.true push.1 end end");
    let mut command = sandbox.command();
    command.args(["prove", "p.masm"]).env("MIDEN_LOG", "info").stderr(Stdio::piped());
    let mut prove = command.spawn().unwrap();
    let mut lines = BufReader::new(prove.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("executing")));
    let id = prove.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(lines.any(|line| line.unwrap().contains("cancelled")));
    assert_eq!(prove.wait().unwrap().code(), Some(2));
    assert_eq!(sandbox.files(), ["p.masm"]);
}

/// The first line of the message of a program that fails.
fn message(text: &str) -> String {
    let sandbox = Sandbox::with_program(text);
    let run = sandbox.run("run p.masm").exits(1);
    let errors = run.errors();
    // Without optimization the same operands are shown.
    let as_written = sandbox.run("run p.masm --no-opt").exits(1).errors();
    let title =
        |text: &str| text.lines().next().unwrap_or_default().split(" (cycle").next().unwrap().to_owned();
    assert_eq!(title(&errors), title(&as_written));
    title(&errors)
}

#[test]
fn failures_show_the_operands_of_the_instruction_as_written() {
    for (program, expected) in [
        ("begin push.3.4 assert_eq end", "error: `assert_eq` fails if `a ≠ b`; here b = 4, a = 3"),
        (
            "begin push.3.4 assert_eq.err=\"balances differ\" end",
            "error: `assert_eq` fails if `a ≠ b`; here b = 4, a = 3: balances differ",
        ),
        (
            "begin push.1.40 u32checked_shl end",
            "error: `u32checked_shl` fails if `a ≥ 2^32` or `32 ≤ b ≤ 63`; here b = 40, a = 1",
        ),
        (
            "use.std::math::u64 begin push.5.0.64 exec.u64::shl end",
            "error: `pow2` fails if `a > 63`; here a = 64",
        ),
        (
            "begin push.1.2.3.4 push.1.2.3.5 repeat.2 assert_eqw end end",
            "error: `assert_eqw` fails if `A ≠ B`; here B = [5, 3, 2, 1], A = [4, 3, 2, 1]",
        ),
        (
            "proc.check assert_eq end begin push.1.1 push.6.7 repeat.2 exec.check end end",
            "error: `assert_eq` fails if `a ≠ b`; here b = 7, a = 6",
        ),
        (
            "begin push.5 push.7 u32checked_sub end",
            "error: `u32checked_sub` fails if `a < b`; here b = 7, a = 5",
        ),
        // One operation, whose own message is clearer.
        ("begin push.2 assert end", "error: the assertion expected 1, but the value is 2"),
    ] {
        assert_eq!(message(program), expected);
    }
}

#[test]
fn a_compiled_program_shows_operands_that_optimization_left() {
    let sandbox = Sandbox::with_program("begin adv_push.2 assert_eq end");
    sandbox.run("compile p.masm -o p.masp").exits(0);
    let run = sandbox.run("run p.masp --advice 3,4").exits(1);
    run.says("`assert_eq` fails if `a ≠ b`; here b = 4, a = 3 (cycle 4)");
}

#[test]
fn failures_show_their_callers() {
    let program = "
proc.inner
    mem_load.0 assert
end
proc.middle.1
    exec.inner
end
proc.outer
    push.1 if.true
        call.middle
    end
end
begin
    push.1 while.true
        exec.outer push.0
    end
end
";
    let sandbox = Sandbox::with_program(program);
    let run = sandbox.run("run p.masm").exits(1);
    expect![[r#"
        error: the assertion expected 1, but the value is 0 (cycle 15)
         --> p.masm:3:16
          |
        3 |     mem_load.0 assert
          |                ^^^^^^ fails here, in procedure `inner`
          |
          = note: called by `exec.inner` at p.masm:6:5, in procedure `middle`
          = note: called by `call.middle` at p.masm:10:9, in procedure `outer`
          = note: called by `exec.outer` at p.masm:15:9
          = note: in execution context 10
          = note: stack, top first: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
          = help: `assert.err="…"` gives the assertion a text of its own
    "#]]
    .assert_eq(&run.errors());
    let value = sandbox.run("run p.masm --json").exits(1).json();
    let callers: Vec<_> = value["callers"].as_array().unwrap().iter().collect();
    let line = |index: usize| (&callers[index]["line"], &callers[index]["instruction"]);
    assert_eq!(callers.len(), 3);
    assert_eq!(line(0), (&json!(6), &json!("exec.inner")));
    assert_eq!(line(1), (&json!(10), &json!("call.middle")));
    assert_eq!(line(2), (&json!(15), &json!("exec.outer")));
    // A limit is reached between two steps, the other commands fail in the same place.
    sandbox.run("run p.masm --max-cycles 10").exits(1).says("called by `exec.outer` at p.masm:15:9");
    sandbox
        .run("analyze p.masm")
        .exits(1)
        .says("called by `call.middle` at p.masm:10:9, in procedure `outer`");
}

#[test]
fn failures_show_a_way_out() {
    for (program, options, help) in [
        ("begin push.2 assert end", "", "`assert.err=\"…\"`"),
        ("begin push.0 inv end", "", "check the divisor"),
        ("begin push.2 if.true end end", "", "`neq.0`"),
        ("begin push.4294967296 u32assert end", "", "`u32split`"),
        ("begin push.4294967296 mem_load end", "", "order of the stack"),
        ("proc.p push.1 end begin call.p end", "", "truncate_stack"),
        ("begin dynexec end", "", "procref"),
        ("begin adv_push.1 end", "", "--advice"),
        ("begin emit.1 end", "", "embed the machine"),
        ("begin push.1 while.true push.1 end end", "--max-cycles 9", "`--max-cycles CYCLES`"),
        ("begin push.1 while.true push.1 end end", "--cycle-limit 9", "`--cycle-limit CYCLES`"),
    ] {
        let sandbox = Sandbox::with_program(program);
        let run = sandbox.run(&format!("run p.masm {options}")).exits(1).says("help: ").says(help);
        let value = sandbox.run(&format!("run p.masm --json {options}")).exits(1).json();
        assert!(run.stderr.contains(value["help"].as_str().unwrap()));
    }
    let with_text = Sandbox::with_program("begin push.2 assert.err=\"no\" end");
    assert!(!with_text.run("run p.masm").exits(1).stderr.contains("help: "));
}

#[test]
fn a_caller_that_shares_its_code_with_others_has_its_own_line() {
    let sandbox = Sandbox::with_program(
        "\
proc.check
    dup push.9 neq assert
end
proc.first
    push.1 add
    call.check
    push.2 add
end
proc.second
    push.3 add
    call.check
    push.4 add
end
begin
    push.3
    exec.first
    exec.second
end
",
    );
    let errors = sandbox.run("run p.masm --no-opt").exits(1).errors();
    let notes: Vec<_> = errors.lines().filter(|line| line.contains("called")).map(str::trim).collect();
    expect![[r#"
        = note: called by `call.check` at p.masm:11:5, in procedure `second`
        = note: called by `exec.second` at p.masm:17:5"#]]
    .assert_eq(&notes.join("\n"));
}
