//! The part of the transcript that decides which positions are queried.
//!
//! Book: design/transcript.md

use alloc::{collections::BTreeSet, vec::Vec};

use miden_air::proof::{Messages, ProofShape};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField, ToElements},
};
use winter_air::proof::merge_ood_evaluations;
use winter_crypto::{ElementHasher, RandomCoin};

use crate::VerifierError;

/// Replays the backend's transcript up to the query positions and returns them.
///
/// Reseeding a coin discards its draws, so challenges that are not needed here are not drawn.
/// The commitment to the FRI remainder is computed here, because the backend never checks it.
pub(crate) fn query_positions<H, E, R>(
    shape: &ProofShape,
    public_inputs: &impl ToElements<Felt>,
    messages: &Messages<H, E>,
) -> Result<BTreeSet<usize>, VerifierError>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
    R: RandomCoin<BaseField = Felt, Hasher = H>,
{
    let mut seed: Vec<Felt> = shape.context().to_elements();
    seed.extend(public_inputs.to_elements());
    let mut coin = R::new(&seed);

    messages.trace_commitments.iter().for_each(|&commitment| coin.reseed(commitment));
    coin.reseed(messages.quotient_commitment);
    let point: E = coin.draw().map_err(|_| VerifierError::Challenge)?;
    check_point(point, shape)?;

    let evaluations = merge_ood_evaluations(&messages.trace_frame, &messages.quotient_frame);
    coin.reseed(H::hash_elements(&evaluations));
    messages.layer_commitments.iter().for_each(|&commitment| coin.reseed(commitment));
    coin.reseed(H::hash_elements(&messages.remainder));

    let options = shape.options();
    let required = options.grinding_factor();
    let got = coin.check_leading_zeros(messages.nonce);
    if got < required {
        return Err(VerifierError::ProofOfWork { required, got });
    }
    let positions = coin.draw_integers(options.num_queries(), shape.domain_size(), messages.nonce);
    positions.map(BTreeSet::from_iter).map_err(|_| VerifierError::Challenge)
}

/// Rejects `zⁿ = 1`, where the quotient is undefined, and `z^d = gᵈ`, where the openings are: `g` is the offset of the
/// domain of the low-degree extension and `d` its size. The probability of either is below 2^-64.
pub(crate) fn check_point<E: FieldElement<BaseField = Felt>>(
    point: E,
    shape: &ProofShape,
) -> Result<(), VerifierError> {
    let in_trace = power_of_two(point, shape.trace().length()) == E::ONE;
    let size = shape.domain_size();
    let in_extension = power_of_two(point, size) == E::from(power_of_two(Felt::GENERATOR, size));
    if in_trace || in_extension { Err(VerifierError::PointInDomain) } else { Ok(()) }
}

/// `x^exponent` for a power of two.
fn power_of_two<E: FieldElement>(x: E, exponent: usize) -> E {
    (0..exponent.ilog2()).fold(x, |power, _| power.square())
}
