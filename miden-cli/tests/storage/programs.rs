//! The examples that keep state: each run continues where the one before ended, and the proofs lead to the root.

use std::fs;

use serde_json::{Value, json};

use super::{info, sandbox, support::Sandbox};

/// A storage, and the sources of an example.
fn example(folder: &str, names: &[&str]) -> Sandbox {
    let sandbox = sandbox();
    let folder = format!("{}/../examples/{folder}", env!("CARGO_MANIFEST_DIR"));
    for name in names {
        sandbox.write(name, fs::read(format!("{folder}/{name}")).unwrap());
    }
    sandbox
}

/// The program hash, after a proof that was committed.
#[track_caller]
fn proves(sandbox: &Sandbox, arguments: &str, stack: &[u64]) -> String {
    let count = stack.len();
    let result =
        sandbox.run(&format!("prove {arguments} --storage s.redb --json -n {count}")).exits(0).json();
    let stack: Vec<String> = stack.iter().map(u64::to_string).collect();
    assert_eq!([&result["stack"], &result["committed"]], [&json!(stack), &json!(true)]);
    result["program_hash"].as_str().unwrap().to_owned()
}

/// Checks that the proofs of so many runs lead from the empty state to the current root.
#[track_caller]
fn verifies(sandbox: &Sandbox, transitions: u64) {
    let valid = sandbox.run("storage verify s.redb --json").exits(0).json();
    assert_eq!([&valid["transitions"], &valid["root"]], [&json!(transitions), &info(sandbox)["root"]]);
}

/// The elements of an entry.
fn entry(sandbox: &Sandbox, owner: &str, place: &str) -> Value {
    let get = format!("storage get s.redb --namespace {owner} {place} --json");
    sandbox.run(&get).exits(0).json()["elements"].clone()
}

/// The number of a slot with a name.
fn slot(name: &str) -> u64 {
    miden_core::hash_bytes(name.as_bytes()).elements()[0].as_int() & u64::from(u32::MAX)
}

#[test]
fn a_counter_survives_ten_proven_runs() {
    let sandbox = example("counter", &["counter.masm"]);
    let mut program = String::new();
    for count in 1..=10 {
        program = proves(&sandbox, "counter.masm", &[count, 0]);
    }
    verifies(&sandbox, 10);
    let place = format!("--slot {}", slot("count"));
    assert_eq!(entry(&sandbox, &program, &place), json!(["10", "0", "0", "0"]));

    // Another program has slots of its own: it sets a value in this one, removes it, and leaves nothing.
    let slot = slot("count");
    sandbox.write(
        "forgets.masm",
        format!(
            "begin
                push.{slot}.0.0.0.7 syscall.value_set dropw drop
                push.{slot} padw syscall.value_set dropw drop
            end"
        ),
    );
    let root = info(&sandbox)["root"].clone();
    let result = sandbox.run("run forgets.masm --storage s.redb --commit --json").exits(0).json();
    assert_eq!([&result["root_after"], &result["committed"]], [&root, &json!(true)]);
    assert_eq!(entry(&sandbox, &program, &place), json!(["10", "0", "0", "0"]));
}

#[test]
fn a_journal_grows_from_proof_to_proof_and_keeps_its_order() {
    let sandbox = example("journal", &["append.masm"]);
    let mut program = String::new();
    for index in 0..4 {
        let arguments = format!("append.masm --stack {},7,8,9", 100 + index);
        program = proves(&sandbox, &arguments, &[index, 0, 0, 0]);
    }
    verifies(&sandbox, 4);
    let place = |more: &str| format!("--slot {} {more}", slot("journal"));
    assert_eq!(entry(&sandbox, &program, &place("--length")), json!(["4", "0", "0", "0"]));
    for index in 0..4 {
        let found = entry(&sandbox, &program, &place(&format!("--index {index}")));
        assert_eq!(found, json!([(100 + index).to_string(), "7", "8", "9"]));
    }
}

/// The commands of the README.
#[test]
fn the_ledger_of_the_examples_continues_from_proof_to_proof() {
    let sandbox = example("ledger", &["mint.masm", "mint.inputs", "transfer.masm", "transfer.inputs"]);
    for program in ["mint", "transfer", "transfer"] {
        proves(&sandbox, &format!("{program}.masm"), &[0]);
    }
    verifies(&sandbox, 3);
    // 100 were minted, and 30 are transferred each time.
    sandbox.run("prove transfer.masm --storage s.redb").exits(0);
    sandbox.run("prove transfer.masm --storage s.redb").exits(1).says("fails here, in procedure `debit`");
    assert_eq!(info(&sandbox)["version"], 4);
}
