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
use core::array;

use miden_air::MAX_DEGREE;
use miden_core::{Felt, field::FieldElement};
use miden_vector::{Kernel, Lanes, dispatch};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;
use winter_math::fft;

use super::{
    Evaluator,
    block::{Block, MAX_BLOCK, Rows, store},
    plan::Plan,
};
use crate::{
    control::Control,
    table::{Line, PANEL, Table},
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
        let segments = [main, auxiliary].map(|columns| self.values(columns, &transform, control));
        let periodic = self.periodic_values(count, size);

        let multiple = |factor: usize| {
            if !control.proceeds() {
                return vec![Line::ZERO; size];
            }
            let factor = Felt::new(factor as u64);
            let segments = segments.each_ref().map(|table| scaled(table, factor));
            let scale = |values: &Vec<Felt>| values.iter().map(|&value| value * factor).collect();
            self.sums(&segments, &periodic.iter().map(scale).collect::<Vec<_>>())
        };
        #[cfg(feature = "concurrent")]
        let multiples: Vec<_> = (1..=MAX_DEGREE).into_par_iter().map(multiple).collect();
        #[cfg(not(feature = "concurrent"))]
        let multiples: Vec<_> = (1..=MAX_DEGREE).map(multiple).collect();

        // For λ = 0 all points have the same value.
        let zeros = [main, auxiliary].map(|columns| Table::new(columns.width(), MAX_BLOCK, 2));
        let no_periodic = vec![vec![Felt::ZERO; MAX_BLOCK]; periodic.len()];
        let constant = self.sums(&zeros, &no_periodic)[0];

        let weights = weights();
        let mut sums = vec![add_multiple(Line::ZERO, &constant, weights[0]); size];
        for (values, &weight) in multiples.iter().zip(&weights[1..]) {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = add_multiple(*sum, value, weight);
            }
        }
        transform.interpolate(&mut sums, Felt::ONE, control);
        (0..count).map(|i| sums[reverse_bits(i, size)]).collect()
    }

    /// The sum of the transition constraints in each row of the first cosets of both segments; the second cosets have the
    /// next rows.
    fn sums(&self, [main, auxiliary]: &[Table; 2], periodic: &[Vec<Felt>]) -> Vec<Line> {
        let mut values = vec![Line::ZERO; main.rows()];
        dispatch(TransitionSums {
            plan: &self.plan,
            main: Rows::of_pair(main),
            auxiliary: Rows::of_pair(auxiliary),
            periodic,
            values: &mut values,
        });
        values
    }

    /// The values of the polynomials `f̂`: those of the current row in the first coset, those of the next row in the second.
    fn values(&self, columns: &Highest, transform: &Transform, control: &Control<'_>) -> Table {
        let size = transform.rows();
        let step = self.domain.g.inv();
        let mut table = Table::new(columns.width(), size, 2);
        for (panel, coefficients) in columns.panels().iter().enumerate() {
            // Coefficient n − 1 − i of the next row: times g^(n−1−i) = g^(−1−i).
            let mut factor = step;
            for (i, line) in coefficients.iter().enumerate() {
                let place = reverse_bits(i, size);
                table.coset_mut(panel, 0)[place] = *line;
                table.coset_mut(panel, 1)[place] = add_multiple(Line::ZERO, line, factor);
                factor *= step;
            }
            for coset in 0..2 {
                transform.evaluate(table.coset_mut(panel, coset), Felt::ONE, control);
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
            values
        });
        values.collect()
    }
}

/// `1/d!·(−1)^(d−λ)·binom(d, λ)` for `λ = 0 … d`.
fn weights() -> [Felt; MAX_DEGREE + 1] {
    // 1/(λ!·(d − λ)!)
    let factorial = |n: usize| (1..=n as u64).fold(Felt::ONE, |product, i| product * Felt::new(i));
    array::from_fn(|number| {
        let rest = MAX_DEGREE - number;
        let weight = (factorial(number) * factorial(rest)).inv();
        if rest.is_multiple_of(2) { weight } else { -weight }
    })
}

fn add_multiple(mut sum: Line, line: &Line, factor: Felt) -> Line {
    sum.0.iter_mut().zip(line.0).for_each(|(sum, value)| *sum += value * factor);
    sum
}

/// The table with all cells multiplied by a factor.
fn scaled(table: &Table, factor: Felt) -> Table {
    let mut table = table.clone();
    for lines in table.cosets_mut() {
        dispatch(Scale { lines, factor });
    }
    table
}

struct Scale<'a> {
    lines: &'a mut [Line],
    factor: Felt,
}

impl Kernel for Scale<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let factor = lanes.splat(self.factor);
        for line in self.lines {
            for part in (0..PANEL).step_by(L::LANES) {
                lanes.store(lanes.mul(lanes.load(&line.0[part..]), factor), &mut line.0[part..]);
            }
        }
    }
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
