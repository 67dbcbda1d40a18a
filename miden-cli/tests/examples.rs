//! Every example gives the result of the same computation in Rust.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{fs, path::PathBuf};

use serde_json::Value;

mod support;

const P: u128 = (1 << 64) - (1 << 32) + 1;

fn fib(n: u64) -> u64 {
    let (mut a, mut b) = (0u128, 1u128);
    for _ in 0..n {
        (a, b) = (b, (a + b) % P);
    }
    u64::try_from(a).unwrap()
}

fn collatz(mut n: u64) -> u64 {
    let mut steps = 0;
    while n != 1 {
        n = if n.is_multiple_of(2) { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

/// The inputs of an example as its file gives them, last one on top.
fn inputs(name: &str) -> Vec<u64> {
    let text = fs::read_to_string(folder(name).join(name).with_extension("inputs")).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    value["stack_init"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap().parse().unwrap())
        .collect()
}

#[track_caller]
fn runs(name: &str, expected: u64) {
    let mut command = support::miden(&folder(name));
    let outcome = support::outcome(command.args(["run", &format!("{name}.masm"), "--json"])).exits(0);
    assert_eq!(outcome.json()["stack"][0], expected.to_string());
}

#[test]
fn fib_computes_fibonacci_numbers() {
    runs("fib", fib(inputs("fib")[0]));
}

#[test]
fn collatz_counts_steps() {
    runs("collatz", collatz(inputs("collatz")[0]));
}

#[test]
fn gcd_finds_the_greatest_common_divisor() {
    let [a, b] = inputs("gcd")[..] else { panic!("two inputs") };
    runs("gcd", gcd(a, b));
}

#[test]
fn every_example_is_tested_and_listed() {
    let readme = fs::read_to_string(folder("README.md")).unwrap();
    let mut names: Vec<_> = fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap()).collect();
    names.retain(|entry| entry.path().is_dir());
    assert_eq!(names.len(), 3);
    for entry in names {
        let name = entry.file_name().into_string().unwrap();
        assert!(readme.contains(&format!("({name}/{name}.masm)")), "{name} is missing in the list");
    }
}

/// The README's first command, and what follows it.
#[test]
fn fib_is_proven_and_verified() {
    let sandbox = support::Sandbox::new();
    let program = folder("fib/fib.masm");
    let inputs = folder("fib/fib.inputs");
    let mut prove = sandbox.command();
    prove.arg("prove").arg(&program).arg("-i").arg(&inputs).args([
        "-p",
        "f.proof",
        "-o",
        "f.outputs",
        "--json",
    ]);
    let proven = support::outcome(&mut prove).exits(0).json();
    assert_eq!(proven["trace_rows"], 1 << 14, "the README states the size");
    let mut verify = sandbox.command();
    let hash = proven["program_hash"].as_str().unwrap();
    verify.args(["verify", "-p", "f.proof", "--program-hash", hash, "--json", "-i"]).arg(&inputs);
    assert_eq!(support::outcome(&mut verify).exits(0).json()["valid"], true);
}
