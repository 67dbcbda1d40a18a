//! The Rescue Prime permutation `Rp64_256`: 12 elements, 7 rounds, capacity `0..4`, rate `4..12`, digest `4..8`.
//!
//! Parameters: <https://eprint.iacr.org/2020/1143>, as instantiated by winter-crypto.

use alloc::vec::Vec;

use winter_crypto::{ElementHasher, hashers::Rp64_256};

use crate::{Digest, Felt};

/// Number of elements of the state.
pub const STATE_WIDTH: usize = Rp64_256::STATE_WIDTH;

/// Number of rounds of the permutation.
pub const NUM_ROUNDS: usize = Rp64_256::NUM_ROUNDS;

/// Constants added after the first half of each round.
pub const ROUND_CONSTANTS_1: [[Felt; STATE_WIDTH]; NUM_ROUNDS] = Rp64_256::ARK1;

/// Constants added after the second half of each round.
pub const ROUND_CONSTANTS_2: [[Felt; STATE_WIDTH]; NUM_ROUNDS] = Rp64_256::ARK2;

/// State of the permutation.
pub type RescueState = [Felt; STATE_WIDTH];

/// The MDS matrix, by rows.
pub fn mds() -> &'static [[Felt; STATE_WIDTH]; STATE_WIDTH] {
    const { &Rp64_256::MDS }
}

/// The inverse of the MDS matrix, by rows.
pub fn inverse_mds() -> &'static [[Felt; STATE_WIDTH]; STATE_WIDTH] {
    const { &Rp64_256::INV_MDS }
}

/// Applies the permutation in place.
pub fn permute(state: &mut RescueState) {
    Rp64_256::apply_permutation(state);
}

/// Applies round `round` (counted from 0) in place.
///
/// # Panics
/// If `round` is not below [`NUM_ROUNDS`].
pub fn apply_round(state: &mut RescueState, round: usize) {
    Rp64_256::apply_round(state, round);
}

/// Hashes two digests into one: the digest of the permutation of `(domain, 0, 0, 0, left, right)`.
///
/// `domain` is 8, the number of elements, for user data (`rphash`); nodes of programs use their opcode.
pub fn merge(domain: Felt, left: &Digest, right: &Digest) -> Digest {
    let [l0, l1, l2, l3] = *left.elements();
    let [r0, r1, r2, r3] = *right.elements();
    hash_rate(domain, [l0, l1, l2, l3, r0, r1, r2, r3])
}

/// Hashes any number of elements: element 0 of the capacity is their number; they are added to the rate in chunks of
/// eight, with a permutation after each chunk.
pub fn hash_elements(elements: &[Felt]) -> Digest {
    Digest::new(Rp64_256::hash_elements(elements).into())
}

/// Hashes bytes: one element for their number, then one for every seven bytes, little-endian.
pub fn hash_bytes(bytes: &[u8]) -> Digest {
    /// The largest number of bytes that always fit into an element.
    const CHUNK: usize = 7;
    let chunks = bytes.chunks(CHUNK).map(|chunk| {
        Felt::new(chunk.iter().rev().fold(0, |value: u64, byte| value << u8::BITS | u64::from(*byte)))
    });
    let elements: Vec<Felt> = core::iter::once(Felt::new(bytes.len() as u64)).chain(chunks).collect();
    hash_elements(&elements)
}

/// The digest of one permutation over capacity `(domain, 0, 0, 0)` and the given rate.
pub(crate) fn hash_rate(domain: Felt, rate: [Felt; 8]) -> Digest {
    let mut state = RescueState::default();
    if let Some(first) = state.first_mut() {
        *first = domain;
    }
    for (cell, element) in state.iter_mut().skip(4).zip(rate) {
        *cell = element;
    }
    permute(&mut state);
    let [_, _, _, _, d0, d1, d2, d3, ..] = state;
    Digest::new([d0, d1, d2, d3])
}

#[cfg(test)]
mod tests {
    use winter_crypto::{ElementHasher, Hasher};
    use winter_math::FieldElement;

    use super::*;

    #[test]
    fn merge_with_domain_eight_is_the_two_to_one_hash() {
        let [left, right] = [[1u64, 2, 3, 4], [5, 6, 7, 8]].map(|w| Digest::new(w.map(Felt::new)));
        let elements: [Felt; 8] = core::array::from_fn(|i| Felt::new(i as u64 + 1));
        let expected = Rp64_256::hash_elements(&elements);
        assert_eq!(merge(Felt::new(8), &left, &right).elements(), expected.as_elements());
        let merged = Rp64_256::merge(&[Rp64_256::hash(b"a"), Rp64_256::hash(b"b")]);
        assert_ne!(merged.as_elements(), expected.as_elements());
    }

    #[test]
    fn inverse_mds_inverts() {
        for (i, row) in mds().iter().enumerate() {
            for j in 0..STATE_WIDTH {
                let sum: Felt =
                    row.iter().zip(inverse_mds()).map(|(&a, b)| a * b[j]).fold(Felt::ZERO, |a, b| a + b);
                assert_eq!(sum, if i == j { Felt::ONE } else { Felt::ZERO });
            }
        }
    }
}
