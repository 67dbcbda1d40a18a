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

        Trace rows: 1024 (the minimum)
          execution         19
          range            259  (the longest part)
          chiplets           9
            hasher           8
            bitwise          0
            memory           0
            merkle           0
            kernel           0
          random            85
          padding          680

        AsmOp    Frequency  Total Cycles  Avg Instruction Cycles
        add              3             6                    2.00
        drop             2             2                    1.00
        movup.2          3             3                    1.00
        push             3             3                    1.00

        Procedure  Invocations  Own Cycles  With Callees
        (program)            1          15            15
    "#]]
    .assert_eq(&sandbox.run("analyze p.masm --no-opt").exits(0).stdout);
    let value = sandbox.run("analyze p.masm --no-opt --json").exits(0).json();
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
          "procedures": [
            {
              "cycles": 15,
              "file": null,
              "invocations": 1,
              "own_cycles": 15,
              "procedure": null
            }
          ],
          "trace": {
            "bitwise": 0,
            "chiplets": 9,
            "execution": 19,
            "hasher": 8,
            "kernel": 0,
            "longest": "range",
            "memory": 0,
            "merkle": 0,
            "padding": 680,
            "random": 85,
            "range": 259,
            "rows": 1024
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn analyze_reports_the_cycles_before_a_failure() {
    let sandbox = Sandbox::with_program("begin push.0 add.2 add.3 assert add end");
    let run = sandbox.run("analyze p.masm --no-opt").exits(1).says("p.masm:1:26");
    expect![[r#"
        Total cycles: 6
        No-ops: 0
        Visits of program nodes: 1

        AsmOp  Frequency  Total Cycles  Avg Instruction Cycles
        add            2             4                    2.00
        push           1             1                    1.00

        Procedure  Invocations  Own Cycles  With Callees
        (program)            1           6             6
    "#]]
    .assert_eq(&run.stdout);
    let value = sandbox.run("analyze p.masm --no-opt --json").exits(1).json();
    assert_eq!((&value["code"], &value["cycles"]), (&json!("FailedAssertion"), &json!(6)));
    assert_eq!((&value["outcome"], &value["instructions"][0]["frequency"]), (&json!("fault"), &json!(2)));
}

#[test]
fn analyze_counts_cycles_up_to_the_limit() {
    let sandbox = Sandbox::with_program("begin push.1 while.true push.1 end end");
    let value = sandbox.run("analyze p.masm --json --max-cycles 1000").exits(1).json();
    assert_eq!((&value["error"], &value["cycles"]), (&json!("CycleLimitExceeded"), &json!(1000)));
    let cycles = value["instructions"].as_array().unwrap().iter().map(|row| row["cycles"].as_u64().unwrap());
    assert_eq!(cycles.sum::<u64>() + 334, 1000, "the rest are 333 blocks and a join");
}

/// Procedures that are inlined, called, called in the kernel, called dynamically; without control flow, with loops, and
/// one that only invokes another.
#[test]
fn analyze_attributes_cycles_to_procedures() {
    let sandbox = Sandbox::with_program(
        "
        proc.tick add.1 end
        proc.count_down
            dup neq.0
            while.true sub.1 exec.tick sub.1 dup neq.0 end
        end
        proc.only_counts exec.count_down end
        proc.nothing end
        proc.called
            exec.tick syscall.keep
        end
        begin
            push.3 exec.only_counts
            repeat.2 exec.tick end
            repeat.40 exec.nothing end
            call.called call.called
            procref.called dyncall dropw
            push.5 exec.count_down
            procref.tick dynexec dropw
            push.1 if.true exec.only_counts else exec.tick end
        end",
    );
    sandbox.write("k.masm", "export.keep exec.store end");
    sandbox.run("analyze p.masm -k k.masm --no-opt").exits(2);
    sandbox.write("k.masm", "proc.store dup mem_store.0 end export.keep exec.store end");
    expect![[r#"
        Total cycles: 173
        No-ops: 0
        Visits of program nodes: 63

        Trace rows: 1024 (the minimum)
          execution        178
          range            261  (the longest part)
          chiplets         245
            hasher         240
            bitwise          0
            memory           3
            merkle           0
            kernel           1
          random            85
          padding          678

        AsmOp           Frequency  Total Cycles  Avg Instruction Cycles
        add                    14            14                    1.00
        call.called             2             4                    2.00
        dropw                   2             8                    4.00
        dup                    14            14                    1.00
        dyncall                 1             2                    2.00
        dynexec                 1             1                    1.00
        if.true                 1             1                    1.00
        mem_store               3             9                    3.00
        neq                    11            22                    2.00
        procref.called          1             4                    4.00
        procref.tick            1             4                    4.00
        push                    3             3                    1.00
        sub                    16            32                    2.00
        syscall.keep            3             6                    2.00
        while.true             11            11                    1.00

        Procedure    Invocations  Own Cycles  With Callees
        (program)              1          47           173
        count_down             3          84            92
        only_counts            2           0            38
        called                 3          12            30
        keep                   3           3            15
        tick                  14          15            15
        store                  3          12            12
    "#]]
    .assert_eq(&sandbox.run("analyze p.masm -k k.masm --no-opt").exits(0).stdout);
    let value = sandbox.run("analyze p.masm -k k.masm --no-opt --json").exits(0).json();
    let procedures = value["procedures"].as_array().unwrap();
    let own: u64 = procedures.iter().map(|row| row["own_cycles"].as_u64().unwrap()).sum();
    assert_eq!((Some(own), &procedures[0]["cycles"]), (value["cycles"].as_u64(), &value["cycles"]));
    assert_eq!((&procedures[0]["procedure"], &procedures[0]["file"]), (&json!(null), &json!(null)));
    assert_eq!(procedures[1]["file"], "p.masm");
}

/// A recursive procedure counts each of its cycles once.
#[test]
fn analyze_counts_recursion_once() {
    let sandbox = Sandbox::with_program(
        "
        proc.sum
            movup.5 dup.5 add movdn.5
            movup.4 sub.1 dup movdn.5
            neq.0
            if.true dyncall end
        end
        begin push.0.10 procref.sum dyncall dropw end",
    );
    let value = sandbox.run("analyze p.masm --no-opt --json").exits(0).json();
    let [body, sum] = &value["procedures"].as_array().unwrap()[..] else { panic!("{value}") };
    assert_eq!((&sum["procedure"], &sum["invocations"]), (&json!("sum"), &json!(10)));
    assert_eq!(sum["cycles"], sum["own_cycles"]);
    assert_eq!(
        body["own_cycles"].as_u64().unwrap() + sum["own_cycles"].as_u64().unwrap(),
        value["cycles"].as_u64().unwrap()
    );
}
