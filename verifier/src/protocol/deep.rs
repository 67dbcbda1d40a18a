//! The DEEP polynomial at the queried points.

use alloc::vec::Vec;

use miden_air::proof::{Messages, Openings, ProofShape};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField, batch_inversion},
};
use winter_crypto::{ElementHasher, RandomCoin};

use super::Challenges;

/// The values that the opened rows give it, in the order of the positions.
///
/// With `A(x) = Σ γᵢ·fᵢ(x)` over the columns of trace and quotient:
/// `D(x) = (A(x) − A(z))/(x − z) + (A(x) − A(z·g))/(x − z·g)`.
/// It is a polynomial only if `A(z)` and `A(z·g)`, which follow from the claimed evaluations, are true.
pub(super) fn values<H, E, R>(
    shape: &ProofShape,
    challenges: &Challenges<H, E, R>,
    messages: &Messages<H, E>,
    openings: &Openings<H, E>,
) -> Vec<E>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
    R: RandomCoin<BaseField = Felt, Hasher = H>,
{
    let (trace, quotients) = (&challenges.deep.trace, &challenges.deep.constraints);
    let (main, aux) = trace.split_at(shape.trace().main_trace_width());

    // 1 ----- A at z and at z·g
    let claimed = |main_row: &[E], aux_row: Option<&[E]>, quotient_row: &[E]| {
        combine(main, main_row) + combine(aux, aux_row.unwrap_or_default()) + combine(quotients, quotient_row)
    };
    let (main_frame, aux_frame) = (messages.trace_frame.main_frame(), messages.trace_frame.aux_frame());
    let aux_frame = aux_frame.as_ref();
    let current = claimed(
        main_frame.current(),
        aux_frame.map(|frame| frame.current()),
        messages.quotient_frame.current_row(),
    );
    let next =
        claimed(main_frame.next(), aux_frame.map(|frame| frame.next()), messages.quotient_frame.next_row());

    // 2 ----- A at the queried points
    let aux_rows = openings.aux.iter().flat_map(|opening| opening.rows()).map(Some);
    let rows =
        openings.main.rows().zip(aux_rows.chain(core::iter::repeat(None))).zip(openings.quotients.rows());
    let opened = rows.map(|((main_row, aux_row), quotient_row)| {
        combine_base(main, main_row)
            + combine(aux, aux_row.unwrap_or_default())
            + combine(quotients, quotient_row)
    });

    // 3 ----- D; no denominator is zero, as z lies outside of the domain
    let generator = Felt::get_root_of_unity(shape.domain_size().ilog2());
    let next_point = challenges.point.mul_base(Felt::get_root_of_unity(shape.trace().length().ilog2()));
    let denominators: Vec<E> = challenges
        .positions
        .iter()
        .flat_map(|&position| {
            let x = E::from(Felt::GENERATOR * generator.exp_vartime(position as u64));
            [x - challenges.point, x - next_point]
        })
        .collect();
    let inverses = batch_inversion(&denominators);
    let (inverses, _) = inverses.as_chunks();
    let value =
        |(value, &[at_point, at_next]): (E, &[E; 2])| (value - current) * at_point + (value - next) * at_next;
    opened.zip(inverses).map(value).collect()
}

/// `Σ γᵢ·valueᵢ`
fn combine<E: FieldElement>(coefficients: &[E], values: &[E]) -> E {
    coefficients.iter().zip(values).fold(E::ZERO, |sum, (&coefficient, &value)| sum + coefficient * value)
}

/// `Σ γᵢ·valueᵢ`, for values of the base field.
fn combine_base<E: FieldElement>(coefficients: &[E], values: &[E::BaseField]) -> E {
    let terms = coefficients.iter().zip(values);
    terms.fold(E::ZERO, |sum, (coefficient, &value)| sum + coefficient.mul_base(value))
}
