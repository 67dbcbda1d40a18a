//! Examples that fail, and the proofs of their failures.

use std::fs;

use serde_json::{Value, json};

use crate::{
    folder, inputs, runs, sandbox,
    support::{self, Sandbox},
};

/// The examples that fail.
pub(crate) const PROVEN: [&str; 3] = ["invariant", "out-of-gas", "overdraft"];

/// The text without hashes, sizes and cycle counts.
fn stable(text: &str) -> String {
    let changing =
        |line: &&str| !["program hash is", "Proof size:"].iter().any(|start| line.starts_with(start));
    let cut = |line: &str| {
        let mut after = false;
        let words = line.split(' ').map(|word| {
            let number = std::mem::replace(&mut after, word.ends_with("cycle"));
            if number { word.trim_start_matches(|c: char| c.is_ascii_digit()) } else { word }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    text.lines().filter(changing).map(cut).collect::<Vec<_>>().join("\n")
}

/// Proves a failing example and verifies the proof; returns the JSON object of `verify`.
#[track_caller]
fn fails(name: &str, kernel: &str, limit: &str, code: &str) -> Value {
    let sandbox = sandbox(name);
    let proven = sandbox.run(&format!("prove {name}.masm {kernel} {limit} --json")).exits(1).json();
    assert_eq!((&proven["outcome"], &proven["code"]), (&json!("fault"), &json!(code)));
    let verify = format!("verify -p {name}.proof --source {name}.masm {kernel} {limit}");
    sandbox.run(&verify).exits(1).says("an outcome other than the expected one");
    let verify = format!("{verify} --expect-fault {code} --deterministic --json");
    sandbox.run(&verify).exits(0).json()
}

#[test]
fn overdraft_is_proven_to_be_rejected() {
    let [balance, amount] = inputs("overdraft")[..] else { panic!("two inputs") };
    assert!(amount > balance);
    let verified = fails("overdraft", "", "", "FailedAssertion");
    assert_eq!(verified["explanation"], "the balance does not cover the payment");
    assert_eq!(verified["procedure"], "check_funds");

    // The transcript in the README, except for numbers that depend on the assembler.
    let root = folder("..");
    let readme = stable(&fs::read_to_string(root.join("README.md")).unwrap());
    let sandbox = Sandbox::new();
    let run = |arguments: &str| {
        let mut command = support::miden(&root);
        command.args(arguments.split_whitespace());
        let files = [("-p", "f.proof"), ("-o", "f.outputs")];
        files.iter().for_each(|(option, file)| {
            command.arg(option).arg(sandbox.path(file));
        });
        support::outcome(&mut command)
    };
    let program = "examples/overdraft/overdraft.masm";
    let prove = run(&format!("prove {program}")).exits(1);
    let input = "-i examples/overdraft/overdraft.inputs --expect-fault FailedAssertion";
    let verify = run(&format!("verify --source {program} {input}")).exits(0);
    for part in [prove.errors() + &prove.stdout, verify.stdout] {
        assert!(readme.contains(&stable(&part)), "the README does not show {part}");
    }

    sandbox.write("overdraft.masm", fs::read(folder("overdraft/overdraft.masm")).unwrap());
    sandbox.write("overdraft.inputs", json!({"stack_init": [amount.to_string(), "250"]}).to_string());
    assert_eq!(sandbox.run("run overdraft.masm --json").exits(0).json()["stack"][0], "0");
}

#[test]
fn out_of_gas_is_proven_for_a_public_limit() {
    let verified = fails("out-of-gas", "", "--cycle-limit 1000", "CycleLimitExceeded");
    assert_eq!((&verified["clk"], &verified["cycle_limit"]), (&json!(1000), &json!(1000)));
    runs("out-of-gas", inputs("out-of-gas")[0].isqrt());
}

#[test]
fn invariant_is_checked_deep_in_calls() {
    let verified = fails("invariant", "-k vault.masm", "", "FailedAssertion");
    assert_eq!(verified["explanation"], "the reserve does not cover the claims");
    assert_eq!(
        (&verified["file"], &verified["procedure"]),
        (&json!("vault.masm"), &json!("check_invariant"))
    );
    assert_eq!(verified["context"], 0, "the kernel works in the root context");
}
