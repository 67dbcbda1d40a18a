//! `verify`: arguments, and what it says of statements that a proof does not show.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use serde_json::{Value, json};

mod support;

use support::Sandbox;

/// A sandbox with a proof, and the program hash.
fn proven(program: &str, options: &str) -> (Sandbox, String) {
    let sandbox = Sandbox::with_program(program);
    sandbox.write("k.masm", "export.twice\n    push.2 push.3 mul drop mul.2\nend\n");
    sandbox.write("p.inputs", r#"{"stack_init": ["5", "3"]}"#);
    let value = sandbox.run(&format!("prove p.masm {options} --json")).exits(0).json();
    let hash = value["program_hash"].as_str().unwrap().to_owned();
    (sandbox, hash)
}

#[track_caller]
fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn hashes_may_have_a_prefix_and_capitals() {
    let (sandbox, hash) = proven("begin add end", "");
    for hash in [format!("0x{hash}"), hash.to_uppercase(), format!("0X{}", hash.to_uppercase())] {
        sandbox.run(&format!("verify -p p.proof -x {hash}")).exits(0);
        sandbox.run(&format!("verify -p p.proof --program-hash {hash} --source p.masm")).exits(0);
    }
    sandbox.run(&format!("verify -p p.proof -x 0x{}", &hash[1..])).exits(2).says("hex digits");
}

#[test]
fn short_option_h_is_the_help() {
    let sandbox = Sandbox::new();
    let help = sandbox.run("verify --help").exits(0).stdout;
    assert!(help.contains("-h, --help") && help.contains("-x, --program-hash <HEX>"), "{help}");
    assert!(sandbox.run("verify -h").exits(0).stdout.starts_with("Checks a proof"));
}

/// Version 0.3 has `-h HASH`; a script that still uses it must not take the help for a valid proof.
#[test]
fn hash_after_h_is_refused() {
    let sandbox = Sandbox::new();
    let hash = "0".repeat(64);
    for arguments in
        [format!("-p p.proof -h {hash}"), format!("-h 0x{hash} -p p.proof"), format!("-p p.proof -h{hash}")]
    {
        let outcome = sandbox.run(&format!("verify {arguments}")).exits(2).says("-x or --program-hash");
        assert_eq!(outcome.stdout, "");
        let value = sandbox.run(&format!("verify {arguments} --json")).exits(2).json();
        assert_eq!(value["valid"], false);
    }
}

#[test]
fn wrong_arguments_give_the_documented_object() {
    let sandbox = Sandbox::new();
    let value = sandbox.run("verify --json").exits(2).json();
    assert_eq!(keys(&value), ["error", "reason", "valid"]);
    let reason = value["reason"].as_str().unwrap();
    assert!(reason.starts_with("no --proof FILE is named, and neither this directory"), "{reason}");
    assert_eq!((&value["valid"], &value["error"]), (&json!(false), &json!("usage")));
    assert_eq!(sandbox.run("verify -p x -x 12 --json").exits(2).json()["valid"], false);
    let value = sandbox.run("prove p.masm -s 64bits --json").exits(2).json();
    let message = value["message"].as_str().unwrap();
    assert!(message.contains("possible values: fast-96"), "{message}");
    let message = sandbox.run("run --json").exits(2).json()["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("no PROGRAM is named, and neither this directory"), "{message}");
}

#[test]
fn missing_file_of_inputs_is_named() {
    let (sandbox, hash) = proven("begin add end", "");
    sandbox.run(&format!("verify -p p.proof -x {hash}")).exits(0);
    std::fs::rename(sandbox.path("p.inputs"), sandbox.path("q.inputs")).unwrap();
    let verify = format!("verify -p p.proof -x {hash} --json");
    let outcome =
        sandbox.run(&verify).exits(1).says("there is no file of inputs p.inputs").says("empty stack");
    let help = outcome.json()["help"].clone();
    assert!(help[0].as_str().unwrap().contains("--input"), "{help}");
    // Named inputs are not missing.
    for inputs in ["-i q.inputs", "--stack 5,3"] {
        sandbox.run(&format!("{verify} {inputs}")).exits(0);
    }
    let outcome = sandbox.run(&format!("{verify} --stack 1")).exits(1);
    assert!(!outcome.stderr.contains("no file of inputs"), "{outcome:#?}");
}

#[test]
fn other_options_of_the_assembler_are_named() {
    let program = "begin push.3 push.4 mul syscall.twice add end";
    for (proof, verify, help) in [
        ("--no-opt", "", "with --no-opt; add the option"),
        ("", "--no-opt", "without --no-opt; omit the option"),
    ] {
        let (sandbox, hash) = proven(program, &format!("-k k.masm {proof}"));
        let same = format!("verify -p p.proof -k k.masm -x {hash} {proof}");
        sandbox.run(&same).exits(0);
        let other = format!("verify -p p.proof -k k.masm {verify}");
        sandbox.run(&format!("{other} -x {hash}")).exits(1).says(help);
        sandbox.run(&format!("{other} --source p.masm")).exits(1).says(help);
        let with = if proof.is_empty() { "without" } else { "with" };
        let mismatch = sandbox.run(&format!("{other} -x {hash} --source p.masm")).exits(2);
        mismatch.says(&format!("assembled {with} --no-opt, it has"));
        // Something else is the matter.
        let wrong = sandbox.run(&format!("{same} --stack 1")).exits(1);
        assert!(!wrong.stderr.contains("--no-opt"), "{wrong:#?}");

        sandbox.run(&format!("compile p.masm -k k.masm {proof} -o p.masp")).exits(0);
        sandbox.run(&format!("run p.masp -k k.masm {proof}")).exits(0);
        let with = if proof.is_empty() {
            "without --no-opt; omit the option"
        } else {
            "with --no-opt; add the option"
        };
        sandbox
            .run(&format!("run p.masp -k k.masm {verify}"))
            .exits(2)
            .says(&format!("k.masm assembled {with}"));
    }
}
