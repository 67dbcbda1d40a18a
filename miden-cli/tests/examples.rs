//! Every example gives the result of the same computation in Rust.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{fs, path::PathBuf};

use miden_core::{Digest, Felt, hash_elements, merge};
use serde_json::{Value, json};

mod support;

use support::Sandbox;

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
fn countdown_runs_for_sixty_million_cycles() {
    let mut command = support::miden(&folder("countdown"));
    let outcome = support::outcome(command.args(["run", "countdown.masm", "--json"])).exits(0).json();
    assert_eq!((&outcome["stack"][0], &outcome["cycles"]), (&json!("0"), &json!(6 * 10_000_000 + 7)));
}

/// The word that stands in a stack of decimal numbers, element 3 first.
fn word(items: &[Value]) -> Digest {
    Digest::new(std::array::from_fn(|i| Felt::new(items[3 - i].as_str().unwrap().parse().unwrap())))
}

/// The secret of the inputs is that of a member, its nullifier follows from it, and the proof needs no secret.
#[test]
fn merkle_proves_membership() {
    let sandbox = Sandbox::new();
    for file in ["merkle.masm", "merkle.inputs"] {
        sandbox.write(file, fs::read(folder("merkle").join(file)).unwrap());
    }
    let inputs: Value = serde_json::from_slice(&sandbox.read("merkle.inputs")).unwrap();
    let numbers = |key: &str| inputs[key].as_array().unwrap().iter().rev().cloned().collect::<Vec<_>>();
    let (root, advice) = (word(&numbers("stack_init")), numbers("advice_tape"));
    let (secret, index) = (word(&advice), advice[4].as_str().unwrap());

    let proven = sandbox.run("prove merkle.masm --json").exits(0).json();
    let stack = proven["stack"].as_array().unwrap();
    let leaf = inputs["merkle_store"][0]["merkle_tree"][index.parse::<usize>().unwrap()].as_str().unwrap();
    assert_eq!(hash_elements(secret.elements()).to_hex(), leaf);
    assert_eq!(word(stack), merge(Felt::new(8), &secret, &root));
    assert_eq!(word(&stack[4..]), root);

    let public = json!({"stack_init": inputs["stack_init"]}).to_string();
    sandbox.write("public.inputs", &public);
    let hash = proven["program_hash"].as_str().unwrap();
    sandbox.run(&format!("verify -p merkle.proof -h {hash} -i public.inputs")).exits(0);
    sandbox.write("public.inputs", public.replacen("114", "113", 1));
    sandbox.run(&format!("verify -p merkle.proof -h {hash} -i public.inputs")).exits(1);

    let stranger = inputs.to_string().replacen(advice[0].as_str().unwrap(), "1", 1);
    sandbox.write("merkle.inputs", stranger);
    sandbox.run("prove merkle.masm").exits(1).says("the secret is not that of a member");
}

#[test]
fn kernel_lets_only_the_owner_withdraw() {
    let sandbox = Sandbox::new();
    for file in ["transfer.masm", "transfer.inputs", "account.masm"] {
        sandbox.write(file, fs::read(folder("kernel").join(file)).unwrap());
    }
    let proven = sandbox.run("prove transfer.masm -k account.masm --json").exits(0).json();
    assert_eq!(proven["stack"][0], "70");
    let verify = format!("verify -p transfer.proof -h {}", proven["program_hash"].as_str().unwrap());
    sandbox.run(&format!("{verify} -k account.masm")).exits(0);
    sandbox.run(&verify).exits(1).says("kernel");

    let program = String::from_utf8(sandbox.read("transfer.masm")).unwrap();
    let thief = program.replace("begin", "proc.thief syscall.withdraw end begin");
    let (start, _) = thief.rsplit_once("call.owner").unwrap();
    sandbox.write("transfer.masm", format!("{start} call.thief end"));
    sandbox.run("run transfer.masm -k account.masm").exits(1).says("only the owner can withdraw");
}

/// Without hashes, sizes and numbers of cycles.
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

/// Proves an example that fails, and verifies the proof; returns the object that `verify` prints.
#[track_caller]
fn fails(name: &str, kernel: &str, limit: &str, code: &str) -> Value {
    let sandbox = Sandbox::new();
    for file in fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()) {
        // What was proven by hand may stand there too.
        if file.extension().is_some_and(|extension| extension == "masm" || extension == "inputs") {
            sandbox.write(file.file_name().unwrap().to_str().unwrap(), fs::read(&file).unwrap());
        }
    }
    let proven = sandbox.run(&format!("prove {name}.masm {kernel} {limit} --json")).exits(1).json();
    assert_eq!((&proven["outcome"], &proven["code"]), (&json!("fault"), &json!(code)));
    let verify = format!("verify -p {name}.proof --source {name}.masm {kernel} {limit}");
    sandbox.run(&verify).exits(1).says("another outcome than expected");
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

    // The transcript of the README, but for numbers that a better assembler changes.
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

#[test]
fn every_example_is_listed() {
    let readme = fs::read_to_string(folder("README.md")).unwrap();
    let folders = fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap().path());
    let mut programs = 0;
    for path in folders.filter(|path| path.is_dir()).flat_map(|path| fs::read_dir(path).unwrap()) {
        let path = path.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "masm") {
            let listed = path.strip_prefix(folder("")).unwrap().display().to_string();
            assert!(readme.contains(&format!("({listed})")), "{listed} is missing in the list");
            programs += 1;
        }
    }
    assert_eq!(programs, 11);
}

/// The README's first command, and what follows it.
#[test]
fn fib_is_proven_and_verified() {
    let sandbox = Sandbox::new();
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
