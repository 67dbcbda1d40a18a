//! The low-degree test.

use alloc::vec::Vec;
use core::array;

use miden_air::proof::Opening;
use miden_core::{Felt, field::FieldElement};
use winter_fri::{FriOptions, folding::fold_positions};
use winter_math::fft;

use super::{
    committed::Committed,
    fold::{FACTOR, fold},
    transcript::Transcript,
};
use crate::{
    ProverError,
    commitment::RowHash,
    control::Control,
    table::{Block, PANEL, Table},
};

/// Number of rows of a piece of work.
const BLOCK: usize = 1 << 12;

/// The layers of the test: row `i` of a layer holds the values at the points that are folded to point `i` of the next
/// one.
pub(crate) struct LowDegreeTest<E, H: RowHash> {
    layers: Vec<Committed<H>>,
    /// Coefficients of the polynomial that remains, highest first.
    remainder: Vec<E>,
}

impl<E: FieldElement<BaseField = Felt>, H: RowHash> LowDegreeTest<E, H> {
    /// Folds the polynomial with these values on the domain until few coefficients remain. The components of the values
    /// are next to each other.
    pub(crate) fn run(
        mut values: Vec<Felt>,
        options: &FriOptions,
        transcript: &mut Transcript<E, H>,
        control: &Control<'_>,
    ) -> Result<Self, ProverError> {
        assert_eq!(options.folding_factor(), FACTOR, "every set folds by the same factor");
        let (degree, offset) = (E::EXTENSION_DEGREE, options.domain_offset::<Felt>());
        let mut layers = Vec::new();
        for _ in 0..options.num_fri_layers(values.len() / degree) {
            let layer = Committed::new(rows(&values, degree, control), control)?;
            transcript.commit(layer.root());
            values = fold(layer.table(), transcript.point(), offset, control);
            control.check()?;
            layers.push(layer);
        }

        let mut remainder = E::slice_from_base_elements(&values).to_vec();
        let twiddles = fft::get_inv_twiddles(remainder.len());
        fft::interpolate_poly_with_offset(&mut remainder, &twiddles, offset);
        remainder.truncate(remainder.len() / options.blowup_factor());
        remainder.reverse();
        transcript.commit(H::hash_elements(&remainder));
        Ok(Self { layers, remainder })
    }

    /// The commitments to the layers.
    pub(crate) fn commitments(&self) -> Vec<H::Digest> {
        self.layers.iter().map(Committed::root).collect()
    }

    /// Opens the rows that these positions of the domain lead to.
    pub(crate) fn open(&self, positions: &[usize]) -> Vec<Opening<H, E>> {
        let mut positions = positions.to_vec();
        let open = |layer: &Committed<H>| {
            positions = fold_positions(&positions, layer.table().rows() * FACTOR, FACTOR);
            layer.open(&positions)
        };
        self.layers.iter().map(open).collect()
    }

    /// The coefficients of the polynomial that remains, highest first.
    pub(crate) fn into_remainder(self) -> Vec<E> {
        self.remainder
    }
}

/// The rows of a layer: column `k·D + d` of row `i` is component `d` of value `i + k·m`, with `m` the number of rows.
pub(super) fn rows(values: &[Felt], degree: usize, control: &Control<'_>) -> Table {
    let rows = values.len() / degree / FACTOR;
    let mut table = Table::new(FACTOR * degree, rows, 1);
    table.for_each_block(BLOCK, |Block { part: panel, start, lines }| {
        if !control.proceeds() {
            return;
        }
        let sources: [usize; PANEL] = array::from_fn(|lane| {
            let column = panel * PANEL + lane;
            column / degree * rows * degree + column % degree
        });
        for (row, line) in (start..).zip(lines) {
            line.0 = sources.map(|source| values[source + row * degree]);
        }
    });
    table
}
