//! Constraints of the auxiliary columns. Book: design/bus.md#columns
//!
//! Column `c` with fractions `nᵢ/dᵢ`: `c·Πd − Σ nᵢ·Π_{j≠i} dⱼ = 0`.
//! For the running sum `S`, `c` is `S' − S − Σ other columns`.

use alloc::vec::Vec;
use core::{array, marker::PhantomData};

use super::{AuxColumn, BusSink, Challenges, Message, send};
use crate::{
    algebra::{Algebra, ExtensionAlgebra},
    eval::{Degree, Label},
    frame::Frame,
    periodic,
};

/// Computes the residual of each column's constraint.
pub(crate) fn enforce_aux<T: Algebra, E: ExtensionAlgebra<T>>(
    frame: &Frame<'_, T>,
    aux_current: &[E; AuxColumn::COUNT],
    aux_next: &[E; AuxColumn::COUNT],
    challenges: Challenges<'_, E>,
    residuals: &mut [E; AuxColumn::COUNT],
) {
    let columns = column_fractions(frame, challenges);
    let mut values = aux_current.clone();
    let (running_sum, others) = values.split_last_mut().expect("the auxiliary segment has columns");
    let increment = aux_next[AuxColumn::Sum.index()].clone() - running_sum.clone();
    *running_sum = others.iter().fold(increment, |rest, column| rest - column.clone());
    for ((residual, value), (product, sum)) in residuals.iter_mut().zip(values).zip(columns) {
        *residual = value * product - sum;
    }
}

/// `(Π d, Σ nᵢ·Π_{j≠i} dⱼ)` of each column.
pub(crate) fn column_fractions<T: Algebra, E: ExtensionAlgebra<T>>(
    frame: &Frame<'_, T>,
    challenges: Challenges<'_, E>,
) -> [(E, E); AuxColumn::COUNT] {
    let columns = array::from_fn(|_| (E::embed(T::one()), E::embed(T::zero())));
    let mut products = Products { columns, challenges, row: PhantomData };
    send(&mut products, frame);
    products.columns
}

struct Products<'a, T, E> {
    columns: [(E, E); AuxColumn::COUNT],
    challenges: Challenges<'a, E>,
    row: PhantomData<T>,
}

impl<T: Algebra, E: ExtensionAlgebra<T>> BusSink for Products<'_, T, E> {
    type Expr = T;

    #[inline(always)]
    fn fraction(&mut self, column: AuxColumn, numerator: T, message: Message<T>) {
        let denominator = self.challenges.denominator(&message);
        let (product, sum) = &mut self.columns[column.index()];
        *sum = sum.clone() * denominator.clone() + product.clone().scale(numerator);
        *product = product.clone() * denominator;
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
    use miden_core::{Felt, field::FieldElement, trace::WIDTH};

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
