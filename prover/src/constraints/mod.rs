//! The quotient: all constraints, combined and divided by their divisors. Book: design/evaluation.md

#![allow(clippy::needless_range_loop, reason = "a kernel reads and writes several arrays by one index")]

mod auxiliary;
mod block;
mod boundary;
mod domain;
mod plan;
#[cfg(test)]
mod tests;

use alloc::{boxed::Box, vec::Vec};

use miden_air::{MidenAir, Parameter};
use miden_core::{Felt, field::FieldElement};
use miden_vector::{Kernel, Lanes, dispatch};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;
use winter_air::{Air, AuxRandElements, ConstraintCompositionCoefficients};

pub(crate) use self::auxiliary::build_auxiliary;
use self::{
    block::{Block, MAX_BLOCK, Rows, VECTORS, store},
    boundary::Group,
    domain::{Domain, inverse_distances, periodic_values},
    plan::Plan,
};
use crate::{
    control::Control,
    table::{Line, Table},
};

/// Rows that are evaluated in one task: enough for its fixed costs to be small, which are the memory for a block and the
/// inversion of the divisors.
const TASK_ROWS: usize = 1024;

/// Evaluates the constraints of one proof.
pub(crate) struct ConstraintEvaluator {
    cosets: usize,
    degree: usize,
    rows: Box<dyn EvaluateRows + Send + Sync>,
}

impl ConstraintEvaluator {
    /// Prepares the constraints for the challenges of the auxiliary segment and the coefficients of the composition.
    pub(crate) fn new<E: FieldElement<BaseField = Felt>>(
        air: &MidenAir,
        challenges: &AuxRandElements<E>,
        coefficients: &ConstraintCompositionCoefficients<E>,
    ) -> Self {
        let rows: Box<dyn EvaluateRows + Send + Sync> = match E::EXTENSION_DEGREE {
            1 => Box::new(Evaluator::<1>::new(air, challenges, coefficients)),
            2 => Box::new(Evaluator::<2>::new(air, challenges, coefficients)),
            3 => Box::new(Evaluator::<3>::new(air, challenges, coefficients)),
            degree => unreachable!("no parameter set has an extension of degree {degree}"),
        };
        Self { cosets: air.ce_blowup_factor(), degree: E::EXTENSION_DEGREE, rows }
    }

    /// The quotient on the cosets of the constraint domain, an element of the extension per row.
    ///
    /// The tables hold the trace on the constraint domain or on a larger one.
    /// Counts their rows as units of work.
    pub(crate) fn evaluate(&self, main: &Table, auxiliary: &Table, control: &Control<'_>) -> Table {
        let mut quotient = Table::new(self.degree, main.rows(), self.cosets);
        let step = main.cosets() / self.cosets;
        for (coset, lines) in quotient.cosets_mut().enumerate() {
            self.evaluate_coset(coset, main, auxiliary, coset * step, lines, control);
        }
        quotient
    }

    /// The quotient on a coset of the constraint domain, which is coset `position` of the tables.
    pub(crate) fn evaluate_coset(
        &self,
        coset: usize,
        main: &Table,
        auxiliary: &Table,
        position: usize,
        quotient: &mut [Line],
        control: &Control<'_>,
    ) {
        let main = Rows { table: main, coset: position };
        let auxiliary = Rows { table: auxiliary, coset: position };
        let evaluate = |(task, quotient): (usize, &mut [Line])| {
            if !control.proceeds() {
                return;
            }
            control.count(quotient.len());
            self.rows.evaluate(coset, main, auxiliary, task * TASK_ROWS, quotient);
        };
        #[cfg(feature = "concurrent")]
        quotient.par_chunks_mut(TASK_ROWS).enumerate().for_each(evaluate);
        #[cfg(not(feature = "concurrent"))]
        quotient.chunks_mut(TASK_ROWS).enumerate().for_each(evaluate);
    }
}

/// An [`Evaluator`] for any degree of the extension.
trait EvaluateRows {
    /// The quotient in consecutive rows of a coset.
    fn evaluate(
        &self,
        coset: usize,
        main: Rows<'_>,
        auxiliary: Rows<'_>,
        start: usize,
        quotient: &mut [Line],
    );
}

/// The constraints for an extension of degree `D`.
struct Evaluator<const D: usize> {
    domain: Domain,
    plan: Plan<D>,
    groups: Vec<Group<D>>,
    /// Points of the rows in which transition constraints need not hold.
    exemptions: Vec<Felt>,
    /// `1/(xⁿ − 1)` on each coset.
    inverse_vanishing: Vec<Felt>,
    /// Values of the periodic columns on each coset.
    periodic: Vec<Vec<Vec<Felt>>>,
}

impl<const D: usize> Evaluator<D> {
    fn new<E: FieldElement<BaseField = Felt>>(
        air: &MidenAir,
        challenges: &AuxRandElements<E>,
        coefficients: &ConstraintCompositionCoefficients<E>,
    ) -> Self {
        let program = air.constraint_program();
        let mut plan = Plan::new(&program, |parameter| match parameter {
            Parameter::One => E::ONE,
            Parameter::Challenge(i) => challenges.rand_elements()[i],
            Parameter::Coefficient(i) => coefficients.transition[i],
        });
        let boundary = air.get_boundary_constraints(Some(challenges), &coefficients.boundary);
        let groups = Group::all(&boundary, &mut plan);
        let transition = air.get_transition_constraints(&coefficients.transition);
        let cosets = air.ce_blowup_factor();
        let domain = Domain::new(air.trace_length(), cosets, air.domain_offset());
        let vanishing = |coset| domain.shift(coset).exp(air.trace_length() as u64) - Felt::ONE;
        let polynomials = air.get_periodic_column_polys();
        Self {
            domain,
            plan,
            groups,
            exemptions: transition.divisor().exemptions().to_vec(),
            inverse_vanishing: (0..cosets).map(|coset| vanishing(coset).inv()).collect(),
            periodic: (0..cosets)
                .map(|coset| periodic_values(&polynomials, &domain, coset, MAX_BLOCK))
                .collect(),
        }
    }
}

impl<const D: usize> EvaluateRows for Evaluator<D> {
    fn evaluate(
        &self,
        coset: usize,
        main: Rows<'_>,
        auxiliary: Rows<'_>,
        start: usize,
        quotient: &mut [Line],
    ) {
        dispatch(Evaluation { evaluator: self, coset, main, auxiliary, start, quotient });
    }
}

/// The evaluation in consecutive rows of a coset, a multiple of [`MAX_BLOCK`].
struct Evaluation<'a, const D: usize> {
    evaluator: &'a Evaluator<D>,
    coset: usize,
    main: Rows<'a>,
    auxiliary: Rows<'a>,
    start: usize,
    quotient: &'a mut [Line],
}

impl<const D: usize> Kernel for Evaluation<'_, D> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { evaluator, coset, main, auxiliary, start, quotient } = self;
        let Evaluator { domain, plan, groups, exemptions, inverse_vanishing, periodic } = evaluator;
        let mut roots = Vec::with_capacity(groups.len());
        for group in groups {
            roots.push(group.root);
        }
        let points = domain.points(lanes, coset, start, quotient.len());
        let inverses = inverse_distances(lanes, &points, &roots);
        let vanishing = lanes.splat(inverse_vanishing[coset]);

        let mut block = Block::<L, D>::new(lanes, plan);
        for (number, lines) in quotient.chunks_exact_mut(Block::<L, D>::ROWS).enumerate() {
            let row = number * Block::<L, D>::ROWS;
            block.load(plan, main, Some(auxiliary), &periodic[coset], start + row);
            block.run(plan);
            // Transition constraints: Σ·Π (x − exempt)/(xⁿ − 1)
            let mut value = *block.extension(plan.outputs[0]);
            for i in 0..VECTORS {
                let mut factor = vanishing;
                for &exempt in exemptions {
                    let x = points[number * VECTORS + i];
                    factor = lanes.mul(factor, lanes.sub(x, lanes.splat(exempt)));
                }
                for component in 0..D {
                    value[component][i] = lanes.mul(value[component][i], factor);
                }
            }
            for (position, group) in groups.iter().enumerate() {
                let numerator = group.numerator(lanes, &block);
                for i in 0..VECTORS {
                    let inverse = inverses[(number * VECTORS + i) * groups.len() + position];
                    for component in 0..D {
                        value[component][i] =
                            lanes.mul_add(numerator[component][i], inverse, value[component][i]);
                    }
                }
            }
            store(lanes, &value, lines);
        }
    }
}
