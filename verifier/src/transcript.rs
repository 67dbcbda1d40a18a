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
    check_squares(point)?;
    let in_trace = power_of_two(point, shape.trace().length()) == E::ONE;
    let size = shape.domain_size();
    let in_extension = power_of_two(point, size) == E::from(power_of_two(Felt::GENERATOR, size));
    if in_trace || in_extension { Err(VerifierError::PointInDomain) } else { Ok(()) }
}

/// Rejects a point with a power `z^(2^i)` that the backend may square wrongly.
///
/// Squares in the extensions contain a double, and `double` does not reduce: if it lies between `p` and `2^64`, the sum
/// with it is 1 too small, or panics in builds with overflow checks. The backend computes all powers of `z` by repeated
/// squaring. Without this check, a prover who tries some `2^33` commitments could have a `zⁿ` that is off by 1, and
/// satisfy the constraints in points that are not the rows.
pub(crate) fn check_squares<E: FieldElement<BaseField = Felt>>(point: E) -> Result<(), VerifierError> {
    let mut power = point;
    for _ in 0..NUM_SQUARES {
        // The second operand: 2·a₁² in the quadratic extension, 2·a₁·a₂ in the cubic one.
        let doubled = power.base_element(1) * power.base_element(E::EXTENSION_DEGREE - 1);
        if doubled.double().inner() >= Felt::MODULUS {
            return Err(VerifierError::PointPowers);
        }
        // A product, which is right where the square is not.
        power *= power;
    }
    Ok(())
}

/// Exponents of `z` are below the number of points of a domain, and that is below `2^32`.
const NUM_SQUARES: u32 = 32;

/// `x^exponent` for a power of two.
fn power_of_two<E: FieldElement>(x: E, exponent: usize) -> E {
    (0..exponent.ilog2()).fold(x, |power, _| power.square())
}
