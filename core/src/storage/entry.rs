use super::{ENTRY, hash_pair};
use crate::{Digest, Felt, Word};

/// How a slot is used. Slots of different modes are different, even if their numbers are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// A single word; the user's key is zero.
    Value,
    /// A map from words to words.
    Map,
    /// An element of an array; the user's key is `(index, 0, 0, 0)`.
    ArrayElement,
    /// The length of an array, as `(length, 0, 0, 0)`; the user's key is zero.
    ArrayLength,
}

impl Mode {
    /// All modes, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Value, Self::Map, Self::ArrayElement, Self::ArrayLength];

    /// The number in the hash of a key.
    pub const fn number(self) -> u8 {
        match self {
            Self::Value => 0,
            Self::Map => 1,
            Self::ArrayElement => 2,
            Self::ArrayLength => 3,
        }
    }
}

/// The key in the trie of an entry of the owner `namespace`, the digest of a procedure.
pub fn entry_key(namespace: &Digest, mode: Mode, slot: Felt, key: &Word) -> Word {
    hash_pair(ENTRY, Felt::from(mode.number()), slot, namespace.elements(), key).into()
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_part_of_a_key_counts() {
        let word = |element: u64| [element, 0, 0, 0].map(Felt::new);
        let namespaces = [1, 2].map(|element| Digest::new(word(element)));
        let mut keys = BTreeSet::new();
        for namespace in &namespaces {
            for mode in Mode::ALL {
                for slot in [0, 1] {
                    for key in [0, 1] {
                        keys.insert(Digest::new(entry_key(namespace, mode, Felt::new(slot), &word(key))));
                    }
                }
            }
        }
        assert_eq!(keys.len(), 2 * 4 * 2 * 2);
    }
}
