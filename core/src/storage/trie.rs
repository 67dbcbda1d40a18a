use winter_math::FieldElement;

use super::{LEAF, hash_pair};
use crate::{Digest, Felt, Word};

/// The event by which `std::collections::trie` requests the node of a key; the lower half of the first element of the
/// hash of its name.
pub const FIND_EVENT: u32 = 214_523_197;

/// The event by which `std::collections::trie` requests the sibling of a leaf that it removes.
pub const REMOVE_EVENT: u32 = 858_685_811;

/// The largest depth of a leaf: the number of bits of a key.
pub const MAX_DEPTH: usize = 256;

/// The number of levels that one Merkle operation covers: half an element of the key.
pub const SEGMENT: usize = 32;

/// The digest of the leaf with this key and value.
pub fn leaf_digest(key: &Word, value: &Word) -> Digest {
    hash_pair(LEAF, Felt::ZERO, Felt::ZERO, key, value)
}

/// The bit of the key that leads from `depth` to the next level: 1 to the right child. The highest bit of element 3
/// comes first; there are no bits from [`MAX_DEPTH`] on.
pub fn path_bit(key: &Word, depth: usize) -> bool {
    let bits = 2 * SEGMENT;
    let element = key.iter().rev().nth(depth / bits);
    element.is_some_and(|element| element.as_int() >> (bits - 1 - depth % bits) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{hash_bytes, merge};

    #[test]
    fn events_have_the_numbers_of_their_names() {
        let number = |name: &str| hash_bytes(name.as_bytes()).elements()[0].as_int() as u32;
        assert_eq!(FIND_EVENT, number("std::collections::trie::find"));
        assert_eq!(REMOVE_EVENT, number("std::collections::trie::remove"));
    }

    #[test]
    fn bits_are_those_of_the_elements_highest_first() {
        let key = [1, 1 << 62, 0, 1 << 63].map(Felt::new);
        let ones: alloc::vec::Vec<usize> = (0..300).filter(|depth| path_bit(&key, *depth)).collect();
        assert_eq!(ones, [0, 2 * 64 + 1, 255]);
    }

    #[test]
    fn a_leaf_is_not_an_inner_node() {
        let [key, value] = [[1, 2, 3, 4], [5, 6, 7, 8]].map(|word| word.map(Felt::new));
        let inner = merge(Felt::new(8), &Digest::new(key), &Digest::new(value));
        assert_ne!(leaf_digest(&key, &value), inner);
    }
}
