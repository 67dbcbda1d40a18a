//! Several cosets side by side: column `j·D + i` is component `i` on coset `j`, with `D` the degree of the extension.
//!
//! One transform then serves them all, as only the scaling of the coefficients differs between cosets: with
//! `f = Σ cₖ·xᵏ`, the values on `s·⟨g⟩` are those of `Σ (cₖ·sᵏ)·xᵏ` on `⟨g⟩`.

use alloc::vec::Vec;

use miden_core::{Felt, field::FieldElement};
use miden_vector::{Kernel, Lanes, dispatch};

use crate::{
    control::Control,
    table::{Block, Line, PANEL, Table},
};

/// Number of rows of a piece of work.
const BLOCK: usize = 1 << 12;

/// Multiplies the coefficients in each column by the powers of the column's base, one base for each `degree` columns.
/// The coefficients are in bit-reversed order.
pub(super) fn scale(table: &mut Table, bases: &[Felt], degree: usize, control: &Control<'_>) {
    let rows = table.rows();
    let powers: Vec<Powers> = (0..table.panels())
        .map(|panel| {
            let base = |lane| bases.get((panel * PANEL + lane) / degree).copied().unwrap_or(Felt::ONE);
            Powers::new(Line(core::array::from_fn(base)), rows)
        })
        .collect();
    table.for_each_block(BLOCK, |Block { part: panel, start, lines }| {
        if control.proceeds() {
            dispatch(Scale { lines, powers: &powers[panel], start });
        }
    });
}

/// Powers of eight bases, in bit-reversed order: that at position `p` is `low[p mod 2^m]·high[p / 2^m]`.
struct Powers {
    low: Vec<Line>,
    high: Vec<Line>,
}

impl Powers {
    /// The powers with exponents below `rows`, a power of two.
    fn new(bases: Line, rows: usize) -> Self {
        let bits = rows.ilog2();
        let low_bits = bits / 2;
        Self { low: Self::table(bases, rows, 0..low_bits), high: Self::table(bases, rows, low_bits..bits) }
    }

    /// Bit `b` of a position adds `rows / 2^(b + 1)` to the exponent.
    fn table(bases: Line, rows: usize, bits: core::ops::Range<u32>) -> Vec<Line> {
        let mut powers = alloc::vec![Line([Felt::ONE; PANEL])];
        for bit in bits {
            let step = bases.0.map(|base| base.exp((rows >> (bit + 1)) as u64));
            for i in 0..powers.len() {
                let power = powers[i].0;
                powers.push(Line(core::array::from_fn(|lane| power[lane] * step[lane])));
            }
        }
        powers
    }
}

struct Scale<'a> {
    lines: &'a mut [Line],
    powers: &'a Powers,
    start: usize,
}

impl Kernel for Scale<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { lines, powers: Powers { low, high }, start } = self;
        let (low_bits, mask) = (low.len().ilog2(), low.len() - 1);
        for (position, line) in (start..).zip(lines) {
            let (low, high) = (&low[position & mask], &high[position >> low_bits]);
            for part in 0..PANEL / L::LANES {
                let columns = part * L::LANES;
                let power = lanes.mul(lanes.load(&low.0[columns..]), lanes.load(&high.0[columns..]));
                let scaled = lanes.mul(lanes.load(&line.0[columns..]), power);
                lanes.store(scaled, &mut line.0[columns..]);
            }
        }
    }
}

/// For each row, multiplies the vector of the cosets' values by a matrix: `Σⱼ matrix[i][j]·vⱼ`, for each component.
pub(super) fn multiply(matrix: &[Vec<Felt>], table: &Table, degree: usize, control: &Control<'_>) -> Table {
    let mut result = Table::new(matrix.len() * degree, table.rows(), 1);
    let width = result.width();
    result.for_each_block(BLOCK, |Block { part: panel, start, lines }| {
        if !control.proceeds() {
            return;
        }
        let columns: Vec<usize> = (panel * PANEL..width.min((panel + 1) * PANEL)).collect();
        // Sources of each term: for each lane its coefficient and the column that it multiplies.
        let terms = (0..table.width() / degree).map(|j| {
            let sources: Vec<_> = columns.iter().map(|column| j * degree + column % degree).collect();
            let mut coefficients = Line::ZERO;
            for (coefficient, column) in coefficients.0.iter_mut().zip(&columns) {
                *coefficient = matrix[column / degree][j];
            }
            (coefficients, sources)
        });
        let terms: Vec<_> = terms.collect();
        dispatch(Multiply { lines, table, terms: &terms, start });
    });
    result
}

struct Multiply<'a> {
    lines: &'a mut [Line],
    table: &'a Table,
    terms: &'a [(Line, Vec<usize>)],
    start: usize,
}

impl Kernel for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (row, line) in (self.start..).zip(self.lines) {
            for (coefficients, sources) in self.terms {
                let mut values = Line::ZERO;
                for (value, &column) in values.0.iter_mut().zip(sources) {
                    *value = self.table.cell(column, 0, row);
                }
                for part in 0..PANEL / L::LANES {
                    let columns = part * L::LANES;
                    let values = lanes.load(&values.0[columns..]);
                    let coefficients = lanes.load(&coefficients.0[columns..]);
                    let sum = lanes.load(&line.0[columns..]);
                    lanes.store(lanes.mul_add(values, coefficients, sum), &mut line.0[columns..]);
                }
            }
        }
    }
}
