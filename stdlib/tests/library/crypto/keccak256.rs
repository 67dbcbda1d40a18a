//! `std::crypto::hashes::keccak256` against the crate `sha3`.

use sha3::{Digest, Keccak256};

use super::hashes::{Hash, counting};
use crate::support::{Random, Run};

const KECCAK256: Hash = Hash {
    module: "keccak256",
    model: |message| Keccak256::digest(message).into(),
    words: |bytes| {
        let lanes = bytes.chunks_exact(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap()));
        lanes.flat_map(halves).collect()
    },
};

/// A lane in stack order.
const fn halves(lane: u64) -> [u32; 2] {
    [(lane >> 32) as u32, lane as u32]
}

fn convert(name: &str, halves: [u32; 2]) -> Run {
    Run::of(format!("std::crypto::hashes::keccak256::{name}")).stack(halves)
}

pub(crate) fn measured() -> Vec<Run> {
    let of_64 = ["hash", "hash_2to1", "merge"].map(|name| KECCAK256.of_stack(name, &counting(64)));
    let of_memory = [0, 64, 1024].map(|length| KECCAK256.of_memory(&counting(length)));
    let of_32 = KECCAK256.of_stack("hash_1to1", &counting(32));
    let conversions = ["to_bit_interleaved", "from_bit_interleaved"].map(|name| convert(name, [1, 2]));
    of_64.into_iter().chain([of_32]).chain(of_memory).chain(conversions).collect()
}

#[test]
fn bits_are_interleaved_and_back() {
    let every_second = |number: u64| (0..32).fold(0, |bits, i| bits | ((number >> (2 * i)) as u32 & 1) << i);
    let mut random = Random::new(1);
    let edges = (0..64).map(|bit| 1 << bit).chain([0, u64::MAX]);
    let others: Vec<u64> = (0..50).map(|_| random.u64()).collect();
    for number in edges.chain(others) {
        let bits = [every_second(number), every_second(number >> 1)];
        convert("to_bit_interleaved", halves(number)).gives(bits);
        convert("from_bit_interleaved", bits).gives(halves(number));
    }
    for name in ["to_bit_interleaved", "from_bit_interleaved"] {
        for wrong in [1 << 32, 0x5555_0000_0000, u64::MAX << 32] {
            let run = || Run::of(format!("std::crypto::hashes::keccak256::{name}"));
            run().stack([wrong, 7]).fails("NotU32Value");
            run().stack([7, wrong]).fails("NotU32Value");
        }
    }
}

#[test]
fn messages_on_the_stack_are_hashed() {
    for name in ["hash", "hash_2to1", "merge"] {
        KECCAK256.check_stack(name, 64);
    }
    KECCAK256.check_stack("hash_1to1", 32);
}

#[test]
fn messages_in_memory_are_hashed() {
    KECCAK256.check_memory((0..=34).chain([63, 64, 127, 128, 129]));
}

#[test]
fn blocks_that_begin_in_the_middle_of_a_word_are_hashed() {
    KECCAK256
        .check_memory([135, 136, 137, 139, 140, 141, 143, 144, 145, 151, 152, 160, 271, 272, 273, 280, 500]);
}

#[test]
fn message_elements_must_be_u32() {
    KECCAK256.check_elements([0, 1, 4, 5, 13, 31, 130, 141]);
}

#[test]
fn messages_may_extend_to_the_end_of_memory() {
    KECCAK256.check_ranges();
}

#[test]
fn official_vectors_pass() {
    KECCAK256.check_answers(include_str!("../../data/keccak256-short-messages.txt"));
}
