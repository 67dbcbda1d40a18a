//! Values of the auxiliary columns.

use alloc::vec::Vec;

use miden_core::{
    Felt, Statement,
    field::{ExtensionOf, FieldElement},
};

use super::{AuxColumn, BusSink, FRACTIONS_PER_ROW, Message, MessageKind, NUM_CHALLENGES, send};
use crate::{algebra::ExtensionAlgebra, frame::Frame};

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

impl<E: FieldElement<BaseField = Felt>> Challenges<'_, E> {
    /// The denominator of a message whose length is known to the compiler.
    fn denominator_of<const N: usize>(&self, kind: MessageKind, values: [Felt; N]) -> E {
        const { assert!(N < NUM_CHALLENGES, "a value without a challenge would be free") };
        let [alpha, betas @ ..] = self.0;
        let terms = betas.iter().zip(values);
        terms.fold(*alpha + E::from(Felt::new(kind.label())), |sum, (beta, value)| sum + beta.mul_base(value))
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

/// Receives the messages of the statement itself.
pub(super) trait StatementSink {
    /// Adds a response or a request.
    fn message<const N: usize>(&mut self, is_response: bool, kind: MessageKind, values: [Felt; N]);
}

/// Sends the messages of the statement.
pub(super) fn send_statement(sink: &mut impl StatementSink, statement: &Statement) {
    // The inputs that INPUT rows push.
    let (_, pushed) = statement.inputs.split_pushed();
    for (row, &value) in (0..).zip(pushed) {
        sink.message(true, MessageKind::Input, [Felt::new(row), value]);
    }
    // The outputs that OUTPUT rows pop: all but the deepest 16, top first.
    let outputs = statement.outputs.items();
    let num_popped = statement.outputs.num_output_rows();
    for (i, &value) in outputs.iter().take(num_popped).enumerate() {
        let depth = (outputs.len() - i) as u64;
        sink.message(false, MessageKind::Output, [Felt::new(depth), value]);
    }
    // The procedures of the kernel, each of which has one row in the kernel section.
    for procedure in statement.kernel.procedures() {
        let [a, b, c, d] = *procedure.elements();
        sink.message(true, MessageKind::KernelProcedure, [Felt::ZERO, a, b, c, d]);
    }
}

/// The denominators of the messages of a statement.
struct Denominators<'a, E> {
    challenges: Challenges<'a, E>,
    responses: Vec<E>,
    requests: Vec<E>,
}

impl<E: FieldElement<BaseField = Felt>> StatementSink for Denominators<'_, E> {
    fn message<const N: usize>(&mut self, is_response: bool, kind: MessageKind, values: [Felt; N]) {
        let denominator = self.challenges.denominator_of(kind, values);
        if is_response { self.responses.push(denominator) } else { self.requests.push(denominator) }
    }
}

/// The final value of the running sum: minus the sum of the public messages. `None` if a denominator is zero.
pub(crate) fn final_sum<E: FieldElement<BaseField = Felt>>(
    statement: &Statement,
    challenges: Challenges<'_, E>,
) -> Option<E> {
    let mut denominators = Denominators { challenges, responses: Vec::new(), requests: Vec::new() };
    send_statement(&mut denominators, statement);
    let [responses, requests] = [&denominators.responses, &denominators.requests].map(|of| reciprocals(of));
    let product = responses.denominator * requests.denominator;
    let difference = requests.numerator * responses.denominator - responses.numerator * requests.denominator;
    (product != E::ZERO).then(|| difference * product.inv())
}

struct Fraction<E> {
    numerator: E,
    denominator: E,
}

/// `Σ 1/dᵢ`, with the product of all `dᵢ` as the denominator.
///
/// A statement has up to 2^17 messages. Adding fractions in pairs takes two products for each, which do not wait for one
/// another; the batch inversion that it replaced takes three, each of which needs the one before.
fn reciprocals<E: FieldElement>(denominators: &[E]) -> Fraction<E> {
    match *denominators {
        [] => Fraction { numerator: E::ZERO, denominator: E::ONE },
        [d] => Fraction { numerator: E::ONE, denominator: d },
        [c, d] => Fraction { numerator: c + d, denominator: c * d },
        _ => {
            let (left, right) = denominators.split_at(denominators.len() / 2);
            let (left, right) = (reciprocals(left), reciprocals(right));
            let numerator = left.numerator * right.denominator + right.numerator * left.denominator;
            Fraction { numerator, denominator: left.denominator * right.denominator }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reciprocals_add_up() {
        for len in 0..40 {
            let denominators: Vec<Felt> = (0..len).map(|i| Felt::new(i * i + 3)).collect();
            let Fraction { numerator, denominator } = reciprocals(&denominators);
            assert_eq!(denominator, denominators.iter().fold(Felt::ONE, |product, &d| product * d));
            let expected = denominators.iter().fold(Felt::ZERO, |sum, d| sum + d.inv());
            assert_eq!(numerator * denominator.inv(), expected, "{len}");
        }
    }

    #[test]
    fn a_zero_denominator_shows_in_the_product() {
        for position in 0..5 {
            let mut denominators = [1, 2, 3, 4, 5].map(Felt::new);
            denominators[position] = Felt::ZERO;
            assert_eq!(reciprocals(&denominators).denominator, Felt::ZERO);
        }
    }

    /// The same denominators as those of rows, whose messages have room for the longest one.
    #[test]
    fn messages_of_statements_have_the_denominators_of_rows() {
        let challenges: [Felt; NUM_CHALLENGES] = core::array::from_fn(|i| Felt::new(1000 + 77 * i as u64));
        let challenges = Challenges::from_array(&challenges);
        let values = [5, 6, 7, 8, 9].map(Felt::new);
        let of_row = challenges.denominator(&Message::new(MessageKind::KernelProcedure, values));
        assert_eq!(challenges.denominator_of(MessageKind::KernelProcedure, values), of_row);
    }
}
