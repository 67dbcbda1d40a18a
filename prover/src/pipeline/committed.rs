use alloc::vec::Vec;

use miden_air::proof::Opening;
use miden_core::{Felt, field::FieldElement};
use winter_crypto::Hasher;

use crate::{
    ProverError,
    commitment::{Commitment, RowHash},
    control::Control,
    table::Table,
};

/// A table with the commitment to its rows.
pub(crate) struct Committed<H: Hasher> {
    table: Table,
    commitment: Commitment<H>,
}

impl<H: RowHash> Committed<H> {
    /// Commits to the rows of all cosets.
    pub(crate) fn new(table: Table, control: &Control<'_>) -> Result<Self, ProverError> {
        let commitment =
            Commitment::new(&table, control).expect("a table has at least two rows, a power of two");
        control.check()?;
        Ok(Self { table, commitment })
    }

    /// The table.
    pub(crate) const fn table(&self) -> &Table {
        &self.table
    }

    /// The commitment.
    pub(crate) fn root(&self) -> H::Digest {
        self.commitment.root()
    }

    /// The rows at these positions, as elements of `T`, with their paths. Row `k` of coset `j` of `b` is at position
    /// `j + b·k`.
    pub(crate) fn open<T: FieldElement<BaseField = Felt>>(&self, positions: &[usize]) -> Opening<H, T> {
        open_rows(&self.commitment, positions, self.table.width(), |position| self.table.row(position))
    }
}

/// The opening of rows, as elements of `T`, of a commitment to `width` columns. `row` returns the rows that
/// [`Commitment::rows_of_opening`] lists.
pub(super) fn open_rows<H: RowHash, T: FieldElement<BaseField = Felt>, R: AsRef<[Felt]>>(
    commitment: &Commitment<H>,
    positions: &[usize],
    width: usize,
    row: impl Fn(usize) -> R,
) -> Opening<H, T> {
    let mut cells = Vec::with_capacity(positions.len() * width);
    for &position in positions {
        cells.extend_from_slice(row(position).as_ref());
    }
    Opening {
        values: T::slice_from_base_elements(&cells).to_vec(),
        width: width / T::EXTENSION_DEGREE,
        nodes: commitment.open(positions, width, row).expect("the positions are distinct rows of the domain"),
    }
}
