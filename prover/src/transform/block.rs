//! Transforms of a block that fits the cache.
//!
//! A block is `width` transforms of equal size side by side: line `r·width + i` is row `r` of the `i`-th. Stages of
//! eight vectors follow each other, from or to bit-reversed order, after a first one of what is left over.

use alloc::vec::Vec;

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use miden_vector::{Kernel, Lanes};

use super::{butterfly::Butterfly, series};
use crate::table::{Line, PANEL};

/// Vectors of a stage.
const RADIX: usize = 8;
/// The order of the coefficients in a butterfly, that is, three bits reversed.
const REVERSED: [u64; RADIX] = [0, 4, 2, 6, 1, 5, 3, 7];

/// The roots for transforms of one size.
#[derive(Clone, Debug)]
pub(super) struct Block {
    size: usize,
    /// Vectors of the first stage, which needs no roots.
    first: usize,
    stages: Vec<Stage>,
}

/// Factors between two stages: for row `k` and coefficient `c` of a butterfly, the root of order `8·stride` to `k·c`,
/// with the coefficients in bit-reversed order.
#[derive(Clone, Debug)]
struct Stage {
    forward: Vec<[Felt; RADIX]>,
    inverse: Vec<[Felt; RADIX]>,
}

impl Stage {
    fn new(stride: usize) -> Self {
        let root = Felt::get_root_of_unity((RADIX * stride).ilog2());
        let powers = |root| {
            series(Felt::ONE, root, stride).into_iter().map(|power| REVERSED.map(|c| power.exp(c))).collect()
        };
        Self { forward: powers(root), inverse: powers(root.inv()) }
    }
}

impl Block {
    /// The roots for `size` rows, a power of two.
    pub(super) fn new(size: usize) -> Self {
        let bits = size.ilog2();
        let first = if bits > 0 && bits.is_multiple_of(3) { RADIX } else { 1 << (bits % 3) };
        let mut stages = Vec::new();
        let mut stride = first;
        while stride < size {
            stages.push(Stage::new(stride));
            stride *= RADIX;
        }
        Self { size, first, stages }
    }

    /// Number of rows of a transform.
    pub(super) const fn size(&self) -> usize {
        self.size
    }
}

/// Coefficients in bit-reversed order to values: coefficients are multiplied by the scale, then evaluated at the roots
/// of unity.
pub(super) struct Evaluate<'a> {
    pub(super) block: &'a Block,
    /// A factor for each line.
    pub(super) scale: &'a [Line],
    pub(super) lines: &'a mut [Line],
}

/// Values to coefficients in bit-reversed order, times the size, times the scale.
pub(super) struct Interpolate<'a> {
    pub(super) block: &'a Block,
    /// A factor for each line.
    pub(super) scale: &'a [Line],
    pub(super) lines: &'a mut [Line],
}

impl Kernel for Evaluate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { block, scale, lines } = self;
        let width = lines.len() / block.size;
        match block.first {
            1 => evaluate_first::<L, 1>(lanes, lines, width, scale),
            2 => evaluate_first::<L, 2>(lanes, lines, width, scale),
            4 => evaluate_first::<L, 4>(lanes, lines, width, scale),
            _ => evaluate_first::<L, RADIX>(lanes, lines, width, scale),
        }
        for stage in &block.stages {
            evaluate_stage(lanes, lines, width, &stage.forward);
        }
    }
}

impl Kernel for Interpolate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { block, scale, lines } = self;
        let width = lines.len() / block.size;
        for stage in block.stages.iter().rev() {
            interpolate_stage(lanes, lines, width, &stage.inverse);
        }
        match block.first {
            1 => interpolate_last::<L, 1>(lanes, lines, width, scale),
            2 => interpolate_last::<L, 2>(lanes, lines, width, scale),
            4 => interpolate_last::<L, 4>(lanes, lines, width, scale),
            _ => interpolate_last::<L, RADIX>(lanes, lines, width, scale),
        }
    }
}

/// Part `part` of the lines `start`, `start + step`, …
#[inline(always)]
fn load<L: Lanes, const N: usize>(
    lanes: L,
    lines: &[Line],
    start: usize,
    step: usize,
    part: usize,
) -> [L::Vector; N] {
    let mut vectors = [lanes.splat(Felt::ZERO); N];
    for (i, vector) in vectors.iter_mut().enumerate() {
        *vector = lanes.load(&lines[start + i * step].0[part * L::LANES..]);
    }
    vectors
}

#[inline(always)]
fn store<L: Lanes, const N: usize>(
    lanes: L,
    vectors: [L::Vector; N],
    lines: &mut [Line],
    start: usize,
    step: usize,
    part: usize,
) {
    for (i, vector) in vectors.into_iter().enumerate() {
        lanes.store(vector, &mut lines[start + i * step].0[part * L::LANES..]);
    }
}

/// The factors of the lines `start`, `start + step`, …
#[inline(always)]
fn factors<L: Lanes, const N: usize>(lanes: L, scale: &[Line], start: usize, step: usize) -> [L::Vector; N] {
    let mut vectors = [lanes.splat(Felt::ZERO); N];
    for (i, vector) in vectors.iter_mut().enumerate() {
        let index = start + i * step;
        *vector = lanes.splat(scale[index / PANEL].0[index % PANEL]);
    }
    vectors
}

/// Products with the factors between two stages; the first is one.
#[inline(always)]
fn twist<L: Lanes>(lanes: L, x: [L::Vector; RADIX], factors: [L::Vector; RADIX]) -> [L::Vector; RADIX] {
    let [x1, x2, x3, x4, x5, x6, x7] = products!(lanes, x, factors, 1 2 3 4 5 6 7);
    [x[0], x1, x2, x3, x4, x5, x6, x7]
}

#[inline(always)]
fn evaluate_first<L: Butterfly<N>, const N: usize>(
    lanes: L,
    lines: &mut [Line],
    width: usize,
    scale: &[Line],
) {
    for block in (0..lines.len()).step_by(N * width) {
        for start in block..block + width {
            let factors = factors::<L, N>(lanes, scale, start, width);
            for part in 0..PANEL / L::LANES {
                let x = lanes.scale(load(lanes, lines, start, width, part), factors);
                store(lanes, lanes.forward(x), lines, start, width, part);
            }
        }
    }
}

#[inline(always)]
fn interpolate_last<L: Butterfly<N>, const N: usize>(
    lanes: L,
    lines: &mut [Line],
    width: usize,
    scale: &[Line],
) {
    for block in (0..lines.len()).step_by(N * width) {
        for start in block..block + width {
            let factors = factors::<L, N>(lanes, scale, start, width);
            for part in 0..PANEL / L::LANES {
                let x = lanes.inverse(load::<L, N>(lanes, lines, start, width, part));
                store(lanes, lanes.scale(x, factors), lines, start, width, part);
            }
        }
    }
}

#[inline(always)]
fn evaluate_stage<L: Lanes>(lanes: L, lines: &mut [Line], width: usize, roots: &[[Felt; RADIX]]) {
    let step = roots.len() * width;
    for block in (0..lines.len()).step_by(RADIX * step) {
        for (row, roots) in roots.iter().enumerate() {
            let factors = splat(lanes, roots);
            for start in block + row * width..block + (row + 1) * width {
                for part in 0..PANEL / L::LANES {
                    let x = twist(lanes, load(lanes, lines, start, step, part), factors);
                    store(lanes, lanes.forward(x), lines, start, step, part);
                }
            }
        }
    }
}

#[inline(always)]
fn interpolate_stage<L: Lanes>(lanes: L, lines: &mut [Line], width: usize, roots: &[[Felt; RADIX]]) {
    let step = roots.len() * width;
    for block in (0..lines.len()).step_by(RADIX * step) {
        for (row, roots) in roots.iter().enumerate() {
            let factors = splat(lanes, roots);
            for start in block + row * width..block + (row + 1) * width {
                for part in 0..PANEL / L::LANES {
                    let x = lanes.inverse(load(lanes, lines, start, step, part));
                    store(lanes, twist(lanes, x, factors), lines, start, step, part);
                }
            }
        }
    }
}

#[inline(always)]
fn splat<L: Lanes>(lanes: L, elements: &[Felt; RADIX]) -> [L::Vector; RADIX] {
    let mut vectors = [lanes.splat(Felt::ZERO); RADIX];
    for (vector, element) in vectors.iter_mut().zip(elements) {
        *vector = lanes.splat(*element);
    }
    vectors
}
