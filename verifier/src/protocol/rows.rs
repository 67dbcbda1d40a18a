//! The opened rows of trace and quotient.

use alloc::vec::Vec;

use miden_air::proof::{Messages, Opening, Openings};
use miden_core::{Felt, field::FieldElement};
use winter_crypto::{ElementHasher, MerkleTree};

use crate::VerifierError;

/// Checks that the rows are the leaves of the committed trees at these positions.
pub(super) fn check<H, E>(
    messages: &Messages<H, E>,
    openings: &Openings<H, E>,
    positions: &[usize],
) -> Result<(), VerifierError>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let of_main = belongs(&openings.main, messages.main_commitment, positions);
    let of_aux = match (&openings.aux, messages.aux_commitment) {
        (Some(opening), Some(commitment)) => belongs(opening, commitment, positions),
        (None, None) => true,
        _ => false,
    };
    if !(of_main && of_aux) {
        return Err(VerifierError::TraceOpening);
    }
    if !belongs(&openings.quotients, messages.quotient_commitment, positions) {
        return Err(VerifierError::QuotientOpening);
    }
    Ok(())
}

/// Whether the leaves of the opening are those of the tree at these positions.
pub(super) fn belongs<H, T>(opening: &Opening<H, T>, root: H::Digest, positions: &[usize]) -> bool
where
    H: ElementHasher<BaseField = Felt>,
    T: FieldElement<BaseField = Felt>,
{
    let leaves: Vec<H::Digest> = opening.rows().map(H::hash_elements).collect();
    MerkleTree::<H>::verify_batch(&root, positions, &leaves, &opening.nodes).is_ok()
}
