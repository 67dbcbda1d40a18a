//! `std::mem` against slices.

use crate::support::{Ended, Random, Run, Word4, hash, hostile, hostile_unless, reversed};

/// Where the memory of a test begins.
const START: u32 = 1000;
/// Where words from the tape go.
const PTR: u32 = 2000;

fn run(name: &str) -> Run {
    Run::of(format!("std::mem::{name}"))
}

fn words(count: usize) -> Vec<Word4> {
    let mut random = Random::new(1);
    (0..count).map(|_| random.array(Random::felt)).collect()
}

/// A copy within [`words`], which begin at [`START`].
fn copy(name: &str, n: u32, from: u32, to: u32) -> Run {
    let memory = words(40);
    let end = START + memory.len() as u32;
    run(name).stack([n, START + from, START + to]).memory(START, memory).watch(START..end)
}

fn tape(count: u32) -> Vec<u64> {
    words(count as usize).concat()
}

fn pipe_words(n: u32) -> Run {
    run("pipe_words_to_memory").stack([n, PTR]).tape(tape(n)).watch(PTR..PTR + n + 1)
}

fn pipe_pairs(n: u32) -> Run {
    let stack = [0_u64; 12].into_iter().chain([PTR, PTR + n].map(u64::from));
    run("pipe_double_words_to_memory").stack(stack).tape(tape(n)).watch(PTR..PTR + n + 1)
}

fn pipe_preimage(name: &str, n: u32, hash: Word4) -> Run {
    run(name).stack([n, PTR]).stack(reversed(hash)).tape(tape(n)).watch(PTR..PTR + n + 1)
}

const PREIMAGE: &str = "pipe_preimage_to_memory";
const PAIRS_PREIMAGE: &str = "pipe_double_words_preimage_to_memory";

pub(crate) fn measured() -> Vec<Run> {
    let copies = ["memcopy", "memcopy_words", "memcopy_elements"];
    let lengths = [(0, 0, 8), (1, 0, 8), (30, 0, 5), (30, 5, 0)];
    let copies = copies.into_iter().flat_map(|name| lengths.map(|(n, from, to)| copy(name, n, from, to)));
    let elements = [copy("memcopy_elements", 31, 0, 2)];
    let single = [0, 1, 2, 25].map(pipe_words);
    let pairs = [0, 2, 50].map(pipe_pairs);
    let preimages = [0, 1, 2, 25].map(|n| pipe_preimage(PREIMAGE, n, hash(&tape(n))));
    let pairs_preimages = [0, 2, 50].map(|n| pipe_preimage(PAIRS_PREIMAGE, n, hash(&tape(n))));
    let all = copies.chain(elements).chain(single).chain(pairs).chain(preimages).chain(pairs_preimages);
    all.collect()
}

/// The memory after `n` elements were copied, from one word on to another word on.
fn copied(n: usize, from: usize, to: usize) -> Vec<Word4> {
    let mut elements = words(40).concat();
    elements.copy_within(4 * from..4 * from + n, 4 * to);
    elements.as_chunks().0.to_vec()
}

#[test]
fn words_are_copied() {
    for (from, to) in [(0, 20), (20, 0), (0, 1), (1, 0), (0, 4), (5, 0), (3, 3), (0, 13)] {
        for n in (0..=13).chain([20]) {
            for name in ["memcopy", "memcopy_words"] {
                let ended = copy(name, n, from, to).execute().unwrap();
                assert_eq!(ended.stack, [0; 0]);
                assert_eq!(ended.memory, copied(4 * n as usize, from as usize, to as usize));
            }
        }
    }
}

#[test]
fn elements_are_copied() {
    for (from, to) in [(0, 20), (20, 0), (0, 1), (1, 0), (0, 3), (3, 0), (3, 3)] {
        for n in (0..=18).chain([31, 32, 80]) {
            let ended = copy("memcopy_elements", n, from, to).execute().unwrap();
            assert_eq!(ended.stack, [0; 0]);
            assert_eq!(ended.memory, copied(n as usize, from as usize, to as usize));
        }
    }
}

#[test]
fn the_last_words_of_memory_are_copied() {
    const LAST: u32 = u32::MAX - 5;
    let memory: Vec<Word4> = words(6);
    for name in ["memcopy_words", "memcopy_elements"] {
        let count = if name == "memcopy_words" { 6 } else { 24_u32 };
        let down = run(name).stack([count, LAST, 0_u32]).memory(LAST, memory.clone()).watch(0..6);
        assert_eq!(down.execute().unwrap().memory, memory);
        let up = run(name).stack([count, 0, LAST]).memory(0, memory.clone()).watch(LAST..u32::MAX);
        assert_eq!(up.execute().unwrap().memory, memory[..5]);
    }
}

#[test]
fn ranges_beyond_the_last_address_fail() {
    const LAST: u64 = u32::MAX as u64;
    const TOO_LARGE: u64 = 1 << 32;
    for [from, to] in [[LAST, 0], [0, LAST], [LAST - 1, LAST], [LAST, LAST - 1]] {
        run("memcopy_words").stack([2_u64, from, to]).fails("MemoryAddressOutOfRange");
        run("memcopy_elements").stack([5, from, to]).fails("MemoryAddressOutOfRange");
    }
    for operands in [[TOO_LARGE, 0, 0], [0, TOO_LARGE, 0], [0, 0, TOO_LARGE]] {
        run("memcopy_words").stack(operands).fails("NotU32Value");
    }
    run("memcopy_elements").stack([4 * TOO_LARGE, 0, 0]).fails("NotU32Value");
    run("memcopy_elements").stack([0, TOO_LARGE, 0]).fails("NotU32Value");
    for n in 1..=3 {
        let preimage = run(PREIMAGE).stack([n, LAST + 2 - n]).stack([0_u64; 4]);
        preimage.tape(tape(4)).fails("MemoryAddressOutOfRange");
        let words = run("pipe_words_to_memory").stack([n, LAST + 2 - n]);
        words.tape(tape(4)).fails("MemoryAddressOutOfRange");
    }
    run("pipe_words_to_memory").stack([TOO_LARGE, 0]).fails("NotU32Value");
    run(PREIMAGE).stack([TOO_LARGE, 0]).fails("NotU32Value");
    run(PAIRS_PREIMAGE).stack([TOO_LARGE, 0]).fails("NotU32Value");
    run(PAIRS_PREIMAGE).stack([2, LAST]).tape(tape(2)).fails("MemoryAddressOutOfRange");
    let pairs = |ptr, end| run("pipe_double_words_to_memory").stack([0_u64; 12]).stack([ptr, end]);
    pairs(LAST, LAST - 1).fails("FailedAssertion");
    pairs(0, 3).fails("FailedAssertion");
    pairs(TOO_LARGE, TOO_LARGE).fails("NotU32Value");
    pairs(0, TOO_LARGE).fails("NotU32Value");
}

/// Checks that `n` words were written and no more.
#[track_caller]
fn assert_piped(ended: &Ended, n: u32) {
    let mut memory = words(n as usize);
    memory.push([0; 4]);
    assert_eq!(ended.memory, memory);
}

#[test]
fn words_are_loaded_from_the_tape() {
    for n in (0..=20).chain([47, 48]) {
        let end = u64::from(PTR + n);
        let ended = pipe_words(n).execute().unwrap();
        assert_eq!(ended.stack, [reversed(hash(&tape(n))).as_slice(), &[end]].concat());
        assert_piped(&ended, n);
        let ended = pipe_preimage(PREIMAGE, n, hash(&tape(n))).execute().unwrap();
        assert_eq!(ended.stack, [end]);
        assert_piped(&ended, n);
    }
}

#[test]
fn pairs_of_words_are_loaded_from_the_tape() {
    for n in (0..=20).step_by(2).chain([32, 48]) {
        let end = u64::from(PTR + n);
        let ended = pipe_pairs(n).execute().unwrap();
        assert_piped(&ended, n);
        // The state equals that of hashing from memory.
        let hashed = Run::of("std::crypto::hashes::native::hash_memory_even")
            .stack([0_u64; 12])
            .stack([PTR, PTR + n])
            .memory(PTR, words(n as usize));
        assert_eq!(ended.stack, hashed.execute().unwrap().stack[..13]);
        let ended = pipe_preimage(PAIRS_PREIMAGE, n, hash(&tape(n))).execute().unwrap();
        assert_eq!(ended.stack, [end]);
        assert_piped(&ended, n);
    }
}

#[test]
fn words_with_a_different_hash_fail() {
    let other = hash(&tape(3));
    for name in [PREIMAGE, PAIRS_PREIMAGE] {
        pipe_preimage(name, 4, other).fails("FailedAssertion");
        pipe_preimage(name, 0, other).fails("FailedAssertion");
    }
    pipe_preimage(PAIRS_PREIMAGE, 3, other).fails("FailedAssertion");
    run(PREIMAGE).stack([3, PTR]).stack(reversed(other)).tape([1_u64; 11]).fails("AdviceTapeReadFailed");
    run("pipe_words_to_memory").stack([3, PTR]).tape([1_u64; 11]).fails("AdviceTapeReadFailed");
}

#[test]
fn a_preimage_cannot_be_forged() {
    for n in [1, 2, 3, 6] {
        hostile(&pipe_preimage(PREIMAGE, n, hash(&tape(n))), &[vec![0; 8]]);
    }
    for n in [2, 6] {
        hostile(&pipe_preimage(PAIRS_PREIMAGE, n, hash(&tape(n))), &[vec![0; 8]]);
    }
}

#[test]
fn the_hash_is_that_of_the_words_in_memory() {
    for n in [1, 2, 3, 6] {
        hostile_unless(&pipe_words(n), &[vec![0; 8]], |ended| {
            let elements = ended.memory[..n as usize].concat();
            ended.stack[..4] == reversed(hash(&elements))
        });
    }
    for n in [2, 6] {
        hostile_unless(&pipe_pairs(n), &[vec![0; 8]], |ended| {
            let hashed = Run::of("std::crypto::hashes::native::hash_memory_even")
                .stack([0_u64; 12])
                .stack([PTR, PTR + n])
                .memory(PTR, ended.memory.iter().copied());
            hashed.execute().unwrap().stack[..13] == ended.stack
        });
    }
}
