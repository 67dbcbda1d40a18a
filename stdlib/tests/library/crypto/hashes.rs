//! Shared tests for `std::crypto::hashes`: messages of any length on the stack and in memory.

use serde_json::Value;

use crate::support::{Random, Run};

/// A hash function.
#[derive(Clone, Copy)]
pub(super) struct Hash {
    /// Its module in `std::crypto::hashes`.
    pub(super) module: &'static str,
    pub(super) model: fn(&[u8]) -> [u8; 32],
    /// Bytes as u32 in stack order, the first one on top. The number of bytes is a multiple of eight.
    pub(super) words: fn(&[u8]) -> Vec<u32>,
}

/// An element that is invalid in a message, but contains plausible bits.
const INVALID: u64 = 0xFFFF_FFFE_1234_5678;

/// Where messages are, unless the address matters.
const ADDRESS: u32 = 1000;

/// The input of the BLAKE3 test vectors: bytes that count from 0 to 250 repeatedly.
pub(super) fn counting(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

fn random_bytes(random: &mut Random, length: usize) -> Vec<u8> {
    (0..length).map(|_| random.limb() as u8).collect()
}

impl Hash {
    fn run(self, name: &str) -> Run {
        Run::of(format!("std::crypto::hashes::{}::{name}", self.module))
    }

    /// The hash in stack order.
    fn digest(self, message: &[u8]) -> Vec<u32> {
        (self.words)(&(self.model)(message))
    }

    pub(super) fn of_stack(self, name: &str, message: &[u8]) -> Run {
        self.run(name).stack((self.words)(message))
    }

    /// A message in memory. `padding` fills the rest of its last word and the word after it.
    fn elements(self, message: &[u8], padding: u8) -> Vec<[u64; 4]> {
        let mut bytes = message.to_vec();
        bytes.resize(message.len().next_multiple_of(16) + 16, padding);
        let words = (self.words)(&bytes);
        words.chunks_exact(4).map(|word| core::array::from_fn(|i| word[i].into())).collect()
    }

    pub(super) fn of_memory(self, message: &[u8]) -> Run {
        let run = self.run("hash_memory").memory(ADDRESS, self.elements(message, 0));
        run.stack([u64::from(ADDRESS), message.len() as u64])
    }

    /// Checks messages on the stack.
    pub(super) fn check_stack(self, name: &str, length: usize) {
        let mut random = Random::new(length as u64);
        let edges = [0, 1, 0x80, 0xFF].map(|byte| vec![byte; length]);
        let others: Vec<_> = (0..16).map(|_| random_bytes(&mut random, length)).collect();
        for message in edges.into_iter().chain(others) {
            self.of_stack(name, &message).gives(self.digest(&message));
        }
        for index in 0..length / 4 {
            for wrong in [1 << 32, u64::MAX << 32] {
                let mut message = vec![7; length / 4];
                message[index] = wrong;
                self.run(name).stack(message).fails("NotU32Value");
            }
        }
    }

    /// Checks messages in memory, which must not change, and whose hash must not depend on what follows them.
    pub(super) fn check_memory(self, lengths: impl IntoIterator<Item = usize>) {
        let mut random = Random::new(7);
        for length in lengths {
            let message = random_bytes(&mut random, length);
            let expected: Vec<u64> = self.digest(&message).into_iter().map(u64::from).collect();
            for padding in [0, 0x80, 0xFF] {
                let words = self.elements(&message, padding);
                let end = ADDRESS + words.len() as u32;
                let run = self.run("hash_memory").stack([u64::from(ADDRESS), length as u64]);
                let run = run.memory(ADDRESS - 1, [[INVALID; 4]]).memory(ADDRESS, words.clone());
                let run = run.memory(end, [[INVALID; 4]]).watch(ADDRESS - 1..end + 1);
                let ended = run.execute().unwrap();
                assert_eq!(ended.stack, expected, "{} of {length} bytes", self.module);
                let around = [[INVALID; 4]];
                assert_eq!(ended.memory, [&around[..], &words, &around].concat());
            }
        }
    }

    /// Checks that elements must be u32 if they contain bytes of the message, and only then.
    pub(super) fn check_elements(self, lengths: impl IntoIterator<Item = usize>) {
        for length in lengths {
            let message = counting(length);
            let words = self.elements(&message, 0);
            // Marks the elements that contain bytes of the message.
            let marks = |used: &[u8]| -> Vec<u32> { (self.words)(used) };
            let mut used = vec![1; length];
            used.resize(16 * words.len(), 0);
            for (index, mark) in marks(&used).into_iter().enumerate() {
                let mut words = words.clone();
                words[index / 4][index % 4] = INVALID;
                let run = self.run("hash_memory").memory(ADDRESS, words);
                let run = run.stack([u64::from(ADDRESS), length as u64]);
                if mark == 0 {
                    run.gives(self.digest(&message));
                } else {
                    run.fails("NotU32Value");
                }
            }
        }
    }

    /// Checks messages at the end of memory, and invalid addresses and lengths.
    pub(super) fn check_ranges(self) {
        const LAST: u32 = u32::MAX;
        let message = counting(70);
        let words = self.elements(&message, 0);
        let start = LAST - 4;
        let run = self.run("hash_memory").memory(start, words[..5].iter().copied());
        run.clone().stack([u64::from(start), 70]).gives(self.digest(&message));
        run.clone().stack([u64::from(LAST), 0]).gives(self.digest(&[]));
        run.clone().stack([u64::from(start), 81]).fails("MemoryAddressOutOfRange");
        run.clone().stack([u64::from(LAST), 1 << 20]).fails("MemoryAddressOutOfRange");
        for [ptr, length] in [[1 << 32, 0], [1 << 32, 64], [0, 1 << 32], [0, u64::MAX << 32]] {
            run.clone().stack([ptr, length]).fails("NotU32Value");
        }
    }

    /// Checks an official test vector, which the model must match too.
    pub(super) fn check_vector(self, message: &[u8], digest: &str) {
        assert_eq!(hex((self.model)(message)), digest);
        self.of_memory(message).gives(self.digest(message));
    }

    /// Checks test vectors in the format of NIST: lines `Len = bits`, `Msg = hexadecimal`, `MD = hexadecimal`.
    pub(super) fn check_answers(self, text: &str) {
        let values = |key: &str| -> Vec<String> {
            let lines =
                text.lines().filter_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
            lines.map(|value| value.trim().to_lowercase()).collect()
        };
        let [lengths, messages, digests] = ["Len", "Msg", "MD"].map(values);
        assert!(lengths.len() > 10 && lengths.len() == messages.len() && lengths.len() == digests.len());
        for (length, (message, digest)) in lengths.iter().zip(messages.iter().zip(&digests)) {
            let message = from_hex(message);
            let length: usize = length.parse::<usize>().unwrap() / 8;
            self.check_vector(&message[..length], digest);
        }
    }

    /// Checks test vectors in the format of BLAKE3.
    pub(super) fn check_cases(self, text: &str) {
        let file: Value = serde_json::from_str(text).unwrap();
        let cases = file["cases"].as_array().unwrap();
        assert!(cases.len() > 10);
        for case in cases {
            let length = case["input_len"].as_u64().unwrap();
            self.check_vector(&counting(length as usize), case["hash"].as_str().unwrap());
        }
    }
}

fn hex(bytes: impl IntoIterator<Item = u8>) -> String {
    bytes.into_iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}
