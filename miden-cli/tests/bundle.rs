//! Proof bundles and statements as files: `prove --bundle`, and `verify` with a claim.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::sync::LazyLock;

use serde_json::{Value, json};

mod support;

use support::Sandbox;

/// Proof and bundles of a program with a kernel.
struct Proven {
    files: Vec<(&'static str, Vec<u8>)>,
    hash: String,
}

static PROVEN: LazyLock<Proven> = LazyLock::new(|| {
    let sandbox = sources();
    let prove = |results| {
        let prove = format!("prove p.masm -k k.masm --stack 5,3 --cycle-limit 99 {results} --json");
        let value = sandbox.run(&prove).exits(0).json();
        value["program_hash"].as_str().unwrap().to_owned()
    };
    let hash = prove("-b p.bundle -p p.proof");
    prove("-b p.json");
    let results = ["p.bundle", "p.json", "p.proof"];
    assert_eq!(sandbox.files(), [&["k.masm"], &results[..2], &["p.masm"], &results[2..]].concat());
    Proven { files: results.map(|name| (name, sandbox.read(name))).into(), hash }
});

fn sources() -> Sandbox {
    let sandbox = Sandbox::with_program("begin add syscall.twice end");
    sandbox.write("k.masm", "export.twice\n    mul.2\nend\n");
    sandbox
}

/// A sandbox with all files, and the options that expect what is proven.
fn proven() -> (Sandbox, String) {
    let sandbox = sources();
    let Proven { files, hash } = &*PROVEN;
    files.iter().for_each(|(name, bytes)| sandbox.write(name, bytes));
    (sandbox, format!("-x {hash} -k k.masm --cycle-limit 99"))
}

fn form(sandbox: &Sandbox) -> Value {
    serde_json::from_slice(&sandbox.read("p.json")).unwrap()
}

#[test]
fn bundles_are_verified_in_both_forms() {
    let (sandbox, expected) = proven();
    for bundle in ["p.bundle", "p.json"] {
        let outcome = sandbox.run(&format!("verify {bundle} {expected}")).exits(0);
        assert!(outcome.stdout.contains("\nOutput, first item on top: [16, 0, "), "{outcome:#?}");
        let value = sandbox.run(&format!("verify {bundle} {expected} --json")).exits(0).json();
        let inputs = value["inputs"].as_array().unwrap();
        let top: Vec<_> = inputs.iter().rev().take(3).map(|item| item.as_str().unwrap()).collect();
        assert_eq!((top, &value["stack"][0]), (vec!["3", "5", "0"], &json!("16")));
    }
    let piped = ["verify", "-"].into_iter().chain(expected.split(' ')).collect::<Vec<_>>();
    sandbox.pipe(&piped, &sandbox.read("p.bundle")).exits(0);
    let source = "--source p.masm -k k.masm --cycle-limit 99";
    sandbox.run(&format!("verify p.bundle {source} --stack 5,3")).exits(0);
}

#[test]
fn each_part_that_is_not_expected_is_named() {
    let (sandbox, expected) = proven();
    let verify = |options: &str| {
        let outcome = sandbox.run(&format!("verify p.bundle {options} --json")).exits(1);
        let value = outcome.json();
        assert_eq!((&value["error"], &value["reason_code"]), (&json!("other_statement"), &json!(402)));
        outcome
    };
    let with = |from: &str, to: &str| verify(&expected.replace(from, to));
    with("-k k.masm", "").says("the kernel has procedure").says("help: the kernel that the program");
    with("99", "100").says("a limit of 99 cycles, expected a limit of 100").says("--cycle-limit 99 accepts");
    with("--cycle-limit 99", "").says("expected no cycle limit");
    let other = format!("-x {}", "0".repeat(64));
    verify(&format!("{other} -k k.masm --cycle-limit 99")).says("the program hash is").says("expected 000");
    verify(&format!("{expected} --stack 5,4")).says("item 0 of the initial stack").says("is 3, expected 4");
    sandbox.write("o.outputs", r#"{"stack": ["17"], "cycle_limit": 99}"#);
    verify(&format!("{expected} -o o.outputs")).says("item 0 of the final stack").says("is 16, expected 17");
    sandbox.write("o.outputs", r#"{"stack": ["16"], "cycle_limit": 99}"#);
    sandbox.run(&format!("verify p.bundle {expected} -o o.outputs")).exits(0);
    verify(&format!("{other} -k k.masm --stack 1")).says("program hash").says("limit").says("initial stack");
    let outcome = sandbox.run(&format!("verify p.bundle {expected} --expect-fault DivideByZero")).exits(1);
    outcome.says("the proof shows an outcome other than the expected one");
}

#[test]
fn claims_need_their_proof() {
    let (sandbox, expected) = proven();
    let mut altered = form(&sandbox);
    altered["statement"]["outputs"][0] = json!("17");
    sandbox.write("altered.json", altered.to_string());
    let value = sandbox.run(&format!("verify altered.json {expected} --json")).exits(1).json();
    assert_eq!((&value["error"], &value["reason_code"]), (&json!("invalid_proof"), &json!(315)));

    let statement = &form(&sandbox)["statement"];
    sandbox.write("s.json", statement.to_string());
    sandbox.run(&format!("verify s.json {expected}")).exits(2).says("a statement without a proof");
    sandbox.run(&format!("verify s.json -p p.proof {expected}")).exits(0);
    sandbox.run(&format!("verify p.bundle -p p.proof {expected}")).exits(2).says("omit --proof");
    sandbox.run(&format!("verify p.proof {expected}")).exits(2).says("named with --proof");
    sandbox.run(&format!("verify {expected}")).exits(2).says("no --proof FILE is named");
}

#[test]
fn malformed_files_are_named() {
    let (sandbox, expected) = proven();
    let mut binary = sandbox.read("p.bundle");
    binary.truncate(binary.len() - 1);
    sandbox.write("cut.bundle", &binary);
    let mut unknown = form(&sandbox);
    unknown["statement"]["kernels"] = json!([]);
    sandbox.write("unknown.json", unknown.to_string());
    sandbox.write("list.json", "[]");
    for (file, message) in [
        ("cut.bundle", "cut.bundle: proof is cut off"),
        ("unknown.json", "unknown.json: unknown field `kernels`"),
        ("list.json", "list.json: neither a proof bundle nor a statement"),
    ] {
        let outcome = sandbox.run(&format!("verify {file} {expected} --json")).exits(2).says(message);
        assert_eq!(outcome.json()["error"], "claim");
    }
}

#[test]
fn bundles_of_faults_are_verified_and_located() {
    let sandbox = Sandbox::with_program("begin\n    push.0\n    inv\nend\n");
    sandbox.run("prove p.masm -b p.bundle -p p.proof").exits(1);
    assert_eq!(sandbox.files(), ["p.bundle", "p.masm", "p.proof"]);
    let outcome = sandbox.run("verify p.bundle --source p.masm --expect-fault DivideByZero").exits(0);
    assert!(outcome.stdout.contains("Source: p.masm:3"), "{outcome:#?}");
    sandbox.run("verify p.bundle --source p.masm").exits(1).says("DivideByZero");
}

#[test]
fn a_bundle_does_not_replace_another_result() {
    let sandbox = Sandbox::with_program("begin add end");
    sandbox.run("prove p.masm -b same -p same").exits(2);
    sandbox.run("prove p.masm -b p.masm").exits(2);
    assert_eq!(sandbox.files(), ["p.masm"]);
}
