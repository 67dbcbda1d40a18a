//! Rounds of hash functions in assembly: their results against Rust, and the page of their cycles.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use expect_test::expect_file;

mod hash_rounds;
mod support;

use hash_rounds::{Round, blake3, keccak, sha256};
use support::{
    Stack, cycles,
    reference::{reference, reference_cycles},
    run,
};

/// A number sequence that looks random.
fn words(seed: u64) -> impl Iterator<Item = u32> {
    let mut state = seed;
    core::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some((state >> 32) as u32)
    })
}

/// A program that fills the memory and executes a round.
fn program(memory: &[(u32, u32)], code: &str, loaded: &[u32]) -> String {
    let mut text = String::new();
    for (address, value) in memory {
        let _ = write!(text, "push.{value} mem_store.{address} ");
    }
    text += code;
    // Addresses whose values come on the stack at the end, the last one on top.
    for address in loaded {
        let _ = write!(text, " mem_load.{address}");
    }
    text
}

/// Executes a round in both ways to write it and compares it with what is expected, top first.
fn check(round: &Round, stack: &[u32], memory: &[(u32, u32)], loaded: &[u32], expected: &[u32]) {
    for (code, is_reversed) in [(&round.usual, false), (&round.direct, round.is_reversed)] {
        let (mut stack, mut expected) = (stack.to_vec(), expected.to_vec());
        if is_reversed {
            stack.reverse();
            expected.reverse();
        }
        let inputs = Stack::new(stack.into_iter().map(u64::from));
        let result = run(&program(memory, &code.join(" "), loaded), &inputs).unwrap();
        let items: Vec<u32> = result.0.iter().map(|item| u32::try_from(*item).unwrap()).collect();
        assert_eq!(items[..expected.len()], expected, "{}", round.name);
        assert!(items[expected.len()..].iter().all(|item| *item == 0), "{}", round.name);
    }
}

#[test]
fn rounds_of_blake3_are_right() {
    for seed in 0..20 {
        let state: [u32; 16] = core::array::from_fn(|i| words(seed).nth(i).unwrap());
        let message: [u32; 16] = core::array::from_fn(|i| words(seed + 100).nth(i).unwrap());
        let memory: Vec<(u32, u32)> = (0..16).map(|i| (blake3::MESSAGE + i, message[i as usize])).collect();
        check(&blake3::round(), &state, &memory, &[], &blake3::model(state, message));
    }
}

#[test]
fn rounds_of_sha256_are_right() {
    for seed in 0..20 {
        let state: [u32; 8] = core::array::from_fn(|i| words(seed).nth(i).unwrap());
        let word = words(seed + 100).next().unwrap();
        let memory = [(sha256::SCHEDULE, word)];
        check(&sha256::round(), &state, &memory, &[], &sha256::model(state, word));

        let window: [u32; 16] = core::array::from_fn(|i| words(seed).nth(i).unwrap());
        let memory: Vec<(u32, u32)> = (0..16).map(|i| (sha256::SCHEDULE + i, window[i as usize])).collect();
        let next = sha256::model_schedule(window);
        check(&sha256::schedule(), &[], &memory, &[sha256::SCHEDULE + 16], &[next]);
    }
}

#[test]
fn rounds_of_keccak_are_right() {
    for seed in 0..20 {
        let state: [u64; 25] = core::array::from_fn(|i| {
            let mut halves = words(seed).skip(2 * i);
            u64::from(halves.next().unwrap()) | u64::from(halves.next().unwrap()) << 32
        });
        let halves = |lane: u64| [lane as u32, (lane >> 32) as u32];
        let memory: Vec<(u32, u32)> = (keccak::STATE..).zip(state.into_iter().flat_map(halves)).collect();
        let loaded: Vec<u32> = (keccak::STATE..keccak::STATE + 50).collect();
        let mut expected: Vec<u32> = keccak::model(state).into_iter().flat_map(halves).collect();
        expected.reverse();
        check(&keccak::round(), &[], &memory, &loaded, &expected);
    }
}

const HEAD: &str = "\
# Rounds of hash functions

This page is written by `assembly/tests/hashes.rs`; `UPDATE_EXPECT=1` renews it.
The programs stand in `assembly/tests/hash_rounds`; the test compares their results with Rust.

The columns are the cycles of one round:

- *Release 0.3*: the program in instructions of release 0.3, by the cycles of its language reference;
- *Instructions*: the same program, the cycles of its instructions one by one;
- *Merged*: the same program as it is assembled, where operations spelled out are merged;
- *Direct*: a program that uses `u32xorrotr`, `u32ch`, `u32maj` and `u32chi`.

Messages and, for Keccak, the state lie in memory: of the cycles of the direct programs, *Memory* is the number of those
that read and write it, with the addresses.

| Round | Release 0.3 | Instructions | Merged | Direct | Memory |
|---|---|---|---|---|---|
";

#[test]
fn the_page_of_hash_rounds_is_up_to_date() {
    let rows: BTreeMap<String, usize> = reference().into_iter().collect();
    let mut page = HEAD.to_owned();
    for round in [blake3::round(), sha256::round(), sha256::schedule(), keccak::round()] {
        let old: usize = round.usual.iter().map(|text| reference_cycles(&rows, text)).sum();
        let single: usize = round.usual.iter().map(|text| cycles(text)).sum();
        let merged = operations(&round.usual);
        let direct = operations(&round.direct);
        let memory = round.direct.iter().filter(|text| text.starts_with("mem_")).map(|text| cycles(text));
        let _ = writeln!(
            page,
            "| {} | {old} | {single} | {merged} | {direct} | {} |",
            round.name,
            memory.sum::<usize>()
        );
        assert!(direct <= merged && merged <= single && single < old);
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/src/generated/hash-rounds.md");
    expect_file![path].assert_eq(&page);
}

/// Number of operations that straight-line code is assembled to.
fn operations(code: &[String]) -> usize {
    cycles(&code.join(" "))
}
