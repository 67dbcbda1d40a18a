//! `std::crypto::hashes::native` against the hash of `miden-core`.

use miden_core::{RescueState, merge, permute};

use crate::support::{Random, Run, Word4, digest, felt, felts, hash, reversed};

const PTR: u32 = 1000;

fn run(name: &str) -> Run {
    Run::of(format!("std::crypto::hashes::native::{name}"))
}

/// Words to hash, followed by words that must not matter.
fn memory() -> Vec<Word4> {
    let mut random = Random::new(1);
    (0..60).map(|_| random.array(Random::felt)).collect()
}

fn hash_memory(elements: u64) -> Run {
    run("hash_memory").stack([u64::from(PTR), elements]).memory(PTR, memory())
}

fn hash_memory_words(words: u32) -> Run {
    run("hash_memory_words").stack([PTR, PTR + words]).memory(PTR, memory())
}

/// A state in stack order.
fn on_stack(state: RescueState) -> [u64; 12] {
    let mut items = state.map(|element| element.as_int());
    items.reverse();
    items
}

fn state() -> RescueState {
    let mut random = Random::new(2);
    random.array(|random| felt(random.felt()))
}

/// The state after absorbing words, two at a time.
fn absorbed(mut state: RescueState, words: &[Word4]) -> RescueState {
    for pair in words.chunks(2) {
        for (cell, element) in state[4..].iter_mut().zip(felts(&pair.concat())) {
            *cell += element;
        }
        permute(&mut state);
    }
    state
}

fn hash_memory_even(words: u32) -> Run {
    let items = on_stack(state()).into_iter().chain([PTR, PTR + words].map(u64::from));
    run("hash_memory_even").stack(items).memory(PTR, memory())
}

fn absorb_word() -> Run {
    run("absorb_word").stack(reversed(memory()[0])).stack(on_stack(state()))
}

pub(crate) fn measured() -> Vec<Run> {
    let lengths = [0, 8, 13, 100].map(hash_memory);
    let words = [0, 2, 25].map(hash_memory_words);
    let even = [0, 2, 50].map(hash_memory_even);
    let others = [
        run("state_to_digest").stack(on_stack(state())),
        run("init_no_padding"),
        run("prepare_hasher_state").stack([PTR, 100]),
        absorb_word(),
    ];
    lengths.into_iter().chain(words).chain(even).chain(others).collect()
}

#[test]
fn memory_hashes_like_its_elements() {
    let elements = memory().concat();
    for length in (0..=41).chain([127, 128, 129, 191, 239, 240]) {
        hash_memory(length).gives(reversed(hash(&elements[..length as usize])));
    }
}

#[test]
fn words_hash_like_their_elements() {
    for length in (0..=37).chain([59, 60]) {
        let elements = memory()[..length as usize].concat();
        hash_memory_words(length).gives(reversed(hash(&elements)));
    }
}

#[test]
fn eight_elements_hash_like_two_words() {
    let [left, right] = [memory()[0], memory()[1]];
    let merged = merge(felt(8), &digest(left), &digest(right));
    assert_eq!(digest(hash(&[left, right].concat())), merged);
}

#[test]
fn pairs_of_words_are_absorbed() {
    for length in (0..=40).step_by(2) {
        let state = absorbed(state(), &memory()[..length as usize]);
        let end = u64::from(PTR + length);
        hash_memory_even(length).gives(on_stack(state).into_iter().chain([end, end]));
    }
}

#[test]
fn a_word_is_absorbed() {
    absorb_word().gives(on_stack(absorbed(state(), &memory()[..1])));
}

#[test]
fn initial_states_have_the_number_of_elements() {
    for (length, end, rest) in [(0, PTR, 0), (7, PTR, 7), (8, PTR + 2, 0), (829, PTR + 206, 5)] {
        let state = [0; 11].into_iter().chain([length]);
        let items = state.chain([PTR, end, rest].map(u64::from));
        run("prepare_hasher_state").stack([u64::from(PTR), length]).gives(items);
    }
    run("init_no_padding").gives([0_u64; 12]);
    let [digest, rest] = [[5, 6, 7, 8], [1, 2, 3, 4]];
    run("state_to_digest").stack([rest, digest, rest].concat()).gives::<u64>(digest);
}

#[test]
fn the_last_words_of_memory_can_be_hashed() {
    const LAST: u32 = u32::MAX;
    let [word, before] = [[1, 2, 3, 4], [5, 6, 7, 8]];
    for length in 1..=4_usize {
        let run = run("hash_memory").stack([u64::from(LAST), length as u64]).memory(LAST, [word]);
        run.gives(reversed(hash(&word[..length])));
    }
    let both = run("hash_memory").stack([LAST - 1, 8_u32]).memory(LAST - 1, [before, word]);
    both.gives(reversed(hash(&[before, word].concat())));
}

#[test]
fn invalid_ranges_fail() {
    const TOO_LARGE: u64 = 1 << 32;
    let last = u64::from(u32::MAX);
    run("hash_memory").stack([last, 5]).fails("MemoryAddressOutOfRange");
    run("hash_memory").stack([last, 8]).fails("MemoryAddressOutOfRange");
    run("hash_memory").stack([TOO_LARGE, 1]).fails("MemoryAddressOutOfRange");
    run("hash_memory").stack([0, TOO_LARGE]).fails("NotU32Value");
    run("prepare_hasher_state").stack([0, TOO_LARGE]).fails("NotU32Value");
    run("hash_memory_words").stack([1_u64, 0]).fails("FailedAssertion");
    run("hash_memory_words").stack([0, TOO_LARGE]).fails("NotU32Value");
    run("hash_memory_words").stack([TOO_LARGE, TOO_LARGE]).fails("NotU32Value");
    let even = |ptr, end| run("hash_memory_even").stack([0_u64; 12]).stack([ptr, end]);
    even(2, 0).fails("FailedAssertion");
    even(0, 3).fails("FailedAssertion");
    even(0, TOO_LARGE).fails("NotU32Value");
    even(TOO_LARGE, TOO_LARGE).fails("NotU32Value");
}
