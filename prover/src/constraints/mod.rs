//! The quotient: all constraints, combined and divided by their divisors. Book: design/evaluation.md

#![allow(clippy::needless_range_loop, reason = "a kernel reads and writes several arrays by one index")]

mod auxiliary;
mod block;
mod boundary;
mod domain;
mod exempt;
mod overflow;
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
    transform::Highest,
};

/// The most rows that are evaluated in one task: enough for its fixed costs to be small, which are the memory for a block
/// and the inversion of the divisors.
const MAX_TASK_ROWS: usize = 1024;

/// A short trace is cut into this many tasks, if they are no shorter than a block: one task would leave other cores idle.
const MIN_TASKS: usize = 8;

/// The rows of a task.
fn task_rows(rows: usize) -> usize {
    (rows / MIN_TASKS).clamp(MAX_BLOCK, MAX_TASK_ROWS)
}

/// Evaluates the constraints of one proof.
pub(crate) struct ConstraintEvaluator {
    rows: Box<dyn EvaluateRows + Send + Sync>,
}

impl ConstraintEvaluator {
    /// Prepares the constraints for the challenges of the auxiliary segment and the coefficients of the composition.
    pub(crate) fn new<E: FieldElement<BaseField = Felt>>(
        air: &MidenAir,
        challenges: &AuxRandElements<E>,
        coefficients: &ConstraintCompositionCoefficients<E>,
        control: &Control<'_>,
    ) -> Self {
        let rows: Box<dyn EvaluateRows + Send + Sync> = match E::EXTENSION_DEGREE {
            1 => Box::new(Evaluator::<1>::new(air, challenges, coefficients, control)),
            2 => Box::new(Evaluator::<2>::new(air, challenges, coefficients, control)),
            3 => Box::new(Evaluator::<3>::new(air, challenges, coefficients, control)),
            degree => unreachable!("no parameter set has an extension of degree {degree}"),
        };
        Self { rows }
    }

    /// The coefficients of the quotient that its values on the constraint domain do not determine, those from `x^(c·n)` on
    /// with `c` cosets: as many as highest coefficients of the columns are given.
    pub(crate) fn overflow(&self, main: &Highest, auxiliary: &Highest, control: &Control<'_>) -> Vec<Line> {
        self.rows.overflow(main, auxiliary, control)
    }

    /// The quotient on a coset of the constraint domain, an element of the extension per row.
    ///
    /// Each segment is a table with the position of this coset in it. Counts rows as units of work.
    pub(crate) fn evaluate(
        &self,
        coset: usize,
        main: (&Table, usize),
        auxiliary: (&Table, usize),
        quotient: &mut [Line],
        control: &Control<'_>,
    ) {
        let [main, auxiliary] = [main, auxiliary].map(|(table, coset)| Rows::of_coset(table, coset));
        let task_rows = task_rows(quotient.len());
        let evaluate = |(task, quotient): (usize, &mut [Line])| {
            if !control.proceeds() {
                return;
            }
            control.count(quotient.len());
            self.rows.evaluate(coset, main, auxiliary, task * task_rows, quotient);
        };
        #[cfg(feature = "concurrent")]
        quotient.par_chunks_mut(task_rows).enumerate().for_each(evaluate);
        #[cfg(not(feature = "concurrent"))]
        quotient.chunks_mut(task_rows).enumerate().for_each(evaluate);
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

    /// See [`ConstraintEvaluator::overflow`].
    fn overflow(&self, main: &Highest, auxiliary: &Highest, control: &Control<'_>) -> Vec<Line>;
}

/// The constraints for an extension of degree `D`.
struct Evaluator<const D: usize> {
    domain: Domain,
    plan: Plan<D>,
    groups: Vec<Group<D>>,
    /// Coefficients of the polynomial that is zero in the rows to which transition constraints do not apply.
    exempt: Vec<Felt>,
    /// Its values on each coset, divided by `xⁿ − 1`.
    transition_factors: Vec<Vec<Felt>>,
    periodic_polynomials: Vec<Vec<Felt>>,
    /// Values of the periodic columns on each coset.
    periodic: Vec<Vec<Vec<Felt>>>,
}

impl<const D: usize> Evaluator<D> {
    fn new<E: FieldElement<BaseField = Felt>>(
        air: &MidenAir,
        challenges: &AuxRandElements<E>,
        coefficients: &ConstraintCompositionCoefficients<E>,
        control: &Control<'_>,
    ) -> Self {
        let program = air.constraint_program();
        let mut plan = Plan::new(&program, |parameter| match parameter {
            Parameter::One => E::ONE,
            Parameter::Challenge(i) => challenges.rand_elements()[i],
            Parameter::Coefficient(i) => coefficients.transition[i],
        });
        let boundary = air.get_boundary_constraints(Some(challenges), &coefficients.boundary);
        let groups = Group::all(&boundary, &mut plan);
        let cosets = air.ce_blowup_factor();
        let domain = Domain::new(air.trace_length(), cosets, air.domain_offset());
        let exempt = exempt::polynomial(air.trace_length(), air.public_inputs().hiding().exempt_rows());
        let polynomials = air.get_periodic_column_polys();
        Self {
            domain,
            plan,
            groups,
            transition_factors: exempt::quotients(&exempt, &domain, cosets, control),
            exempt,
            periodic: (0..cosets)
                .map(|coset| periodic_values(&polynomials, &domain, coset, MAX_BLOCK))
                .collect(),
            periodic_polynomials: polynomials,
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

    fn overflow(&self, main: &Highest, auxiliary: &Highest, control: &Control<'_>) -> Vec<Line> {
        self.overflow(main, auxiliary, control)
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
        let Evaluator { domain, plan, groups, transition_factors, periodic, .. } = evaluator;
        let mut roots = Vec::with_capacity(groups.len());
        for group in groups {
            roots.push(group.root);
        }
        let points = domain.points(lanes, coset, start, quotient.len());
        let inverses = inverse_distances(lanes, &points, &roots);
        let factors = &transition_factors[coset][start..];

        let mut block = Block::<L, D>::new(lanes, plan);
        for (number, lines) in quotient.chunks_exact_mut(Block::<L, D>::ROWS).enumerate() {
            let row = number * Block::<L, D>::ROWS;
            block.load(plan, main, Some(auxiliary), &periodic[coset], start + row);
            block.run(plan);
            // Transition constraints: Σ·Π (x − exempt)/(xⁿ − 1)
            let mut value = *block.extension(plan.outputs[0]);
            for i in 0..VECTORS {
                let factor = lanes.load(&factors[row + i * L::LANES..]);
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
