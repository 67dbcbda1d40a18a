//! Proofs of failing programs: every fault, what `verify` accepts and rejects, and the line of the source.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use expect_test::expect;
use miden_core::{FaultCode, Opcode};
use serde_json::{Value, json};

mod support;

use support::{Sandbox, faults};

/// The JSON object of a command that exits with this status.
#[track_caller]
fn object(sandbox: &Sandbox, arguments: &str, exit: i32) -> Value {
    sandbox.run(&format!("{arguments} --json")).exits(exit).json()
}

/// A sandbox with the proof of a failing program, and the output of `prove`.
#[track_caller]
fn proven(program: &str, inputs: &Value, options: &str) -> (Sandbox, Value) {
    let sandbox = Sandbox::with_program(program);
    sandbox.write("p.inputs", inputs.to_string());
    let value = object(&sandbox, &format!("prove p.masm {options}"), 1);
    assert_eq!(value["outcome"], "fault", "{value}");
    (sandbox, value)
}

#[test]
fn every_fault_is_proven_and_verified() {
    let all = faults::all();
    assert_eq!(all.iter().map(|case| case.code).collect::<Vec<_>>(), FaultCode::ALL);
    for case in all {
        let sandbox = Sandbox::new();
        let (file, code, options) = (case.write(&sandbox), case.code.name(), case.options);
        let run = object(&sandbox, &format!("run {file} {options}"), 1);
        assert_eq!(
            (&run["outcome"], &run["code"], &run["operation"], &run["deterministic"], run.get("error")),
            (&json!("fault"), &json!(code), &json!(case.operation), &json!(true), None),
        );
        let prove = object(&sandbox, &format!("prove {file} {options}"), 1);
        for (key, value) in run.as_object().unwrap() {
            assert_eq!(&prove[key], value, "{code}: {key}");
        }
        for key in ["program_hash", "kernel", "trace_rows", "proof_bytes", "security", "cycles", "message"] {
            assert!(prove.get(key).is_some(), "{code}: {key} is missing in {prove}");
        }

        let verify = format!("verify -p p.proof --source {file} {options}");
        let verified = object(&sandbox, &format!("{verify} --expect-fault {code}"), 0);
        for key in ["outcome", "code", "operation", "clk", "deterministic", "message", "stack", "security"] {
            assert_eq!(verified[key], prove[key], "{code}: {key}");
        }
        assert_eq!((&verified["valid"], verified.get("line")), (&json!(true), run.get("line")));
        object(&sandbox, &format!("{verify} --any-outcome --deterministic"), 0);

        let other = FaultCode::ALL.iter().find(|&&other| other != case.code).unwrap();
        for expectation in [String::new(), format!("--expect-fault {other}")] {
            let refused = object(&sandbox, &format!("{verify} {expectation}"), 1);
            let keys = ["valid", "error", "outcome", "code", "clk"].map(|key| &refused[key]);
            let expected =
                [&json!(false), &json!("unexpected_outcome"), &json!("fault"), &json!(code), &run["clk"]];
            assert_eq!(keys, expected, "{refused}");
        }
    }
}

#[test]
fn every_part_of_the_outcome_is_bound() {
    for case in faults::all() {
        let sandbox = Sandbox::new();
        let (file, options) = (case.write(&sandbox), case.options);
        sandbox.run(&format!("prove {file} {options}")).exits(1);
        let honest: Value = serde_json::from_slice(&sandbox.read("p.outputs")).unwrap();
        let verify = format!("verify -p p.proof --source {file} --any-outcome {options}");
        object(&sandbox, &verify, 0);
        let refuses = |change: &dyn Fn(&mut Value)| {
            let mut claims = honest.clone();
            change(&mut claims);
            assert_ne!(claims, honest);
            sandbox.write("p.outputs", claims.to_string());
            let refused = object(&sandbox, &verify, 1);
            assert_eq!(
                (&refused["valid"], &refused["error"]),
                (&json!(false), &json!("invalid_proof")),
                "{claims}"
            );
            assert_eq!(refused.get("outcome"), None, "an invalid proof shows nothing");
        };
        let clk = honest["outcome"]["fault"]["clk"].as_u64().unwrap();
        for code in FaultCode::ALL.iter().filter(|&&code| code != case.code) {
            refuses(&|claims| claims["outcome"]["fault"]["code"] = code.name().into());
        }
        for opcode in [Opcode::Noop, Opcode::Assert, Opcode::Inv, Opcode::Call, Opcode::Return, Opcode::Halt]
        {
            let name = opcode.info().name;
            if name != case.operation {
                refuses(&|claims| claims["outcome"]["fault"]["operation"] = name.into());
            }
        }
        for other in
            [clk.checked_sub(1), Some(clk + 1), Some(clk + 1000), Some(u64::MAX)].into_iter().flatten()
        {
            refuses(&|claims| claims["outcome"]["fault"]["clk"] = other.into());
        }
        refuses(&|claims| claims["outcome"]["fault"]["deterministic"] = false.into());
        refuses(&|claims| claims["outcome"]["fault"]["target"] = "01".repeat(32).into());
        refuses(&|claims| claims["outcome"] = "success".into());
        refuses(&|claims| drop(claims.as_object_mut().unwrap().remove("outcome")));
        refuses(&|claims| claims["stack"][15] = "77".into());
        refuses(&|claims| claims["stack"].as_array_mut().unwrap().push("0".into()));
    }
}

#[test]
fn proof_of_success_never_verifies_as_a_fault() {
    let sandbox = Sandbox::with_program("begin assert end");
    sandbox.write("p.inputs", r#"{"stack_init": ["1"]}"#);
    object(&sandbox, "prove p.masm", 0);
    let verified = object(&sandbox, "verify -p p.proof --source p.masm --any-outcome", 0);
    assert_eq!((&verified["outcome"], &verified["valid"]), (&json!("success"), &json!(true)));
    let refused = object(&sandbox, "verify -p p.proof --source p.masm --expect-fault FailedAssertion", 1);
    assert_eq!((&refused["outcome"], &refused["error"]), (&json!("success"), &json!("unexpected_outcome")));

    let mut claims: Value = serde_json::from_slice(&sandbox.read("p.outputs")).unwrap();
    assert_eq!(claims.get("outcome"), None, "files of successful runs are as in version 0.3");
    let fault = json!({"code": "FailedAssertion", "operation": "assert", "clk": 1, "deterministic": true});
    claims["outcome"] = json!({"fault": fault});
    sandbox.write("p.outputs", claims.to_string());
    let refused = object(&sandbox, "verify -p p.proof --source p.masm --any-outcome", 1);
    assert_eq!(refused["error"], "invalid_proof");
}

const TRANSFER: &str = "
proc.pay
    push.250 u32assert2 gte
    assert.err=\"balance too small\"
end
begin
    push.7 push.100
    call.pay
end
";

#[test]
fn output_says_what_a_proof_shows() {
    let (sandbox, _) = proven(TRANSFER, &json!({"stack_init": []}), "");
    let prove = sandbox.run("prove p.masm").exits(1);
    expect![[r#"
        error: the assertion expected 1, but the value is 0: balance too small (cycle 18)
         --> p.masm:4:5
          |
        4 |     assert.err="balance too small"
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ fails here, in procedure `pay`
          |
          = note: called by `call.pay` at p.masm:8:5
          = note: in execution context 5
          = note: stack, top first: [0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    "#]]
    .assert_eq(&prove.errors());
    let without_numbers = |text: &str| {
        let changing = ["program hash is", "Security: ", "Proof size: ", "Proof is valid: "];
        text.lines()
            .filter(|line| !changing.iter().any(|start| line.starts_with(start)))
            .collect::<Vec<_>>()
            .join("\n")
    };
    expect![[r#"
        Output: [0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        The proof hides the execution.
        The proof shows that the program, started on these inputs, fails in cycle 18 with FailedAssertion. This holds for any advice, because none was read before."#]].assert_eq(&without_numbers(&prove.stdout));
    let verify = sandbox.run("verify -p p.proof --source p.masm --expect-fault FailedAssertion").exits(0);
    expect![[r#"
        Outcome: FailedAssertion of assert in cycle 18
        The proof hides the execution.
        The proof shows that the program, started on these inputs, fails in cycle 18 with FailedAssertion. This holds for any advice, because none was read before.
        Source: p.masm:4:5, in procedure `pay`"#]].assert_eq(&without_numbers(&verify.stdout));
    expect![[r#"
        fault: the assertion expected 1, but the value is 0: balance too small (cycle 18)
         --> p.masm:4:5
          |
        4 |     assert.err="balance too small"
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ fails here, in procedure `pay`
          |
          = note: called by `call.pay` at p.masm:8:5
          = note: in execution context 5
          = note: stack, top first: [0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    "#]]
    .assert_eq(&verify.errors());
    let refused = sandbox.run("verify -p p.proof --source p.masm").exits(1);
    expect![[r#"
        error: Program failed verification! - the proof shows an outcome other than the expected one: FailedAssertion of assert in cycle 18, not success
        note: The proof shows that the program, started on these inputs, fails in cycle 18 with FailedAssertion. This holds for any advice, because none was read before.
    "#]].assert_eq(&refused.errors());
}

#[test]
fn fault_after_advice_holds_only_for_some_advice() {
    let program = "begin\n    adv_push.1\n    if.true\n        push.0 assert\n    else\n        repeat.30 mul.3 add.1 end\n    end\nend\n";
    let advice = |value: &str| json!({"stack_init": [], "advice_tape": [value]});
    let (sandbox, value) = proven(program, &advice("1"), "");
    assert_eq!((&value["deterministic"], &value["line"]), (&json!(false), &json!(4)));
    let verify = "verify -p p.proof --source p.masm --any-outcome";
    assert_eq!(object(&sandbox, verify, 0)["line"], 4);
    let text = sandbox.run(verify).exits(0).stdout;
    assert!(text.contains("there is advice with which") && text.contains("with other advice"), "{text}");
    let refused = object(&sandbox, &format!("{verify} --deterministic"), 1);
    assert_eq!((&refused["error"], &refused["deterministic"]), (&json!("unexpected_outcome"), &json!(false)));
    sandbox.run(&format!("{verify} --deterministic")).exits(1).says("not any outcome without advice");

    // Verification needs no advice, except to show the line.
    sandbox.write("public.inputs", r#"{"stack_init": []}"#);
    let verified = object(&sandbox, &format!("{verify} -i public.inputs"), 0);
    let reason = verified["not_located"].as_str().unwrap();
    assert!(reason.contains("the advice tape has none left"), "{reason}");
    assert_eq!((verified.get("line"), verified.get("message")), (None, None));
    sandbox.run(&format!("{verify} -i public.inputs")).exits(0).says("note: ").says("diverges");
    sandbox.write("public.inputs", advice("0").to_string());
    let reason = object(&sandbox, &format!("{verify} -i public.inputs"), 0)["not_located"].clone();
    assert!(reason.as_str().unwrap().contains("it did not fail in cycle"), "{reason}");

    let mut claims: Value = serde_json::from_slice(&sandbox.read("p.outputs")).unwrap();
    claims["outcome"]["fault"]["deterministic"] = true.into();
    sandbox.write("p.outputs", claims.to_string());
    assert_eq!(object(&sandbox, verify, 1)["error"], "invalid_proof");
}

/// The host is not part of the program, so its failures cannot be proven.
#[test]
fn failures_of_the_host_are_errors() {
    for (program, kind) in [
        ("begin adv_push.1 end", "AdviceTapeReadFailed"),
        ("begin emit.7 push.1 drop end", "EventHandlerNotFound"),
        ("begin push.1.1.1 mtree_get end", "AdviceSetNotFound"),
    ] {
        let sandbox = Sandbox::with_program(program);
        for command in ["run", "prove"] {
            let run = sandbox.run(&format!("{command} p.masm --json")).exits(1);
            assert_eq!((&run.json()["outcome"], &run.json()["error"]), (&json!("error"), &json!(kind)));
            assert_eq!(run.json().get("code"), None);
            run.says("the host failed, not the program, so this cannot be proven");
        }
        assert_eq!(sandbox.files(), ["p.masm"]);
    }
    let unknown = Sandbox::with_program("begin dynexec end");
    let run = unknown.run("prove p.masm --json").exits(1);
    assert_eq!(
        (&run.json()["outcome"], &run.json()["error"]),
        (&json!("error"), &json!("CodeBlockNotFound"))
    );
    run.says("this failure cannot be proven");
}

#[test]
fn public_limit_is_proven_and_private_limit_is_not() {
    let endless = "begin push.1 while.true push.1 end end";
    let (sandbox, value) = proven(endless, &json!({"stack_init": []}), "--cycle-limit 70");
    assert_eq!((&value["code"], &value["clk"]), (&json!("CycleLimitExceeded"), &json!(70)));
    let verify = "verify -p p.proof --source p.masm --expect-fault CycleLimitExceeded";
    let verified = object(&sandbox, &format!("{verify} --cycle-limit 70"), 0);
    assert_eq!((&verified["cycle_limit"], &verified["clk"]), (&json!(70), &json!(70)));
    sandbox.run(verify).exits(1).says("accept it with --cycle-limit 70");
    for (limit, error) in [("", "unexpected_limit"), ("--cycle-limit 71", "unexpected_limit")] {
        assert_eq!(object(&sandbox, &format!("{verify} {limit}"), 1)["error"], error);
    }
    // The limit in the file is only a claim.
    let mut claims: Value = serde_json::from_slice(&sandbox.read("p.outputs")).unwrap();
    claims["cycle_limit"] = 71.into();
    sandbox.write("p.outputs", claims.to_string());
    assert_eq!(object(&sandbox, &format!("{verify} --cycle-limit 71"), 1)["error"], "invalid_proof");
    claims.as_object_mut().unwrap().remove("cycle_limit");
    sandbox.write("p.outputs", claims.to_string());
    assert_eq!(object(&sandbox, verify, 1)["error"], "invalid_proof");
    object(&sandbox, &format!("{verify} --cycle-limit 70"), 0);

    let private = object(&sandbox, "prove p.masm --max-cycles 70 -p q.proof -o q.outputs", 1);
    assert_eq!((&private["outcome"], &private["error"]), (&json!("error"), &json!("CycleLimitExceeded")));
    assert!(!sandbox.files().iter().any(|file| file.starts_with('q')));
}

#[test]
fn success_is_proven_to_end_within_its_limit() {
    let sandbox = Sandbox::with_program("begin add mul end");
    let cycles = object(&sandbox, "run p.masm", 0)["cycles"].as_u64().unwrap();
    assert_eq!(object(&sandbox, &format!("run p.masm --cycle-limit {}", cycles - 1), 1)["outcome"], "fault");
    object(&sandbox, &format!("prove p.masm --cycle-limit {cycles}"), 0);
    let verify = "verify -p p.proof --source p.masm";
    let text = sandbox.run(&format!("{verify} --cycle-limit {cycles}")).exits(0).stdout;
    assert!(text.contains(&format!("ends within {cycles} cycles")), "{text}");
    assert_eq!(object(&sandbox, verify, 1)["error"], "unexpected_limit");
    assert_eq!(
        object(&sandbox, &format!("{verify} --cycle-limit {}", cycles + 1), 1)["error"],
        "unexpected_limit"
    );
}

#[test]
fn line_is_found_in_calls_and_in_the_kernel() {
    let sandbox = Sandbox::with_program(
        "proc.inner\n    syscall.check\nend\nproc.outer\n    push.9 drop call.inner\nend\nbegin\n    push.5 call.outer\nend\n",
    );
    sandbox.write("k.masm", "export.check\n    push.1\n    eq.7 assert\nend\n");
    let value = object(&sandbox, "prove p.masm -k k.masm", 1);
    assert_eq!(
        (&value["file"], &value["line"], &value["procedure"]),
        (&json!("k.masm"), &json!(3), &json!("check"))
    );
    let verify = "verify -p p.proof -k k.masm --source p.masm --expect-fault FailedAssertion";
    let verified = object(&sandbox, verify, 0);
    for key in ["file", "line", "column", "instruction", "procedure", "context", "message"] {
        assert_eq!(verified[key], value[key], "{key}");
    }
    sandbox.run(verify).exits(0).says("k.masm:3:");
    // The proof is as valid without the source.
    let hash = value["program_hash"].as_str().unwrap();
    let verify = format!("verify -p p.proof -k k.masm -x {hash} --expect-fault FailedAssertion");
    assert_eq!(object(&sandbox, &verify, 0).get("line"), None);
}

#[test]
fn source_must_have_the_program_hash() {
    let (sandbox, value) = proven("begin assert end", &json!({"stack_init": ["3"]}), "");
    let hash = value["program_hash"].as_str().unwrap();
    let verify = format!("verify -p p.proof --program-hash {hash} --expect-fault FailedAssertion --source");
    assert_eq!(object(&sandbox, &format!("{verify} p.masm"), 0)["line"], 1);
    sandbox.write("other.masm", "begin assertz end");
    sandbox.run(&format!("{verify} other.masm")).exits(2).says("other.masm has the program hash").says(hash);
    let refused = object(&sandbox, "verify -p p.proof --source other.masm --any-outcome", 1);
    assert_eq!(refused["error"], "invalid_proof");
}

#[test]
fn expectations_are_checked_arguments() {
    let sandbox = Sandbox::with_program("begin assert end");
    let verify = "verify -p p.proof --source p.masm";
    for (arguments, message) in [
        ("--expect-fault NoSuchFault", "NoSuchFault"),
        ("--expect-fault FailedAssertion --any-outcome", "--any-outcome"),
        ("--cycle-limit many", "--cycle-limit"),
    ] {
        sandbox.run(&format!("{verify} {arguments}")).exits(2).says(message);
    }
    sandbox.run("verify -p p.proof").exits(2).says("--program-hash");
    let help = sandbox.run("verify --help").exits(0).stdout;
    assert!(FaultCode::ALL.iter().all(|code| help.contains(code.name())), "{help}");
}
