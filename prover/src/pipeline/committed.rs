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
        let table = &self.table;
        let cells: Vec<Felt> = positions.iter().flat_map(|&position| table.row(position)).collect();
        let paths = self.commitment.open(table, positions);
        Opening {
            values: T::slice_from_base_elements(&cells).to_vec(),
            width: table.width() / T::EXTENSION_DEGREE,
            nodes: paths.expect("the positions are distinct rows of the table"),
        }
    }
}
