//! `analyze`: cycles, procedures, rows of the trace.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use expect_test::expect;
use serde_json::json;

mod support;

use support::Sandbox;

#[test]
fn analyze_counts_instructions_and_rows() {
    let sandbox = Sandbox::with_program("begin\n    repeat.3 push.5 add.7 movup.2 end\n    drop drop\nend\n");
    expect![[r#"
        Total cycles: 15
        No-ops: 0
        Visits of program nodes: 1

        Trace rows: 1024 (the least possible)
          execution         19
          range            259  (the longest part)
          chiplets           9
            hasher           8
            bitwise          0
            memory           0
            merkle           0
            kernel           0
          padding          765

        AsmOp    Frequency  Total Cycles  Avg Instruction Cycles
        add              3             6                    2.00
        drop             2             2                    1.00
        movup.2          3             3                    1.00
        push             3             3                    1.00
    "#]]
    .assert_eq(&sandbox.run("analyze p.masm").exits(0).stdout);
    let value = sandbox.run("analyze p.masm --json").exits(0).json();
    expect![[r#"
        {
          "cycles": 15,
          "instructions": [
            {
              "average": 2.0,
              "cycles": 6,
              "frequency": 3,
              "instruction": "add"
            },
            {
              "average": 1.0,
              "cycles": 2,
              "frequency": 2,
              "instruction": "drop"
            },
            {
              "average": 1.0,
              "cycles": 3,
              "frequency": 3,
              "instruction": "movup.2"
            },
            {
              "average": 1.0,
              "cycles": 3,
              "frequency": 3,
              "instruction": "push"
            }
          ],
          "nodes": 1,
          "noops": 0,
          "outcome": "success",
          "trace": {
            "bitwise": 0,
            "chiplets": 9,
            "execution": 19,
            "hasher": 8,
            "kernel": 0,
            "longest": "range",
            "memory": 0,
            "merkle": 0,
            "padding": 765,
            "range": 259,
            "rows": 1024
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn analyze_tells_what_happened_before_a_failure() {
    let sandbox = Sandbox::with_program("begin push.0 add.2 add.3 assert add end");
    let run = sandbox.run("analyze p.masm").exits(1).says("p.masm:1:26");
    expect![[r#"
        Total cycles: 6
        No-ops: 0
        Visits of program nodes: 1

        AsmOp  Frequency  Total Cycles  Avg Instruction Cycles
        add            2             4                    2.00
        push           1             1                    1.00
    "#]]
    .assert_eq(&run.stdout);
    let value = sandbox.run("analyze p.masm --json").exits(1).json();
    assert_eq!((&value["error"], &value["cycles"]), (&json!("FailedAssertion"), &json!(6)));
    assert_eq!((&value["outcome"], &value["instructions"][0]["frequency"]), (&json!("error"), &json!(2)));
}

#[test]
fn analyze_counts_cycles_up_to_the_limit() {
    let sandbox = Sandbox::with_program("begin push.1 while.true push.1 end end");
    let value = sandbox.run("analyze p.masm --json --max-cycles 1000").exits(1).json();
    assert_eq!((&value["error"], &value["cycles"]), (&json!("CycleLimitExceeded"), &json!(1000)));
    let cycles = value["instructions"].as_array().unwrap().iter().map(|row| row["cycles"].as_u64().unwrap());
    assert_eq!(cycles.sum::<u64>() + 334, 1000, "the rest are 333 blocks and a join");
}
