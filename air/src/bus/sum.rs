//! Values of the auxiliary columns.

use alloc::vec::Vec;

use miden_core::{
    Felt, Statement,
    field::{ExtensionOf, FieldElement},
};
use winter_math::batch_inversion;

use super::{AuxColumn, BusSink, FRACTIONS_PER_ROW, Message, MessageKind, NUM_CHALLENGES, send};
use crate::{
    algebra::{Algebra, ExtensionAlgebra},
    frame::Frame,
};

/// The challenges of the bus: `α`, then `β₁, β₂, …`.
#[derive(Clone, Copy, Debug)]
pub struct Challenges<'a, E>(&'a [E; NUM_CHALLENGES]);

impl<'a, E: FieldElement<BaseField = Felt>> Challenges<'a, E> {
    /// Wraps the elements; `None` if there are fewer than [`NUM_CHALLENGES`].
    pub fn new(elements: &'a [E]) -> Option<Self> {
        elements.first_chunk().map(Self)
    }

    /// Challenge `i`: 0 is `α`, `i > 0` is `βᵢ`.
    ///
    /// # Panics
    /// If there are at most `i` challenges.
    pub const fn element(&self, i: usize) -> E {
        self.0[i]
    }
}

impl<'a, E> Challenges<'a, E> {
    pub(crate) const fn from_array(elements: &'a [E; NUM_CHALLENGES]) -> Self {
        Self(elements)
    }

    /// `α + label + Σ βᵢ·mᵢ`
    #[inline(always)]
    pub(super) fn denominator<T: Clone>(&self, message: &Message<T>) -> E
    where
        E: ExtensionAlgebra<T>,
    {
        let [alpha, betas @ ..] = self.0;
        let terms = betas.iter().zip(&message.values);
        terms.fold(alpha.clone() + E::embed(message.label.clone()), |sum, (beta, value)| match value {
            Some(value) => sum + beta.clone().scale(value.clone()),
            None => sum,
        })
    }
}

/// The fractions of one row as column, numerator and denominator, in the order in which they are sent.
#[derive(Clone, Debug)]
pub struct RowFractions<F, E> {
    fractions: Vec<(AuxColumn, F, E)>,
}

impl<F, E> RowFractions<F, E>
where
    F: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
{
    /// The fractions of the first row of the frame.
    pub fn new(frame: &Frame<'_, F>, challenges: Challenges<'_, E>) -> Self {
        let mut collector = Self { fractions: Vec::with_capacity(FRACTIONS_PER_ROW) };
        collector.refill(frame, challenges);
        collector
    }

    /// Replaces the fractions by those of another row, reusing the memory.
    pub fn refill(&mut self, frame: &Frame<'_, F>, challenges: Challenges<'_, E>) {
        self.fractions.clear();
        send(&mut Collector { fractions: &mut self.fractions, challenges }, frame);
    }

    /// Column, numerator and denominator of each fraction.
    pub fn iter(&self) -> impl Iterator<Item = (AuxColumn, F, E)> {
        self.fractions.iter().copied()
    }
}

struct Collector<'a, F, E> {
    fractions: &'a mut Vec<(AuxColumn, F, E)>,
    challenges: Challenges<'a, E>,
}

impl<F, E> BusSink for Collector<'_, F, E>
where
    F: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
{
    type Expr = F;

    #[inline(always)]
    fn fraction(&mut self, column: AuxColumn, numerator: F, message: Message<F>) {
        self.fractions.push((column, numerator, self.challenges.denominator(&message)));
    }
}

/// The responses (`true`) and requests (`false`) of the statement itself.
pub(super) fn public_messages<T: Algebra>(statement: &Statement) -> impl Iterator<Item = (bool, Message<T>)> {
    // The inputs that INPUT rows push.
    let (_, pushed) = statement.inputs.split_pushed();
    let input_responses = (0u64..)
        .zip(pushed)
        .map(|(row, &value)| (true, Message::new(MessageKind::Input, [T::int(row), T::constant(value)])));
    // The outputs that OUTPUT rows pop: all but the deepest 16, top first.
    let outputs = statement.outputs.items();
    let num_popped = statement.outputs.num_output_rows();
    let output_requests = outputs.iter().take(num_popped).enumerate().map(|(i, &value)| {
        let depth = (outputs.len() - i) as u64;
        (false, Message::new(MessageKind::Output, [T::int(depth), T::constant(value)]))
    });
    // The procedures of the kernel, each of which has one row in the kernel section.
    let kernel_responses = statement.kernel.procedures().iter().map(|procedure| {
        let digest = procedure.elements().iter().map(|&element| T::constant(element));
        (true, Message::new(MessageKind::KernelProcedure, [T::zero()].into_iter().chain(digest)))
    });
    input_responses.chain(output_requests).chain(kernel_responses)
}

/// The final value of the running sum: minus the sum of the public messages. `None` if a denominator is zero.
pub(crate) fn final_sum<E: FieldElement<BaseField = Felt>>(
    statement: &Statement,
    challenges: Challenges<'_, E>,
) -> Option<E> {
    let (is_response, denominators): (Vec<_>, Vec<_>) = public_messages::<Felt>(statement)
        .map(|(is_response, message)| (is_response, challenges.denominator(&message)))
        .unzip();
    if denominators.contains(&E::ZERO) {
        return None;
    }
    // A statement has up to 2^17 messages: an inversion each takes most of the time of a verification.
    let terms = is_response.into_iter().zip(batch_inversion(&denominators));
    Some(terms.fold(E::ZERO, |sum, (is_response, term)| if is_response { sum - term } else { sum + term }))
}
