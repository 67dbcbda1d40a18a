//! Examples without the standard library.

use serde_json::json;

use crate::{
    folder, input_list, inputs, outputs, runs, sandbox,
    support::{self, Sandbox},
};

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

#[test]
fn sieve_counts_primes() {
    let n = inputs("sieve")[0];
    let is_prime = |n: u64| (2..=n.isqrt()).all(|divisor| !n.is_multiple_of(divisor));
    runs("sieve", (2..=n).filter(|n| is_prime(*n)).count() as u64);

    let sandbox = sandbox("sieve");
    for (n, primes) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (49, 15), (65_535, 6542)] {
        sandbox.write("sieve.inputs", json!({"stack_init": [n.to_string()]}).to_string());
        let stack = sandbox.run("run sieve.masm --json").exits(0).json()["stack"].clone();
        assert_eq!((n, &stack[0]), (n, &json!(primes.to_string())));
    }
    sandbox.write("sieve.inputs", json!({"stack_init": ["65536"]}).to_string());
    sandbox.run("run sieve.masm").exits(1).says("n must be below 2^16");
}

#[test]
fn sort_rejects_a_wrong_order() {
    let mut list = inputs("sort");
    let n = list.pop().unwrap() as usize;
    assert_eq!(list.len(), n);
    list.reverse();
    let mut sorted = list.clone();
    sorted.sort_unstable();
    assert_eq!(outputs("sort")[..n], sorted);

    let sandbox = sandbox("sort");
    let order = input_list("sort", "advice_tape");
    let try_order = |change: &dyn Fn(&mut Vec<u64>)| {
        let mut order = order.clone();
        change(&mut order);
        let text = |list: &[u64]| list.iter().map(u64::to_string).collect::<Vec<_>>();
        let inputs = json!({"stack_init": text(&inputs("sort")), "advice_tape": text(&order)});
        sandbox.write("sort.inputs", inputs.to_string());
        sandbox.run("run sort.masm").exits(1)
    };
    try_order(&|order| order.swap(3, 4)).says("a number above the one that was named before");
    try_order(&|order| order[7] = order[6]).says("an index that was named before");
    try_order(&|order| order[7] = n as u64).says("an index that no number has");
    try_order(&|order| order[7] = 1 << 32).says("an index that no number has");
}

/// The first commands in the README.
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
