//! `std::crypto::hashes::blake3` against the crate `blake3`.

use super::hashes::{Hash, counting};
use crate::support::Run;

const BLAKE3: Hash = Hash {
    module: "blake3",
    model: |message| *blake3::hash(message).as_bytes(),
    words: |bytes| bytes.chunks_exact(4).map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap())).collect(),
};

pub(crate) fn measured() -> Vec<Run> {
    let of_64 = ["hash", "hash_2to1", "merge"].map(|name| BLAKE3.of_stack(name, &counting(64)));
    let of_memory = [0, 64, 1024, 4096].map(|length| BLAKE3.of_memory(&counting(length)));
    let of_32 = BLAKE3.of_stack("hash_1to1", &counting(32));
    of_64.into_iter().chain([of_32]).chain(of_memory).collect()
}

#[test]
fn messages_on_the_stack_are_hashed() {
    for name in ["hash", "hash_2to1", "merge"] {
        BLAKE3.check_stack(name, 64);
    }
    BLAKE3.check_stack("hash_1to1", 32);
}

#[test]
fn messages_in_memory_are_hashed() {
    BLAKE3.check_memory((0..=35).chain([47, 48, 49, 63, 64, 65, 127, 128, 129, 1000, 1023, 1024, 1025]));
}

#[test]
fn trees_of_all_shapes_are_hashed() {
    // Up to nine complete chunks before the last one, and numbers with many trees.
    BLAKE3.check_memory((2..=10).map(|chunks| 1024 * chunks).chain([3073, 16 * 1024 + 1]));
}

#[test]
fn message_elements_must_be_u32() {
    BLAKE3.check_elements([0, 1, 4, 13, 31, 64, 66]);
}

#[test]
fn messages_may_extend_to_the_end_of_memory() {
    BLAKE3.check_ranges();
}

#[test]
fn official_vectors_pass() {
    BLAKE3.check_cases(include_str!("../../data/blake3-test-vectors.json"));
}
