//! The transcript, replayed from the messages of the prover. Book: design/transcript.md

use alloc::collections::BTreeSet;

use miden_air::proof::{Messages, ProofShape, merge_evaluations};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use winter_air::{Air, AuxRandElements, ConstraintCompositionCoefficients};
use winter_crypto::{ElementHasher, RandomCoin, RandomCoinError};

use super::{deep::Coefficients, fri::FoldingChallenges};
use crate::VerifierError;

/// Everything that the verifier draws.
pub(crate) struct Challenges<E: FieldElement<BaseField = Felt>> {
    /// Challenges of the auxiliary segment.
    pub(crate) aux: Option<AuxRandElements<E>>,
    /// One coefficient per constraint and assertion.
    pub(crate) composition: ConstraintCompositionCoefficients<E>,
    /// The out-of-domain point `z`.
    pub(crate) point: E,
    /// One coefficient per opening of a column.
    pub(crate) deep: Coefficients<E>,
    /// One challenge per FRI layer.
    pub(crate) folding: FoldingChallenges<E>,
    /// The queried positions of the domain of the low-degree extension.
    pub(crate) positions: BTreeSet<usize>,
}

impl<E: FieldElement<BaseField = Felt>> Challenges<E> {
    /// Absorbs the messages and draws the challenges, with a coin that has its [seed](super::seed); checks the point and
    /// the proof of work.
    pub(crate) fn replay<A, H, R>(
        air: &A,
        shape: &ProofShape,
        mut coin: R,
        messages: &Messages<H, E>,
    ) -> Result<Self, VerifierError>
    where
        A: Air<BaseField = Felt>,
        H: ElementHasher<BaseField = Felt>,
        R: RandomCoin<BaseField = Felt, Hasher = H>,
    {
        // 2 ----- main segment; challenges of the auxiliary segment
        coin.reseed(messages.main_commitment);
        let aux = match messages.aux_commitment {
            Some(commitment) => {
                let challenges = air.get_aux_rand_elements(&mut coin).map_err(no_challenge)?;
                coin.reseed(commitment);
                Some(challenges)
            }
            None => None,
        };

        // 3 ----- auxiliary segment; coefficients of the constraints
        let composition = air.get_constraint_composition_coefficients(&mut coin).map_err(no_challenge)?;

        // 4 ----- quotient; out-of-domain point
        coin.reseed(messages.quotient_commitment);
        let point: E = coin.draw().map_err(no_challenge)?;
        check_point(point, shape)?;

        // 5 ----- evaluations; coefficients of the openings
        let evaluations = merge_evaluations(&messages.trace_frame, &messages.chunks, &messages.next_chunks);
        coin.reseed(H::hash_elements(&evaluations));
        let deep = Coefficients::draw(shape, &mut coin).map_err(no_challenge)?;

        // 6, 7 ----- FRI layers and remainder; folding challenges
        let folding = FoldingChallenges::draw(&mut coin, messages).map_err(no_challenge)?;

        // 8 ----- nonce; positions
        let options = shape.options();
        let required = options.grinding_factor();
        let got = coin.check_leading_zeros(messages.nonce);
        if got < required {
            return Err(VerifierError::ProofOfWork { required, got });
        }
        let positions = coin.draw_integers(options.num_queries(), shape.domain_size(), messages.nonce);
        let positions = positions.map_err(no_challenge)?.into_iter().collect();
        Ok(Self { aux, composition, point, deep, folding, positions })
    }
}

fn no_challenge(_: RandomCoinError) -> VerifierError {
    VerifierError::Challenge
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
