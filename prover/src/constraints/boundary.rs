//! Constraints on single cells, grouped by row: `Σ coefficient·(cell − value) / (x − g^row)`.

use alloc::vec::Vec;

use miden_air::ExtensionSlot;
use miden_core::{Felt, field::FieldElement};
use miden_vector::{Factor, Lanes};
use winter_air::{BoundaryConstraints, ConstraintDivisor};

use super::{
    block::{Block, Value, add_extension, mul_values, splat},
    plan::{Combination, Components, Plan, check_terms, components},
};

/// The constraints on the cells of one row.
#[derive(Clone, Debug)]
pub(super) struct Group<const D: usize> {
    /// The point of the row.
    pub(super) root: Felt,
    main: Combination<D>,
    auxiliary: Vec<(ExtensionSlot, Components<D>)>,
}

impl<const D: usize> Group<D> {
    /// The groups of both segments, one for each divisor.
    pub(super) fn all<E: FieldElement<BaseField = Felt>>(
        constraints: &BoundaryConstraints<E>,
        plan: &mut Plan<D>,
    ) -> Vec<Self> {
        let mut groups: Vec<(Felt, E, Self)> = Vec::new();
        for source in constraints.main_constraints() {
            let group = find(&mut groups, source.divisor());
            for constraint in source.constraints() {
                let (value, coefficient) = (single(constraint.poly()), *constraint.cc());
                let slot = plan.main_slot(constraint.column());
                group.1 -= coefficient.mul_base(value);
                group.2.main.terms.push((slot, components(coefficient).map(Factor::new)));
            }
        }
        for source in constraints.aux_constraints() {
            let group = find(&mut groups, source.divisor());
            for constraint in source.constraints() {
                let (value, coefficient) = (single(constraint.poly()), *constraint.cc());
                let slot = plan.auxiliary_slot(constraint.column());
                group.1 -= coefficient * value;
                group.2.auxiliary.push((slot, components(coefficient)));
            }
        }
        let groups = groups.into_iter().map(|(_, constant, mut group)| {
            check_terms(group.main.terms.len());
            group.main.constant = components(constant);
            group
        });
        groups.collect()
    }

    /// The sum of the constraints in the rows of a block, not yet divided.
    #[inline(always)]
    pub(super) fn numerator<L: Lanes>(&self, lanes: L, block: &Block<L, D>) -> [Value<L>; D] {
        let mut sum = block.combine(&self.main);
        for &(slot, coefficient) in &self.auxiliary {
            let term = mul_values(lanes, block.extension(slot), &splat(lanes, coefficient));
            sum = add_extension(lanes, &sum, &term);
        }
        sum
    }
}

/// The group of a divisor, its constant, and its constraints.
fn find<'a, E: FieldElement<BaseField = Felt>, const D: usize>(
    groups: &'a mut Vec<(Felt, E, Group<D>)>,
    divisor: &ConstraintDivisor<Felt>,
) -> &'a mut (Felt, E, Group<D>) {
    let &[(1, root)] = divisor.numerator() else {
        unreachable!("every boundary constraint fixes one cell");
    };
    let position = groups.iter().position(|group| group.0 == root).unwrap_or_else(|| {
        let main = Combination { constant: [Felt::ZERO; D], plain: Vec::new(), terms: Vec::new() };
        groups.push((root, E::ZERO, Group { root, main, auxiliary: Vec::new() }));
        groups.len() - 1
    });
    &mut groups[position]
}

/// The value of a polynomial of degree 0.
fn single<T: Copy>(polynomial: &[T]) -> T {
    let &[value] = polynomial else { unreachable!("every boundary constraint fixes one cell") };
    value
}
