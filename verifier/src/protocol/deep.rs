//! The DEEP polynomial at the queried points.

use alloc::vec::Vec;

use miden_air::proof::{Messages, Openings, ProofShape};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField, batch_inversion},
};
use winter_crypto::{ElementHasher, RandomCoin, RandomCoinError};

use super::Challenges;

/// The coefficients of the openings of all columns.
pub(crate) struct Coefficients<E> {
    /// Columns of the trace at `z`.
    trace: Vec<E>,
    /// The same at `z·g`.
    next_trace: Vec<E>,
    /// Chunks of the quotient at `z`.
    chunks: Vec<E>,
    /// The same at `z·g`, where the stock shape opens them.
    next_chunks: Vec<E>,
}

impl<E: FieldElement<BaseField = Felt>> Coefficients<E> {
    /// Draws a coefficient for each opening; in the stock shape for each column, as the backend does.
    pub(super) fn draw<R>(shape: &ProofShape, coin: &mut R) -> Result<Self, RandomCoinError>
    where
        R: RandomCoin<BaseField = Felt>,
    {
        let mut draw = |count| (0..count).map(|_| coin.draw()).collect::<Result<Vec<E>, _>>();
        let (width, num_chunks) = (shape.trace().width(), shape.num_chunks());
        let trace = draw(width)?;
        let next_trace = if shape.shares_coefficients() { trace.clone() } else { draw(width)? };
        let chunks = draw(num_chunks)?;
        let next_chunks = chunks.iter().copied().take(shape.num_next_chunks()).collect();
        Ok(Self { trace, next_trace, chunks, next_chunks })
    }
}

/// The values that the opened rows give it, in the order of the positions.
///
/// With `A(x) = Σ γᵢ·fᵢ(x)` over the columns of the trace and the chunks of the quotient, `B(x) = Σ δᵢ·fᵢ(x)` over those
/// of the trace, and the mask `R`, if there is one:
/// `D(x) = (A(x) − A(z))/(x − z) + (B(x) − B(z·g))/(x − z·g) + R(x)`.
/// It is a polynomial only if `A(z)` and `B(z·g)`, which follow from the claimed evaluations, are true.
pub(super) fn values<H, E>(
    shape: &ProofShape,
    challenges: &Challenges<E>,
    messages: &Messages<H, E>,
    openings: &Openings<H, E>,
) -> Vec<E>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let Coefficients { trace, next_trace, chunks, next_chunks } = &challenges.deep;

    // 1 ----- A at z, B at z·g
    let claims = [
        combine(trace, messages.trace_frame.current_row()) + combine(chunks, &messages.chunks),
        combine(next_trace, messages.trace_frame.next_row()) + combine(next_chunks, &messages.next_chunks),
    ];

    // 2 ----- A, B and R at the queried points
    let main_width = shape.trace().main_trace_width();
    let aux_rows = openings.aux.iter().flat_map(|opening| opening.rows()).map(Some);
    let rows =
        openings.main.rows().zip(aux_rows.chain(core::iter::repeat(None))).zip(openings.quotients.rows());
    let opened = rows.map(|((main_row, aux_row), quotient_row)| {
        let combine = |trace: &[E], chunks: &[E]| {
            let (main, aux) = trace.split_at(main_width);
            // There are fewer coefficients of chunks than columns: the mask comes last.
            combine_base(main, main_row)
                + combine(aux, aux_row.unwrap_or_default())
                + combine(chunks, quotient_row)
        };
        let mask = quotient_row.last().filter(|_| shape.has_mask_column());
        (combine(trace, chunks), combine(next_trace, next_chunks), mask.copied().unwrap_or(E::ZERO))
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
    let value = |((current, next, mask), &[at_point, at_next]): ((E, E, E), &[E; 2])| {
        (current - claims[0]) * at_point + (next - claims[1]) * at_next + mask
    };
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
