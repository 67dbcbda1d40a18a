//! The kernels of Plonky3 that compute the same as ours, on the same values.

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use p3_blake3::Blake3;
use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::{Field, PackedValue, PrimeCharacteristicRing, PrimeField64, TwoAdicField};
pub use p3_goldilocks::Goldilocks;
use p3_matrix::{Matrix, bitrev::BitReversedMatrixView, dense::RowMajorMatrix};
use p3_merkle_tree::MerkleTree;
pub use p3_rescue::RpoGoldilocks;
use p3_symmetric::{CompressionFunctionFromHasher, CryptographicHasher, Permutation, SerializingHasher};

/// The widest instructions that the peer has been compiled for; ours are chosen at run time.
pub const INSTRUCTIONS: &str = if cfg!(target_feature = "avx512f") {
    "AVX-512"
} else if cfg!(target_feature = "avx2") {
    "AVX2"
} else if cfg!(all(target_arch = "aarch64", target_feature = "neon")) {
    "NEON"
} else {
    "none"
};

type Packing = <Goldilocks as Field>::Packing;

/// The same element in the peer's field, whose form is the canonical integer or above.
pub fn element(felt: Felt) -> Goldilocks {
    Goldilocks::new(felt.as_int())
}

/// The same element in our field.
pub fn felt(element: Goldilocks) -> Felt {
    Felt::new(element.as_canonical_u64())
}

/// Multiplies each element by a factor, `rounds` times; four vectors at once, like our kernel.
pub fn multiply(elements: &mut [Goldilocks], factor: Goldilocks, rounds: usize) {
    let factor = Packing::from(factor);
    let (blocks, _) = Packing::pack_slice_mut(elements).as_chunks_mut::<4>();
    for block in blocks {
        let mut vectors = *block;
        for _ in 0..rounds {
            for vector in &mut vectors {
                *vector *= factor;
            }
        }
        *block = vectors;
    }
}

/// The position at which the peer has the element at `position` of our domain of `size` elements: its roots of unity are
/// other powers of the generator.
#[derive(Clone, Copy)]
pub struct Order(u64);

impl Order {
    /// Finds our root of unity among the powers of the peer's, bit by bit.
    #[expect(clippy::new_without_default, reason = "it computes something")]
    pub fn new() -> Self {
        let bits = Felt::TWO_ADICITY;
        let ours = Felt::get_root_of_unity(bits);
        let theirs = felt(Goldilocks::two_adic_generator(bits as usize));
        let logarithm = (0..bits).fold(0, |found, bit| {
            let rest = ours / theirs.exp(found);
            let is_set = rest.exp(1 << (bits - 1 - bit)) != Felt::ONE;
            found | u64::from(is_set) << bit
        });
        assert_eq!(theirs.exp(logarithm), ours);
        Self(logarithm)
    }

    /// The position in the peer's order.
    pub fn position(self, position: usize, size: usize) -> usize {
        (self.0 as usize).wrapping_mul(position) % size
    }
}

/// Transforms with their roots of unity.
#[derive(Default)]
pub struct Transforms(Radix2DitParallel<Goldilocks>);

impl Transforms {
    /// The low-degree extension of the columns by a power of two, to the coset that the generator moves.
    pub fn extend(
        &self,
        rows: RowMajorMatrix<Goldilocks>,
        blowup: usize,
    ) -> BitReversedMatrixView<RowMajorMatrix<Goldilocks>> {
        self.0.coset_lde_batch(rows, blowup.ilog2() as usize, Goldilocks::GENERATOR)
    }
}

/// A digest of BLAKE3.
pub type Digest = [u8; 32];

/// BLAKE3 of rows, as canonical integers of 8 little-endian bytes each.
pub fn hash_rows(elements: &[Goldilocks], digests: &mut [Digest]) {
    SerializingHasher::new(Blake3).hash_many(elements, digests);
}

/// BLAKE3 of messages of equal length.
pub fn hash_messages(bytes: &[u8], digests: &mut [Digest]) {
    Blake3.hash_many(bytes, digests);
}

/// The root of a Merkle tree over the rows.
pub fn commit<M: Matrix<Goldilocks>>(rows: M) -> Digest {
    let (rows_hash, pairs_hash) =
        (SerializingHasher::new(Blake3), CompressionFunctionFromHasher::new(Blake3));
    let tree =
        MerkleTree::<_, u8, _, 2, 32>::new::<Goldilocks, u8, _, _>(&rows_hash, &pairs_hash, vec![rows]);
    tree.root().into()
}

/// Rescue Prime Optimized of pairs of digests: the same steps as Rescue Prime in another order, so other digests.
pub fn permute(permutation: &RpoGoldilocks, pairs: &[[Goldilocks; 8]], digests: &mut [[Goldilocks; 4]]) {
    for (pair, digest) in pairs.iter().zip(digests) {
        let mut state = [Goldilocks::ZERO; 12];
        state[4..].copy_from_slice(pair);
        permutation.permute_mut(&mut state);
        digest.copy_from_slice(&state[4..8]);
    }
}
