//! The constraints at the out-of-domain point.

use alloc::{vec, vec::Vec};

use miden_air::proof::{Messages, ProofShape};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use winter_air::Air;
use winter_crypto::ElementHasher;
use winter_math::polynom;

use super::Challenges;
use crate::VerifierError;

/// Checks `Σ z^(i·S)·qᵢ(z) = C(z)`: the chunks of the quotient on the left, each but the last of `S` coefficients, and on
/// the right the random combination of all constraints, each divided by the polynomial that vanishes where it has to hold.
pub(super) fn check<A, H, E>(
    air: &A,
    shape: &ProofShape,
    challenges: &Challenges<E>,
    messages: &Messages<H, E>,
) -> Result<(), VerifierError>
where
    A: Air<BaseField = Felt>,
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let claimed = polynom::eval(&messages.chunks, power(challenges.point, shape.chunk_len()));
    let required = combination(air, shape, challenges, messages);
    if claimed == required { Ok(()) } else { Err(VerifierError::Constraints) }
}

/// `C(z)`, from the evaluations of the columns of the trace.
fn combination<A, H, E>(
    air: &A,
    shape: &ProofShape,
    challenges: &Challenges<E>,
    messages: &Messages<H, E>,
) -> E
where
    A: Air<BaseField = Felt>,
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let Challenges { aux: aux_challenges, composition, point, .. } = challenges;
    let main = messages.trace_frame.main_frame();
    let aux = messages.trace_frame.aux_frame();
    let periodic = periodic_values(air, *point);

    let transition = air.get_transition_constraints(&composition.transition);
    let mut of_main = vec![E::ZERO; transition.num_main_constraints()];
    air.evaluate_transition(&main, &periodic, &mut of_main);
    let mut of_aux = vec![E::ZERO; transition.num_aux_constraints()];
    if let (Some(aux), Some(challenges)) = (&aux, aux_challenges) {
        air.evaluate_aux_transition(&main, aux, &periodic, challenges, &mut of_aux);
    }
    let coefficients = transition.main_constraint_coef().into_iter().chain(transition.aux_constraint_coef());
    let constraints = of_main.into_iter().chain(of_aux);
    let combined = coefficients.zip(constraints).fold(E::ZERO, |sum, (c, value)| sum + c * value);
    let mut sum = combined * exempt_points(shape, *point) / (power(*point, air.trace_length()) - E::ONE);

    let boundary = air.get_boundary_constraints(aux_challenges.as_ref(), &composition.boundary);
    for group in boundary.main_constraints() {
        sum += group.evaluate_at(main.current(), *point);
    }
    if let Some(aux) = &aux {
        for group in boundary.aux_constraints() {
            sum += group.evaluate_at(aux.current(), *point);
        }
    }
    sum
}

/// `Π (z − gʳ)` over the rows `r` at the end of the trace to which transition constraints do not apply.
fn exempt_points<E: FieldElement<BaseField = Felt>>(shape: &ProofShape, point: E) -> E {
    let inverse_of_generator = Felt::get_root_of_unity(shape.trace().length().ilog2()).inv();
    // Row n − 1, and back from there.
    let rows = core::iter::successors(Some(inverse_of_generator), |&x| Some(x * inverse_of_generator));
    rows.take(shape.hiding().exempt_rows()).fold(E::ONE, |product, x| product * (point - E::from(x)))
}

/// The periodic columns at `z`: a column of period `k` is a polynomial in `z^(n/k)`.
fn periodic_values<A, E>(air: &A, point: E) -> Vec<E>
where
    A: Air<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let columns = air.get_periodic_column_polys().into_iter();
    columns.map(|column| polynom::eval(&column, power(point, air.trace_length() / column.len()))).collect()
}

/// `x^exponent`
fn power<E: FieldElement>(x: E, exponent: usize) -> E {
    x.exp_vartime((exponent as u32).into())
}
