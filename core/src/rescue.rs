//! The Rescue Prime permutation `Rp64_256`: 12 elements, 7 rounds, capacity `0..4`, rate `4..12`, digest `4..8`.
//!
//! Parameters: <https://eprint.iacr.org/2020/1143>, as instantiated by winter-crypto.

use alloc::vec::Vec;
use core::ops::Range;

use winter_crypto::hashers::Rp64_256;
use winter_math::fields::f64::BaseElement;

use crate::{Digest, Felt};

/// Number of elements of the state.
pub const STATE_WIDTH: usize = Rp64_256::STATE_WIDTH;

/// Number of rounds of the permutation.
pub const NUM_ROUNDS: usize = Rp64_256::NUM_ROUNDS;

/// Elements of the state that input is added to.
const RATE: Range<usize> = Rp64_256::RATE_RANGE;

/// Constants added after the first half of each round.
pub const ROUND_CONSTANTS_1: [[Felt; STATE_WIDTH]; NUM_ROUNDS] = from_backend_rows(&Rp64_256::ARK1);

/// Constants added after the second half of each round.
pub const ROUND_CONSTANTS_2: [[Felt; STATE_WIDTH]; NUM_ROUNDS] = from_backend_rows(&Rp64_256::ARK2);

/// State of the permutation.
pub type RescueState = [Felt; STATE_WIDTH];

/// The MDS matrix, by rows.
pub fn mds() -> &'static [[Felt; STATE_WIDTH]; STATE_WIDTH] {
    const { &from_backend_rows(&Rp64_256::MDS) }
}

/// The inverse of the MDS matrix, by rows.
pub fn inverse_mds() -> &'static [[Felt; STATE_WIDTH]; STATE_WIDTH] {
    const { &from_backend_rows(&Rp64_256::INV_MDS) }
}

/// Applies the permutation in place.
#[inline]
pub fn permute(state: &mut RescueState) {
    let mut backend = to_backend(state);
    Rp64_256::apply_permutation(&mut backend);
    *state = from_backend(&backend);
}

/// Applies round `round` (counted from 0) in place.
///
/// # Panics
/// If `round` is not below [`NUM_ROUNDS`].
#[inline]
pub fn apply_round(state: &mut RescueState, round: usize) {
    let mut backend = to_backend(state);
    Rp64_256::apply_round(&mut backend, round);
    *state = from_backend(&backend);
}

// The permutation of the backend leaves some sums unreduced, but doubles nothing and subtracts nothing: its products
// are right for all operands, and so are its sums, whose second operand is a reduced constant.

fn to_backend(state: &RescueState) -> [BaseElement; STATE_WIDTH] {
    state.map(|element| BaseElement::from_mont(element.inner()))
}

/// Reduces the elements.
const fn from_backend<const N: usize>(elements: &[BaseElement; N]) -> [Felt; N] {
    let mut converted = [Felt::from_mont(0); N];
    let mut i = 0;
    // Iterators and closures are not constant functions.
    #[expect(clippy::indexing_slicing, reason = "the index is below the length")]
    while i < N {
        converted[i] = Felt::from_mont(elements[i].inner());
        i += 1;
    }
    converted
}

const fn from_backend_rows<const ROWS: usize>(
    rows: &[[BaseElement; STATE_WIDTH]; ROWS],
) -> [[Felt; STATE_WIDTH]; ROWS] {
    let mut converted = [[Felt::from_mont(0); STATE_WIDTH]; ROWS];
    let mut row = 0;
    #[expect(clippy::indexing_slicing, reason = "the index is below the length")]
    while row < ROWS {
        converted[row] = from_backend(&rows[row]);
        row += 1;
    }
    converted
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
    let mut state = initial_state(Felt::new(elements.len() as u64));
    for chunk in elements.chunks(RATE.len()) {
        for (cell, &element) in state.iter_mut().skip(RATE.start).zip(chunk) {
            *cell += element;
        }
        permute(&mut state);
    }
    digest(&state)
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
pub(crate) fn hash_rate(domain: Felt, rate: [Felt; RATE.end - RATE.start]) -> Digest {
    let mut state = initial_state(domain);
    for (cell, element) in state.iter_mut().skip(RATE.start).zip(rate) {
        *cell = element;
    }
    hash_state(state)
}

/// The digest of one permutation of a state.
pub(crate) fn hash_state(mut state: RescueState) -> Digest {
    permute(&mut state);
    digest(&state)
}

/// Capacity `(domain, 0, 0, 0)`, and a rate of zeros.
fn initial_state(domain: Felt) -> RescueState {
    let mut state = RescueState::default();
    if let Some(first) = state.first_mut() {
        *first = domain;
    }
    state
}

fn digest(state: &RescueState) -> Digest {
    let [_, _, _, _, d0, d1, d2, d3, ..] = *state;
    Digest::new([d0, d1, d2, d3])
}

#[cfg(test)]
mod tests {
    use winter_math::{FieldElement, StarkField};

    use super::*;

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

    #[test]
    fn rounds_make_the_permutation() {
        let mut state: RescueState = core::array::from_fn(|i| Felt::MODULUS - 1 - i as u64).map(Felt::new);
        let mut permuted = state;
        permute(&mut permuted);
        (0..NUM_ROUNDS).for_each(|round| apply_round(&mut state, round));
        assert_eq!(state, permuted);
    }
}
