//! The low-degree test, with the verifier of winter-fri.

use alloc::vec::{IntoIter, Vec};

use miden_air::proof::{Messages, Opening, ProofShape};
use miden_core::{Felt, field::FieldElement};
use winter_crypto::{BatchMerkleProof, ElementHasher, Hasher, MerkleTree, RandomCoin};
use winter_fri::{FriVerifier, VerifierChannel, VerifierError as FriError};

use crate::VerifierError;

/// The test, after it has drawn its challenges.
pub(crate) struct LowDegreeTest<H, E, R>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
    R: RandomCoin<BaseField = Felt, Hasher = H>,
{
    verifier: FriVerifier<E, Layers<H, E>, H, R, MerkleTree<H>>,
    layers: Layers<H, E>,
}

impl<H, E, R> LowDegreeTest<H, E, R>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
    R: RandomCoin<BaseField = Felt, Hasher = H>,
{
    /// Absorbs the commitment to each layer and to the remainder, and draws a challenge after each.
    ///
    /// The commitment to the remainder is computed here, because winter-fri never compares it with the remainder.
    pub(super) fn draw(
        coin: &mut R,
        shape: &ProofShape,
        messages: &Messages<H, E>,
    ) -> Result<Self, VerifierError> {
        let of_remainder = H::hash_elements(&messages.remainder);
        let mut layers = Layers {
            commitments: messages.layer_commitments.iter().copied().chain([of_remainder]).collect(),
            openings: Vec::new().into_iter(),
            values: Vec::new(),
            remainder: messages.remainder.clone(),
        };
        let max_degree = shape.trace().length() - 1;
        let verifier = FriVerifier::new(&mut layers, coin, shape.options().to_fri_options(), max_degree)?;
        Ok(Self { verifier, layers })
    }

    /// Checks that a polynomial of low degree has these values at these positions.
    pub(super) fn check(
        mut self,
        openings: Vec<Opening<H, E>>,
        values: &[E],
        positions: &[usize],
    ) -> Result<(), VerifierError> {
        self.layers.openings = openings.into_iter();
        Ok(self.verifier.verify(&mut self.layers, values, positions)?)
    }
}

impl From<FriError> for VerifierError {
    fn from(error: FriError) -> Self {
        match error {
            FriError::RandomCoinError(_) => Self::Challenge,
            FriError::LayerCommitmentMismatch => Self::LayerOpening,
            FriError::InvalidLayerFolding(layer) => Self::LayerFolding { layer },
            FriError::InvalidRemainderFolding => Self::RemainderFolding,
            other => Self::LowDegreeTest(other),
        }
    }
}

/// The layers of a proof, in the order in which the test takes them.
struct Layers<H: Hasher, E> {
    commitments: Vec<H::Digest>,
    openings: IntoIter<Opening<H, E>>,
    /// Values of the opening whose nodes were taken last.
    values: Vec<E>,
    remainder: Vec<E>,
}

impl<H, E> VerifierChannel<E> for Layers<H, E>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    type Hasher = H;
    type VectorCommitment = MerkleTree<H>;

    fn read_fri_num_partitions(&self) -> usize {
        1
    }

    fn read_fri_layer_commitments(&mut self) -> Vec<H::Digest> {
        core::mem::take(&mut self.commitments)
    }

    fn take_next_fri_layer_proof(&mut self) -> BatchMerkleProof<H> {
        // The shape determines how many layers are read, and the test takes as many. A missing one would belong to no
        // commitment.
        match self.openings.next() {
            Some(Opening { values, nodes, .. }) => {
                self.values = values;
                nodes
            }
            None => BatchMerkleProof { nodes: Vec::new(), depth: 0 },
        }
    }

    fn take_next_fri_layer_queries(&mut self) -> Vec<E> {
        core::mem::take(&mut self.values)
    }

    fn take_fri_remainder(&mut self) -> Vec<E> {
        core::mem::take(&mut self.remainder)
    }
}
