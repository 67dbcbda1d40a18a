//! `std::crypto::hashes::sha256` against the crate sha2.

use sha2::{Digest, Sha256};

use crate::support::{Random, Run};

const MODULE: &str = "std::crypto::hashes::sha256";

fn run(name: &str, message: &[u32]) -> Run {
    Run::of(format!("{MODULE}::{name}")).stack(message.iter().copied())
}

pub(crate) fn measured() -> Vec<Run> {
    let message: [u32; 16] = Random::new(1).array(Random::u32);
    let of_64 = ["hash", "hash_2to1", "merge"].map(|name| run(name, &message));
    of_64.into_iter().chain([run("hash_1to1", &message[..8])]).collect()
}

/// The hash as it lies on the stack.
fn model(message: &[u8]) -> [u32; 8] {
    let hash = Sha256::digest(message);
    let words: Vec<u32> =
        hash.chunks_exact(4).map(|bytes| u32::from_be_bytes(bytes.try_into().unwrap())).collect();
    words.try_into().unwrap()
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

#[test]
fn hash_is_that_of_64_bytes() {
    let mut random = Random::new(1);
    for name in ["hash", "hash_2to1", "merge"] {
        for edge in [0, 1, u32::MAX] {
            run(name, &[edge; 16]).gives(model(&bytes(&[edge; 16])));
        }
        for _ in 0..20 {
            let message: [u32; 16] = random.array(Random::limb);
            run(name, &message).gives(model(&bytes(&message)));
        }
    }
}

#[test]
fn hash_1to1_is_that_of_32_bytes() {
    let mut random = Random::new(2);
    for _ in 0..20 {
        let message: [u32; 8] = random.array(Random::limb);
        run("hash_1to1", &message).gives(model(&bytes(&message)));
    }
}

#[test]
fn only_words_are_hashed() {
    for (name, length) in [("hash", 16), ("hash_1to1", 8)] {
        for index in 0..length {
            for wrong in [1 << 32, u64::MAX << 32] {
                let mut message = vec![7; length];
                message[index] = wrong;
                Run::of(format!("{MODULE}::{name}")).stack(message).fails("NotU32Value");
            }
        }
    }
}
