//! Every example produces the same result as a computation in Rust.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{env, fs, path::PathBuf};

use expect_test::expect_file;
use miden_core::{Felt, hash_elements};
use serde_json::Value;

mod faults;
mod library;
mod membership;
mod programs;
#[path = "../support/mod.rs"]
mod support;
mod transfer;

use support::Sandbox;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

/// A directory with the sources and inputs of an example.
fn sandbox(name: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    for file in fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()) {
        // Skips proofs made by hand.
        if file.extension().is_some_and(|extension| extension == "masm" || extension == "inputs") {
            sandbox.write(file.file_name().unwrap().to_str().unwrap(), fs::read(&file).unwrap());
        }
    }
    sandbox
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().parse().unwrap()).collect()
}

/// A list in the file of inputs of an example.
fn input_list(name: &str, key: &str) -> Vec<u64> {
    let text = fs::read_to_string(folder(name).join(name).with_extension("inputs")).unwrap();
    numbers(&serde_json::from_str::<Value>(&text).unwrap()[key])
}

/// The initial stack of an example, the last item on top.
fn inputs(name: &str) -> Vec<u64> {
    input_list(name, "stack_init")
}

/// The final stack of an example, top first.
#[track_caller]
fn outputs(name: &str) -> Vec<u64> {
    let mut command = support::miden(&folder(name));
    let arguments = ["run", &format!("{name}.masm"), "--json", "-n", "100"];
    let outcome = support::outcome(command.args(arguments)).exits(0);
    numbers(&outcome.json()["stack"])
}

#[track_caller]
fn runs(name: &str, expected: u64) {
    assert_eq!(outputs(name)[0], expected);
}

/// Compares the inputs of an example with a model; `UPDATE_EXPECT=1` updates them.
fn check_inputs(name: &str, expected: &Value) {
    let text = format!("{expected}\n");
    expect_file![folder(name).join(name).with_extension("inputs")].assert_eq(&text);
}

/// Numbers in the form of the file of inputs.
fn decimal(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(|number| number.to_string()).collect()
}

/// The native hash, element 0 first.
fn native_hash(elements: &[u64]) -> Vec<u64> {
    let elements: Vec<Felt> = elements.iter().map(|element| Felt::new(*element)).collect();
    hash_elements(&elements).elements().iter().map(|element| element.as_int()).collect()
}

/// Examples that succeed, with their options, except `countdown`, which is too long to prove.
const PROVEN: &[(&str, &str)] = &[
    ("blake3-chain", ""),
    ("collatz", ""),
    ("ecdsa", ""),
    ("fib", ""),
    ("gcd", ""),
    ("kernel/transfer", "-k account.masm"),
    ("matrix", ""),
    ("merkle", ""),
    ("sha256-preimage", ""),
    ("sieve", ""),
    ("sort", ""),
    ("transfer", ""),
];

/// Takes minutes, so it needs `SLOW_TESTS`.
#[test]
fn successful_examples_are_proven_and_verified() {
    if env::var_os("SLOW_TESTS").is_none() {
        return;
    }
    for (path, options) in PROVEN {
        let (folder, name) = path.split_once('/').unwrap_or((path, path));
        let sandbox = sandbox(folder);
        let proven = sandbox.run(&format!("prove {name}.masm {options} --json")).exits(0).json();
        let hash = proven["program_hash"].as_str().unwrap();
        sandbox.run(&format!("verify -p {name}.proof -x {hash} {options}")).exits(0);
    }
}

#[test]
fn every_example_is_proven_by_a_test() {
    let folders = fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir());
    let mut folders: Vec<_> =
        folders.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    folders.sort();
    let proven = PROVEN.iter().map(|(path, _)| path.split('/').next().unwrap());
    // The first is too long to be proven. `light-client` and `server` are crates with tests of their own; the others, which
    // keep state, are proven by the tests of storage.
    let others = ["countdown", "counter", "journal", "ledger", "light-client", "server"];
    let mut proven: Vec<_> = proven.chain(faults::PROVEN.iter().copied()).chain(others).collect();
    proven.sort_unstable();
    assert_eq!(folders, proven);
}

#[test]
fn every_example_is_listed() {
    let readme = fs::read_to_string(folder("README.md")).unwrap();
    let folders = fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap().path());
    let mut programs = 0;
    for path in folders.filter(|path| path.is_dir()).flat_map(|path| fs::read_dir(path).unwrap()) {
        let path = path.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "masm") {
            let listed = path.strip_prefix(folder("")).unwrap().display().to_string();
            assert!(readme.contains(&format!("({listed})")), "{listed} is missing from the list");
            programs += 1;
        }
    }
    assert_eq!(programs, 22);
}
