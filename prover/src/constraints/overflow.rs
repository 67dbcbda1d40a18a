//! The coefficients of the quotient from `x^(c·n)` on, which its values on the `c` cosets of the constraint domain do not
//! determine.
//!
//! With more exempt rows than one, the sum of the transition constraints has too high a degree by a few coefficients. These
//! depend on few coefficients of the columns: with `d` the largest degree of a constraint, only products of `d` columns
//! reach the degree `d·(n − 1)`, and to the `m` highest coefficients of such a product only the `m` highest of each column
//! contribute. So with `f̂(u) = Σ f_(n−1−i)·uⁱ`, the highest coefficients first, and `C_d` the part of degree `d`,
//!
//! ```text
//! Ĉ = C_d(f̂, …) mod u^m
//! ```
//!
//! which is computed from values on a domain of more than `d·(m − 1)` points. The part of degree `d` of a polynomial of
//! degree `d` is its `d`-th difference, `1/d!·Σ (−1)^(d−λ)·binom(d, λ)·C(λ·f̂)`. The coefficients of the next row, `f(g·x)`, are
//! `f_i·gⁱ`.

use alloc::{vec, vec::Vec};

use miden_air::MAX_DEGREE;
use miden_core::{Felt, field::FieldElement};
use miden_vector::{Kernel, Lanes, dispatch};
use winter_math::fft;

use super::{
    Evaluator,
    block::{Block, MAX_BLOCK, Rows, store},
    plan::Plan,
};
use crate::{
    control::Control,
    table::{Line, Table},
    transform::{Highest, Transform, reverse_bits},
};

impl<const D: usize> Evaluator<D> {
    /// The coefficients of the quotient from `x^(c·n)` on, lowest first, from as many highest coefficients of each column.
    pub(super) fn overflow(&self, main: &Highest, auxiliary: &Highest, control: &Control<'_>) -> Vec<Line> {
        let count = main.panels().first().map_or(0, Vec::len);
        if count == 0 {
            return Vec::new();
        }
        let leading = self.leading(count, main, auxiliary, control);
        // Times the polynomial of the exempt rows, whose highest coefficient is 1. Division by x^n − 1 lowers the degree by
        // n; its remainder has too low a degree to matter.
        let mut quotient: Vec<Line> = (0..count)
            .map(|i| {
                let exempt = self.exempt.iter().rev();
                let terms = leading[..=i].iter().rev().zip(exempt);
                terms.fold(Line::ZERO, |sum, (line, &factor)| add_multiple(sum, line, factor))
            })
            .collect();
        quotient.reverse();
        quotient
    }

    /// The `count` highest coefficients of the sum of the transition constraints, highest first.
    fn leading(&self, count: usize, main: &Highest, auxiliary: &Highest, control: &Control<'_>) -> Vec<Line> {
        let size = (MAX_DEGREE * (count - 1) + 1).next_power_of_two().max(MAX_BLOCK);
        let transform = Transform::new(size);
        let [main, auxiliary] = [main, auxiliary].map(|columns| self.values(columns, &transform, control));
        let periodic = self.periodic_values(count, size);

        let mut sums = vec![Line::ZERO; size];
        let (mut weight, mut factorial) = (if MAX_DEGREE.is_multiple_of(2) { 1 } else { -1_i64 }, 1);
        for number in 0..=MAX_DEGREE {
            let factor = Felt::new(number as u64);
            let (main, auxiliary) = (multiple(&main, factor), multiple(&auxiliary, factor));
            let scale = |values: &Vec<Felt>| values.iter().map(|&value| value * factor).collect();
            let periodic: Vec<Vec<Felt>> = periodic.iter().map(scale).collect();
            let mut values = vec![Line::ZERO; 2 * size];
            dispatch(TransitionSums {
                plan: &self.plan,
                main: Rows { table: &main, coset: 0 },
                auxiliary: Rows { table: &auxiliary, coset: 0 },
                periodic: &periodic,
                values: &mut values,
            });
            let signed = Felt::new(weight.unsigned_abs());
            let signed = if weight < 0 { -signed } else { signed };
            for (sum, value) in sums.iter_mut().zip(values.iter().step_by(2)) {
                *sum = add_multiple(*sum, value, signed);
            }
            // binom(d, i + 1) = binom(d, i)·(d − i)/(i + 1)
            let i = number as i64;
            weight = -weight * (MAX_DEGREE as i64 - i) / (i + 1);
            factorial *= number.max(1) as u64;
        }
        transform.interpolate(&mut sums, Felt::ONE, control);
        let scale = Felt::new(factorial).inv();
        (0..count).map(|i| add_multiple(Line::ZERO, &sums[reverse_bits(i, size)], scale)).collect()
    }

    /// The values of the polynomials `f̂`: those of the current row in even rows, those of the next row in odd ones.
    fn values(&self, columns: &Highest, transform: &Transform, control: &Control<'_>) -> Table {
        let size = transform.rows();
        let step = self.domain.g.inv();
        let mut table = Table::new(columns.width(), 2 * size, 1);
        for (panel, coefficients) in columns.panels().iter().enumerate() {
            let (mut current, mut next) = (vec![Line::ZERO; size], vec![Line::ZERO; size]);
            // Coefficient n − 1 − i of the next row: times g^(n−1−i) = g^(−1−i).
            let mut factor = step;
            for (i, line) in coefficients.iter().enumerate() {
                current[reverse_bits(i, size)] = *line;
                next[reverse_bits(i, size)] = add_multiple(Line::ZERO, line, factor);
                factor *= step;
            }
            transform.evaluate(&mut current, Felt::ONE, control);
            transform.evaluate(&mut next, Felt::ONE, control);
            let (pairs, _) = table.coset_mut(panel, 0).as_chunks_mut::<2>();
            for (pair, (current, next)) in pairs.iter_mut().zip(current.into_iter().zip(next)) {
                *pair = [current, next];
            }
        }
        table
    }

    /// The same of the periodic columns, which constraints read in the current row only: a column of period `k` has a
    /// coefficient at each multiple of `n/k`.
    fn periodic_values(&self, count: usize, size: usize) -> Vec<Vec<Felt>> {
        let twiddles = fft::get_twiddles(size);
        let rows = self.domain.rows;
        let values = self.periodic_polynomials.iter().map(|polynomial| {
            let stride = rows / polynomial.len();
            let mut values = vec![Felt::ZERO; size];
            for (i, &coefficient) in polynomial.iter().enumerate() {
                let place = rows - 1 - i * stride;
                if place < count {
                    values[place] = coefficient;
                }
            }
            fft::evaluate_poly(&mut values, &twiddles);
            values.into_iter().flat_map(|value| [value, Felt::ZERO]).collect()
        });
        values.collect()
    }
}

fn add_multiple(mut sum: Line, line: &Line, factor: Felt) -> Line {
    sum.0.iter_mut().zip(line.0).for_each(|(sum, value)| *sum += value * factor);
    sum
}

fn multiple(table: &Table, factor: Felt) -> Table {
    let mut table = table.clone();
    for line in table.cosets_mut().flatten() {
        *line = add_multiple(Line::ZERO, line, factor);
    }
    table
}

/// The sum of the transition constraints in consecutive rows, not divided.
struct TransitionSums<'a, const D: usize> {
    plan: &'a Plan<D>,
    main: Rows<'a>,
    auxiliary: Rows<'a>,
    periodic: &'a [Vec<Felt>],
    values: &'a mut [Line],
}

impl<const D: usize> Kernel for TransitionSums<'_, D> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { plan, main, auxiliary, periodic, values } = self;
        let mut block = Block::<L, D>::new(lanes, plan);
        for (number, lines) in values.chunks_exact_mut(Block::<L, D>::ROWS).enumerate() {
            block.load(plan, main, Some(auxiliary), periodic, number * Block::<L, D>::ROWS);
            block.run(plan);
            store(lanes, block.extension(plan.outputs[0]), lines);
        }
    }
}
