//! The verifier of the backend, as the reference for ours.
//!
//! It gets a proof that is built from what ours has read, so it judges the same messages and openings.

use alloc::vec::Vec;

use miden_air::{
    ProtocolVisitor,
    proof::{Coin, Messages, Opening, Openings, ProofShape},
};
use miden_core::{
    Felt, Reader, Writer,
    field::{FieldElement, ToElements},
};
use winter_air::proof::{Commitments, OodFrame, Proof, Queries, QuotientOodFrame};
use winter_crypto::{ElementHasher, Hasher, MerkleTree, RandomCoin};
use winter_fri::VerifierError as FriError;
use winter_utils::{Deserializable, Serializable};
use winter_verifier::{AcceptableOptions, VerifierError as BackendError};

use super::stand_in::{Fibonacci, Inputs, air};
use crate::{
    VerifierError,
    protocol::{Challenges, seed},
};

/// The verdict of the backend on the part of a proof after its header; `None` if ours does not come to openings.
pub(super) fn verdict(rows: usize, inputs: &Inputs, reader: Reader<'_>) -> Option<Result<(), BackendError>> {
    let set = inputs.set;
    set.visit(Judge { rows, inputs, reader })
}

struct Judge<'a> {
    rows: usize,
    inputs: &'a Inputs,
    reader: Reader<'a>,
}

impl ProtocolVisitor for Judge<'_> {
    type Output = Option<Result<(), BackendError>>;

    fn visit<H, E>(mut self) -> Self::Output
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        let proof = read::<H, E>(self.rows, self.inputs, &mut self.reader)?;
        self.reader.finish().ok()?;
        let options = AcceptableOptions::OptionSet([self.inputs.set.proof_options()].into());
        Some(winter_verifier::verify::<Fibonacci, H, Coin<H>, MerkleTree<H>>(
            proof,
            self.inputs.clone(),
            &options,
        ))
    }
}

/// Reads the part of a proof after its header as ours does.
pub(super) fn read<H, E>(rows: usize, inputs: &Inputs, reader: &mut Reader<'_>) -> Option<Proof>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let air = air(rows, inputs);
    let shape = ProofShape::stock(&air);
    let messages = Messages::<H, E>::read(reader, &shape).ok()?;
    let statement = inputs.to_elements();
    let coin = Coin::<H>::new(&seed(&shape, &statement));
    let challenges = Challenges::replay(&air, &shape, coin, &messages).ok()?;
    let openings = Openings::read(reader, &shape, &challenges.positions).ok()?;
    Some(backend_proof(&shape, &messages, &openings, challenges.positions.len()))
}

fn backend_proof<H, E>(
    shape: &ProofShape,
    messages: &Messages<H, E>,
    openings: &Openings<H, E>,
    num_positions: usize,
) -> Proof
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let remainder_commitment = H::hash_elements(&messages.remainder);
    let layers = messages.layer_commitments.iter().copied().chain([remainder_commitment]);
    let commitments = Commitments::new::<H>(
        messages.trace_commitments().collect(),
        messages.quotient_commitment,
        layers.collect::<Vec<<H as Hasher>::Digest>>(),
    );
    let mut ood_frame = OodFrame::default();
    ood_frame.set_trace_states(&messages.trace_frame);
    let (chunks, next_chunks) = (messages.chunks.clone(), messages.next_chunks.clone());
    ood_frame.set_quotient_states(&QuotientOodFrame::new(chunks, next_chunks));

    Proof {
        context: shape.context().clone(),
        num_unique_queries: u8::try_from(num_positions).unwrap(),
        commitments,
        trace_queries: [queries(&openings.main)]
            .into_iter()
            .chain(openings.aux.as_ref().map(queries))
            .collect(),
        constraint_queries: queries(&openings.quotients),
        ood_frame,
        fri_proof: Deserializable::read_from_bytes(&fri_proof_bytes(&messages.remainder, &openings.layers))
            .unwrap(),
        pow_nonce: messages.nonce,
    }
}

/// The backend's encodings of values and nodes.
fn encoded<H: Hasher, T: FieldElement<BaseField = Felt>>(opening: &Opening<H, T>) -> [Vec<u8>; 2] {
    let mut values = Writer::new();
    T::slice_as_base_elements(&opening.values).iter().for_each(|&element| values.felt(element));
    [values.finish(), opening.nodes.to_bytes()]
}

/// Queries from their encoding, the only way to construct them from bytes.
fn queries<H: Hasher, T: FieldElement<BaseField = Felt>>(opening: &Opening<H, T>) -> Queries {
    let mut bytes = Vec::new();
    encoded(opening).iter().for_each(|part| part.write_into(&mut bytes));
    Queries::read_from_bytes(&bytes).unwrap()
}

/// The backend's encoding of the FRI part, which has no public constructor.
fn fri_proof_bytes<H, E>(remainder: &[E], layers: &[Opening<H, E>]) -> Vec<u8>
where
    H: Hasher,
    E: FieldElement<BaseField = Felt>,
{
    /// Binary logarithm of the number of partitions.
    const NUM_PARTITIONS_LOG2: u8 = 0;
    let remainder = E::slice_as_base_elements(remainder);
    let mut writer = Writer::new();
    writer.u8(u8::try_from(layers.len()).unwrap());
    for part in layers.iter().flat_map(encoded) {
        writer.u32(u32::try_from(part.len()).unwrap());
        writer.bytes(&part);
    }
    writer.u16(u16::try_from(remainder.len() * Felt::ELEMENT_BYTES).unwrap());
    remainder.iter().for_each(|&element| writer.felt(element));
    writer.u8(NUM_PARTITIONS_LOG2);
    writer.finish()
}

fn translated_fri(error: FriError) -> VerifierError {
    match error {
        FriError::LayerCommitmentMismatch => VerifierError::LayerOpening,
        FriError::InvalidLayerFolding(layer) => VerifierError::LayerFolding { layer },
        FriError::InvalidRemainderFolding => VerifierError::RemainderFolding,
        other => panic!("not an error of a proof that ours reads: {other}"),
    }
}

/// What ours should say where the backend says this.
pub(super) fn translated(error: BackendError) -> VerifierError {
    match error {
        BackendError::InconsistentOodConstraintEvaluations => VerifierError::Constraints,
        BackendError::TraceQueryDoesNotMatchCommitment => VerifierError::TraceOpening,
        BackendError::ConstraintQueryDoesNotMatchCommitment => VerifierError::QuotientOpening,
        BackendError::FriVerificationFailed(error) => translated_fri(error),
        other => panic!("not an error of a proof that ours reads: {other}"),
    }
}
