//! One layer of the low-degree test, folded with a challenge.

#![allow(clippy::needless_range_loop, reason = "in kernels, iterators over arrays are not always inlined")]

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use miden_vector::{Kernel, Lanes, dispatch, mul_cubic, mul_quadratic};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use crate::{
    control::Control,
    table::{PANEL, Table},
};

/// Number of values that are folded to one.
pub(super) const FACTOR: usize = 8;

/// Number of rows of a piece of work.
const BLOCK: usize = 1 << 10;

/// Folds a layer: row `i` holds the values of `f` at `x·ωᵏ`, `k = 0 … 7`, with `x = s·gⁱ` and `ω` of order 8. Its result is
/// the value at the challenge `α` of the polynomial of degree below 8 with these values.
///
/// With `cⱼ = 1/8·Σ ω^(−j·k)·f(x·ωᵏ)` that is `Σ cⱼ·(α/x)ʲ`. The components of the results are next to each other.
pub(super) fn fold<E: FieldElement<BaseField = Felt>>(
    layer: &Table,
    challenge: E,
    offset: Felt,
    control: &Control<'_>,
) -> Vec<Felt> {
    let degree = E::EXTENSION_DEGREE;
    let generator = Felt::get_root_of_unity((layer.rows() * FACTOR).ilog2()).inv();
    let points = Points { offset: offset.inv(), generator };
    let mut values = vec![Felt::ZERO; layer.rows() * degree];
    let fill = |(index, values): (usize, &mut [Felt])| {
        if !control.proceeds() {
            return;
        }
        let start = index * BLOCK;
        let components = core::slice::from_ref(&challenge);
        let challenge = E::slice_as_base_elements(components);
        match degree {
            1 => dispatch(Fold::<1> { layer, challenge, points, start, values }),
            2 => dispatch(Fold::<2> { layer, challenge, points, start, values }),
            _ => dispatch(Fold::<3> { layer, challenge, points, start, values }),
        }
    };
    #[cfg(feature = "concurrent")]
    values.par_chunks_mut(BLOCK * degree).enumerate().for_each(fill);
    #[cfg(not(feature = "concurrent"))]
    values.chunks_mut(BLOCK * degree).enumerate().for_each(fill);
    values
}

/// The inverses of the points of the rows: `offset·generatorⁱ`.
#[derive(Clone, Copy)]
struct Points {
    offset: Felt,
    generator: Felt,
}

struct Fold<'a, const D: usize> {
    layer: &'a Table,
    challenge: &'a [Felt],
    points: Points,
    start: usize,
    values: &'a mut [Felt],
}

impl<const D: usize> Kernel for Fold<'_, D> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { layer, challenge, points: Points { offset, generator }, start, values } = self;
        let mut inverses = [Felt::ZERO; PANEL];
        let mut inverse = offset * generator.exp(start as u64);
        for lane in &mut inverses {
            *lane = inverse;
            inverse *= generator;
        }
        let step = generator.exp(PANEL as u64);

        let root = Felt::get_root_of_unity(FACTOR.ilog2()).inv();
        let roots = [lanes.splat(root), lanes.splat(root * root), lanes.splat(root * root * root)];
        let eighth = lanes.splat(Felt::new(FACTOR as u64).inv());
        for (number, values) in values.chunks_mut(PANEL * D).enumerate() {
            // Column by column: the values of eight rows.
            let mut columns = [[[Felt::ZERO; PANEL]; PANEL]; D];
            for (panel, columns) in columns.iter_mut().enumerate() {
                let lines = &layer.coset(panel, 0)[start + number * PANEL..];
                for (row, line) in lines.iter().take(PANEL).enumerate() {
                    for lane in 0..PANEL {
                        columns[lane][row] = line.0[lane];
                    }
                }
            }
            let columns = columns.as_flattened();
            for part in (0..PANEL).step_by(L::LANES) {
                let zero = lanes.splat(Felt::ZERO);
                let mut coefficients = [[zero; D]; FACTOR];
                for component in 0..D {
                    let mut values = [zero; FACTOR];
                    for k in 0..FACTOR {
                        values[k] = lanes.load(&columns[k * D + component][part..]);
                    }
                    let transformed = transform(lanes, values, roots);
                    for k in 0..FACTOR {
                        coefficients[k][component] = transformed[k];
                    }
                }
                let inverse = lanes.load(&inverses[part..]);
                let mut base = [zero; D];
                for component in 0..D {
                    base[component] = lanes.mul(lanes.splat(challenge[component]), inverse);
                }
                let mut sum = coefficients[FACTOR - 1];
                for k in (0..FACTOR - 1).rev() {
                    sum = multiply(lanes, sum, base);
                    for component in 0..D {
                        sum[component] = lanes.add(sum[component], coefficients[k][component]);
                    }
                }
                for component in 0..D {
                    let mut results = [Felt::ZERO; PANEL];
                    lanes.store(lanes.mul(sum[component], eighth), &mut results);
                    for (lane, result) in results[..L::LANES].iter().enumerate() {
                        if let Some(value) = values.get_mut((part + lane) * D + component) {
                            *value = *result;
                        }
                    }
                }
            }
            for inverse in &mut inverses {
                *inverse *= step;
            }
        }
    }
}

/// `Σ ρ^(j·k)·vₖ` for each `j`; the roots are `ρ`, `ρ²` and `ρ³`.
#[inline(always)]
fn transform<L: Lanes>(lanes: L, v: [L::Vector; FACTOR], roots: [L::Vector; 3]) -> [L::Vector; FACTOR] {
    let even = transform_four(lanes, [v[0], v[2], v[4], v[6]], roots[1]);
    let odd = transform_four(lanes, [v[1], v[3], v[5], v[7]], roots[1]);
    let odd = [odd[0], lanes.mul(odd[1], roots[0]), lanes.mul(odd[2], roots[1]), lanes.mul(odd[3], roots[2])];
    let mut result = v;
    for j in 0..4 {
        result[j] = lanes.add(even[j], odd[j]);
        result[j + 4] = lanes.sub(even[j], odd[j]);
    }
    result
}

/// The same of length 4, with the root of order 4.
#[inline(always)]
fn transform_four<L: Lanes>(lanes: L, v: [L::Vector; 4], root: L::Vector) -> [L::Vector; 4] {
    let (sum_even, difference_even) = (lanes.add(v[0], v[2]), lanes.sub(v[0], v[2]));
    let (sum_odd, difference_odd) = (lanes.add(v[1], v[3]), lanes.mul(lanes.sub(v[1], v[3]), root));
    [
        lanes.add(sum_even, sum_odd),
        lanes.add(difference_even, difference_odd),
        lanes.sub(sum_even, sum_odd),
        lanes.sub(difference_even, difference_odd),
    ]
}

/// The product in the extension of degree `D`.
#[inline(always)]
fn multiply<L: Lanes, const D: usize>(lanes: L, a: [L::Vector; D], b: [L::Vector; D]) -> [L::Vector; D] {
    let mut product = a;
    match D {
        1 => product[0] = lanes.mul(a[0], b[0]),
        2 => product[..2].copy_from_slice(&mul_quadratic(lanes, [a[0], a[1]], [b[0], b[1]])),
        _ => product[..3].copy_from_slice(&mul_cubic(lanes, [a[0], a[1], a[2]], [b[0], b[1], b[2]])),
    }
    product
}
