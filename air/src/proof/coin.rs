use alloc::vec::Vec;

use miden_core::{Felt, RescuePrime, felt_from_canonical, field::FieldElement};
use winter_crypto::{
    Digest, ElementHasher, Hasher, RandomCoin, RandomCoinError,
    hashers::{Blake3_192, Blake3_256},
};

use super::wire::{FELT_BYTES, digest_bytes};

/// The coin of the transcript, from which all challenges come. Book: design/transcript.md
///
/// Unlike winter-crypto's, it uses each digest to its end: a digest of BLAKE3 or Rescue Prime has four field elements,
/// and a challenge has two or three.
pub struct Coin<H: ElementHasher> {
    state: H::Digest,
    /// Number of digests computed from this state.
    counter: u64,
    /// The numbers of the last of them that are not used yet, last first.
    rest: Vec<u64>,
}

/// Draws that fail before the coin gives up; of `2^32` numbers, about one is not an element.
const MAX_DRAWS: usize = 1000;

/// The largest extension that the backend has.
const MAX_EXTENSION_DEGREE: usize = 3;

impl<H: ElementHasher<BaseField = Felt>> Coin<H> {
    fn from_state(state: H::Digest) -> Self {
        Self { state, counter: 0, rest: Vec::new() }
    }

    /// The next number of 64 bits.
    fn next(&mut self) -> u64 {
        match self.rest.pop() {
            Some(number) => number,
            None => {
                self.counter += 1;
                let bytes = H::merge_with_int(self.state, self.counter).as_bytes();
                let (numbers, _) = bytes.as_chunks::<FELT_BYTES>();
                // `as_bytes` pads shorter digests with zeros.
                let numbers = numbers.iter().take(digest_bytes::<H>() / FELT_BYTES);
                self.rest.extend(numbers.rev().map(|&number| u64::from_le_bytes(number)));
                self.rest.pop().unwrap_or_default()
            }
        }
    }

    fn next_felt(&mut self) -> Result<Felt, RandomCoinError> {
        let element = (0..MAX_DRAWS).find_map(|_| felt_from_canonical(self.next()));
        element.ok_or(RandomCoinError::FailedToDrawFieldElement(MAX_DRAWS))
    }
}

impl<H: SeedHasher> Coin<H> {
    /// Like [`RandomCoin::new`], faster for a long seed.
    pub fn from_seed(seed: &[Felt]) -> Self {
        Self::from_state(H::hash_seed(seed))
    }
}

/// A hash function of elements, with a faster way for long lists.
pub trait SeedHasher: ElementHasher<BaseField = Felt> {
    /// The digest of [`ElementHasher::hash_elements`].
    fn hash_seed(seed: &[Felt]) -> Self::Digest;
}

/// BLAKE3 hashes the bytes of the elements. From one slice it takes many blocks at once; the backend hands over eight
/// bytes at a time.
fn bytes(elements: &[Felt]) -> Vec<u8> {
    elements.iter().flat_map(|element| element.as_int().to_le_bytes()).collect()
}

impl SeedHasher for Blake3_192<Felt> {
    fn hash_seed(seed: &[Felt]) -> Self::Digest {
        Self::hash(&bytes(seed))
    }
}

impl SeedHasher for Blake3_256<Felt> {
    fn hash_seed(seed: &[Felt]) -> Self::Digest {
        Self::hash(&bytes(seed))
    }
}

impl SeedHasher for RescuePrime {
    fn hash_seed(seed: &[Felt]) -> Self::Digest {
        Self::hash_elements(seed)
    }
}

impl<H: ElementHasher<BaseField = Felt>> RandomCoin for Coin<H> {
    type BaseField = Felt;
    type Hasher = H;

    fn new(seed: &[Felt]) -> Self {
        Self::from_state(H::hash_elements(seed))
    }

    fn reseed(&mut self, data: H::Digest) {
        *self = Self::from_state(H::merge(&[self.state, data]));
    }

    fn check_leading_zeros(&self, value: u64) -> u32 {
        let bytes = H::merge_with_int(self.state, value).as_bytes();
        bytes.first_chunk().map_or(0, |&head| u64::from_le_bytes(head).trailing_zeros())
    }

    fn draw<E: FieldElement<BaseField = Felt>>(&mut self) -> Result<E, RandomCoinError> {
        let mut components = [Felt::ZERO; MAX_EXTENSION_DEGREE];
        let components = components.get_mut(..E::EXTENSION_DEGREE).unwrap_or_default();
        for component in &mut *components {
            *component = self.next_felt()?;
        }
        let element = E::slice_from_base_elements(components).first().copied();
        element.ok_or(RandomCoinError::FailedToDrawFieldElement(MAX_DRAWS))
    }

    /// Numbers below `domain_size`, a power of two, with repetition.
    fn draw_integers(
        &mut self,
        num_values: usize,
        domain_size: usize,
        nonce: u64,
    ) -> Result<Vec<usize>, RandomCoinError> {
        *self = Self::from_state(H::merge_with_int(self.state, nonce));
        let mask = (domain_size as u64).wrapping_sub(1);
        Ok((0..num_values).map(|_| (self.next() & mask) as usize).collect())
    }
}

#[cfg(test)]
mod tests {
    use winter_crypto::DefaultRandomCoin;
    use winter_math::fields::{CubeExtension, QuadExtension};
    use winter_utils::Serializable;

    use super::*;

    type Quad = QuadExtension<Felt>;
    type Cubic = CubeExtension<Felt>;

    fn components<E: FieldElement<BaseField = Felt>>(elements: &[E]) -> Vec<Felt> {
        E::slice_as_base_elements(elements).to_vec()
    }

    /// The elements of the digests `H(state, 1)`, `H(state, 2)`, …
    fn stream<H: ElementHasher<BaseField = Felt>>(state: H::Digest, blocks: u64) -> Vec<Felt> {
        let digests = (1..=blocks).map(|counter| H::merge_with_int(state, counter).to_bytes());
        let numbers = digests.flat_map(|bytes| {
            bytes.chunks(8).map(|number| u64::from_le_bytes(number.try_into().unwrap())).collect::<Vec<_>>()
        });
        numbers.map(|number| felt_from_canonical(number).unwrap()).collect()
    }

    fn draws_every_element<H, E>()
    where
        H: ElementHasher<BaseField = Felt>,
        E: FieldElement<BaseField = Felt>,
    {
        let seed = [Felt::new(5), Felt::new(7)];
        let mut coin = Coin::<H>::new(&seed);
        let drawn: Vec<E> = (0..12).map(|_| coin.draw().unwrap()).collect();
        let expected = stream::<H>(H::hash_elements(&seed), 12);
        assert_eq!(components(&drawn), expected[..12 * E::EXTENSION_DEGREE]);
        // 12 elements take no more digests than they fill.
        let per_digest = digest_bytes::<H>() / FELT_BYTES;
        assert_eq!(coin.counter, (12 * E::EXTENSION_DEGREE).div_ceil(per_digest) as u64);
    }

    #[test]
    fn digests_are_used_to_their_end() {
        draws_every_element::<Blake3_192<Felt>, Quad>();
        draws_every_element::<Blake3_256<Felt>, Cubic>();
        draws_every_element::<RescuePrime, Quad>();
    }

    #[test]
    fn seeds_are_hashed_as_elements() {
        fn check<H: SeedHasher>() {
            let elements: Vec<Felt> = (0..3000).map(|i| Felt::new(i).exp(9)).collect();
            for len in [0, 1, 7, 8, 9, 127, 128, 129, 1000, 3000] {
                assert_eq!(H::hash_seed(&elements[..len]), H::hash_elements(&elements[..len]), "{len}");
            }
        }
        check::<Blake3_192<Felt>>();
        check::<Blake3_256<Felt>>();
        check::<RescuePrime>();
    }

    /// A draw after an absorption depends on what was absorbed, also if the last digest has elements left.
    #[test]
    fn nothing_of_an_old_state_is_drawn() {
        type Hash = Blake3_192<Felt>;
        let draws = |data: &[u8]| {
            let mut coin = Coin::<Hash>::new(&[Felt::ONE]);
            let before: Quad = coin.draw().unwrap();
            coin.reseed(Hash::hash(data));
            let after: Quad = coin.draw().unwrap();
            (before, after, coin.draw_integers(3, 1 << 20, 1).unwrap())
        };
        let (one, other) = (draws(b"1"), draws(b"2"));
        assert_eq!(one.0, other.0);
        assert!(one.1 != other.1 && one.2 != other.2);
        let [one, other] = [components(&[one.1]), components(&[other.1])];
        assert!(one.iter().zip(&other).all(|(one, other)| one != other), "each component changes");
    }

    /// Seeds, absorptions and proof of work are those of winter-crypto's coin, whose draws take one digest each.
    #[test]
    fn the_state_is_that_of_the_coin_of_the_backend() {
        type Hash = Blake3_256<Felt>;
        let (mut ours, mut theirs) =
            (Coin::<Hash>::new(&[Felt::ONE]), DefaultRandomCoin::<Hash>::new(&[Felt::ONE]));
        for data in [b"a", b"b"] {
            ours.reseed(Hash::hash(data));
            theirs.reseed(Hash::hash(data));
            assert!(
                (1..100).all(|nonce| ours.check_leading_zeros(nonce) == theirs.check_leading_zeros(nonce))
            );
            let (ours, theirs): (Cubic, Cubic) = (ours.draw().unwrap(), theirs.draw().unwrap());
            assert_eq!(ours, theirs);
        }
        let positions = ours.draw_integers(40, 1 << 30, 9).unwrap();
        let first_of_each: Vec<_> = positions.iter().copied().step_by(4).collect();
        assert_eq!(first_of_each, theirs.draw_integers(10, 1 << 30, 9).unwrap());
    }
}
