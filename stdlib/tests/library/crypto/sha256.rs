//! `std::crypto::hashes::sha256` against the crate `sha2`.

use sha2::{Digest, Sha256};

use super::hashes::{Hash, counting};
use crate::support::Run;

const SHA256: Hash = Hash {
    module: "sha256",
    model: |message| Sha256::digest(message).into(),
    words: |bytes| bytes.chunks_exact(4).map(|bytes| u32::from_be_bytes(bytes.try_into().unwrap())).collect(),
};

pub(crate) fn measured() -> Vec<Run> {
    let of_64 = ["hash", "hash_2to1", "merge"].map(|name| SHA256.of_stack(name, &counting(64)));
    let of_memory = [0, 64, 1024].map(|length| SHA256.of_memory(&counting(length)));
    let of_32 = SHA256.of_stack("hash_1to1", &counting(32));
    of_64.into_iter().chain([of_32]).chain(of_memory).collect()
}

#[test]
fn messages_on_the_stack_are_hashed() {
    for name in ["hash", "hash_2to1", "merge"] {
        SHA256.check_stack(name, 64);
    }
    SHA256.check_stack("hash_1to1", 32);
}

#[test]
fn messages_in_memory_are_hashed() {
    SHA256.check_memory(
        (0..=35).chain([47, 48, 52, 53, 54, 55, 56, 57, 59, 60, 61, 63, 64, 65, 119, 120, 128, 1000]),
    );
}

#[test]
fn message_elements_must_be_u32() {
    SHA256.check_elements([0, 1, 4, 13, 31, 64, 66]);
}

#[test]
fn messages_may_extend_to_the_end_of_memory() {
    SHA256.check_ranges();
}

#[test]
fn official_vectors_pass() {
    SHA256.check_answers(include_str!("../../data/sha256-short-messages.rsp"));
}
