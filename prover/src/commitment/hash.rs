use alloc::{vec, vec::Vec};

use miden_core::{Digest, Felt, RescuePrime, field::FieldElement};
use miden_vector::{Line, Rows, blake3, rescue};
use winter_crypto::{
    Digest as _, ElementHasher, Hasher,
    hashers::{Blake3_192, Blake3_256},
};

/// A hash function that hashes many rows, and merges many pairs of digests, at once.
pub(crate) trait RowHash: ElementHasher<BaseField = Felt> + Send + Sync {
    /// Writes the digest of row `i` to `digests[stride·i]`. It is that of
    /// [`hash_elements`](ElementHasher::hash_elements).
    fn hash_rows(rows: Rows<'_>, digests: &mut [Self::Digest], stride: usize);

    /// Writes the digest of children `2i` and `2i + 1` to `parents[i]`. It is that of [`merge`](winter_crypto::Hasher::merge).
    fn merge_pairs(children: &[Self::Digest], parents: &mut [Self::Digest]);

    /// Writes the digest of `seed` and the integer `first + i` to `digests[i]`. It is that of
    /// [`merge_with_int`](winter_crypto::Hasher::merge_with_int). The integers are below the modulus.
    fn merge_with_integers(seed: Self::Digest, first: u64, digests: &mut [Self::Digest]);
}

/// Implements [`RowHash`] for BLAKE3 digests; their type in the backend has no public name.
macro_rules! impl_blake3 {
    ($hash:ty) => {
        impl RowHash for $hash {
            fn hash_rows(rows: Rows<'_>, digests: &mut [Self::Digest], stride: usize) {
                let mut words = vec![[0; 8]; digests.len().div_ceil(stride)];
                blake3::hash_rows(rows, &mut words);
                for (digest, words) in digests.iter_mut().step_by(stride).zip(&words) {
                    *digest = Self::Digest::new(leading_bytes(words));
                }
            }

            fn merge_pairs(children: &[Self::Digest], parents: &mut [Self::Digest]) {
                let mut words = vec![[0; 8]; parents.len()];
                let bytes = Self::Digest::digests_as_bytes(children);
                blake3::hash_messages(bytes, 2 * size_of::<Self::Digest>(), &mut words);
                for (parent, words) in parents.iter_mut().zip(&words) {
                    *parent = Self::Digest::new(leading_bytes(words));
                }
            }

            fn merge_with_integers(seed: Self::Digest, first: u64, digests: &mut [Self::Digest]) {
                const DIGEST: usize = size_of::<<$hash as Hasher>::Digest>();
                const LENGTH: usize = DIGEST + size_of::<u64>();
                let mut message = [0; LENGTH];
                message[..DIGEST].copy_from_slice(&seed.as_bytes()[..DIGEST]);
                let mut messages = vec![message; digests.len()];
                for (integer, message) in (first..).zip(&mut messages) {
                    message[DIGEST..].copy_from_slice(&integer.to_le_bytes());
                }
                let mut words = vec![[0; 8]; digests.len()];
                blake3::hash_messages(messages.as_flattened(), LENGTH, &mut words);
                for (digest, words) in digests.iter_mut().zip(&words) {
                    *digest = Self::Digest::new(leading_bytes(words));
                }
            }
        }
    };
}

impl_blake3!(Blake3_192<Felt>);
impl_blake3!(Blake3_256<Felt>);

/// The first bytes of little-endian words.
fn leading_bytes<const N: usize>(words: &[u32; 8]) -> [u8; N] {
    let mut bytes = [0; N];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    bytes
}

impl RowHash for RescuePrime {
    fn hash_rows(rows: Rows<'_>, digests: &mut [Digest], stride: usize) {
        let mut elements = vec![[Felt::ZERO; 4]; digests.len().div_ceil(stride)];
        rescue::hash_rows(rows, &mut elements);
        for (digest, elements) in digests.iter_mut().step_by(stride).zip(elements) {
            *digest = Digest::new(elements);
        }
    }

    fn merge_pairs(children: &[Digest], parents: &mut [Digest]) {
        let elements: Vec<_> = children.iter().map(|digest| *digest.elements()).collect();
        let (pairs, _) = elements.as_flattened().as_chunks();
        let lines: Vec<_> = pairs.iter().copied().map(Line).collect();
        Self::hash_rows(Rows { panels: &[&lines], width: 8 }, parents, 1);
    }

    /// An integer below the modulus is one element.
    fn merge_with_integers(seed: Digest, first: u64, digests: &mut [Digest]) {
        let [s0, s1, s2, s3] = *seed.elements();
        let line = |integer| Line([s0, s1, s2, s3, Felt::new(integer), Felt::ZERO, Felt::ZERO, Felt::ZERO]);
        let lines: Vec<_> = (first..).map(line).take(digests.len()).collect();
        Self::hash_rows(Rows { panels: &[&lines], width: 5 }, digests, 1);
    }
}
