use alloc::vec::Vec;

use miden_core::{Felt, Writer, field::FieldElement};
use winter_air::proof::{Commitments, OodFrame, Proof, Queries};
use winter_crypto::{ElementHasher, Hasher};
use winter_utils::{Deserializable, DeserializationError, Serializable};

use super::{Messages, Openings, ProofShape, UnexpectedForm, openings::Opening, wire::FELT_BYTES};

/// Builds a proof for the backend's verifier. Everything that it takes from a proof unchecked comes from `shape`.
///
/// # Errors
/// If the backend rejects the encoding, which the shape rules out.
pub fn backend_proof<H, E>(
    shape: &ProofShape,
    messages: &Messages<H, E>,
    openings: &Openings<H, E>,
) -> Result<Proof, UnexpectedForm>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let remainder_commitment = H::hash_elements(&messages.remainder);
    let layers = messages.layer_commitments.iter().copied().chain([remainder_commitment]);
    let commitments = Commitments::new::<H>(
        messages.trace_commitments.clone(),
        messages.quotient_commitment,
        layers.collect::<Vec<<H as Hasher>::Digest>>(),
    );
    let mut ood_frame = OodFrame::default();
    ood_frame.set_trace_states(&messages.trace_frame);
    ood_frame.set_quotient_states(&messages.quotient_frame);

    Ok(Proof {
        context: shape.context().clone(),
        num_unique_queries: openings.num_positions as u8,
        commitments,
        trace_queries: openings.trace.iter().map(queries).collect::<Result<_, _>>()?,
        constraint_queries: queries(&openings.quotients)?,
        ood_frame,
        fri_proof: Deserializable::read_from_bytes(&fri_proof_bytes(&messages.remainder, &openings.layers))?,
        pow_nonce: messages.nonce,
    })
}

/// Queries from their encoding, the only way to construct them from bytes.
fn queries(opening: &Opening) -> Result<Queries, DeserializationError> {
    let mut bytes = Vec::new();
    opening.values.write_into(&mut bytes);
    opening.nodes.write_into(&mut bytes);
    Queries::read_from_bytes(&bytes)
}

/// The backend's encoding of the FRI part, which has no public constructor.
fn fri_proof_bytes<E: FieldElement<BaseField = Felt>>(remainder: &[E], layers: &[Opening]) -> Vec<u8> {
    /// Binary logarithm of the number of partitions.
    const NUM_PARTITIONS_LOG2: u8 = 0;

    let remainder = E::slice_as_base_elements(remainder);
    let mut writer = Writer::new();
    // The counts fit: there are fewer layers than bits in the domain size, and at most 256 coefficients of three
    // elements.
    writer.u8(layers.len() as u8);
    for layer in layers {
        for part in [&layer.values, &layer.nodes] {
            writer.u32(part.len() as u32);
            writer.bytes(part);
        }
    }
    writer.u16((remainder.len() * FELT_BYTES) as u16);
    remainder.iter().for_each(|&element| writer.felt(element));
    writer.u8(NUM_PARTITIONS_LOG2);
    writer.finish()
}
