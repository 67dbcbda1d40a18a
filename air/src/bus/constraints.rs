//! Constraints of the auxiliary columns. Book: design/bus.md#columns
//!
//! Column `c` with fractions `nᵢ/dᵢ`: `c·Πd − Σ nᵢ·Π_{j≠i} dⱼ = 0`.
//! For the running sum `S`, `c` is `S' − S − Σ other columns`.

use alloc::vec::Vec;
use core::{array, marker::PhantomData};

use miden_core::{
    Felt,
    field::{ExtensionOf, FieldElement},
};

use super::{AuxColumn, BusSink, Challenges, Message, send};
use crate::{
    eval::{Degree, Label},
    frame::Frame,
    periodic,
};

/// Computes the residual of each column's constraint.
pub(crate) fn enforce_aux<F, E>(
    frame: &Frame<'_, F>,
    aux_current: &[E; AuxColumn::COUNT],
    aux_next: &[E; AuxColumn::COUNT],
    challenges: Challenges<'_, E>,
    residuals: &mut [E; AuxColumn::COUNT],
) where
    F: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
{
    let mut columns =
        Products { columns: [(E::ONE, E::ZERO); AuxColumn::COUNT], challenges, row: PhantomData };
    send(&mut columns, frame);
    let mut values = *aux_current;
    let (running_sum, others) = values.split_last_mut().expect("the auxiliary segment has columns");
    let increment = aux_next[AuxColumn::Sum.index()] - *running_sum;
    *running_sum = others.iter().fold(increment, |rest, &column| rest - column);
    *residuals = array::from_fn(|i| {
        let (product, sum) = columns.columns[i];
        values[i] * product - sum
    });
}

/// `(Π d, Σ nᵢ·Π_{j≠i} dⱼ)` of each column.
struct Products<'a, F, E> {
    columns: [(E, E); AuxColumn::COUNT],
    challenges: Challenges<'a, E>,
    row: PhantomData<F>,
}

impl<F, E> BusSink for Products<'_, F, E>
where
    F: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
{
    type Expr = F;

    #[inline(always)]
    fn fraction(&mut self, column: AuxColumn, numerator: F, message: Message<F>) {
        let denominator = self.challenges.denominator(&message);
        let (product, sum) = &mut self.columns[column.index()];
        *sum = *sum * denominator + product.mul_base(numerator);
        *product *= denominator;
    }
}

/// Number of fractions that a row sends.
pub(crate) const FRACTIONS_PER_ROW: usize = 18;

/// Labels and degrees of the constraints.
pub(crate) fn aux_degrees() -> Vec<(Label, Degree)> {
    #[derive(Default)]
    struct Degrees {
        // Degrees of numerators and denominators, by column.
        fractions: [Vec<(usize, usize)>; AuxColumn::COUNT],
    }

    impl BusSink for Degrees {
        type Expr = Degree;

        fn fraction(&mut self, column: AuxColumn, numerator: Degree, message: Message<Degree>) {
            let values = message.values.into_iter().flatten();
            let denominator = values.fold(message.label, Degree::max);
            self.fractions[column.index()].push((numerator.0, denominator.0));
        }
    }

    let row = [Degree(1); miden_core::trace::WIDTH];
    let periodic = [Degree(1); periodic::WIDTH];
    let mut degrees = Degrees::default();
    send(&mut degrees, &Frame::new(&row, &row, &periodic));
    let degree = |fractions: &[(usize, usize)]| {
        let product: usize = fractions.iter().map(|(_, denominator)| denominator).sum();
        let terms = fractions.iter().map(|(numerator, denominator)| numerator + product - denominator);
        terms.fold(1 + product, usize::max)
    };
    let columns = AuxColumn::ALL.into_iter();
    columns
        .map(|column| {
            let label = Label { name: column.label(), index: None };
            (label, Degree(degree(&degrees.fractions[column.index()])))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use miden_core::trace::WIDTH;

    use super::*;
    use crate::bus::{NUM_CHALLENGES, RowFractions};

    #[test]
    fn every_row_sends_the_same_number_of_fractions() {
        let row = [Felt::ONE; WIDTH];
        let challenges = [Felt::ONE; NUM_CHALLENGES];
        let challenges = Challenges::new(&challenges).unwrap();
        let periodic = [Felt::ONE; periodic::WIDTH];
        let fractions = RowFractions::new(&Frame::new(&row, &row, &periodic), challenges);
        assert_eq!(fractions.iter().count(), FRACTIONS_PER_ROW);
    }
}
