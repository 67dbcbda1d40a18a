use alloc::vec::Vec;

use miden_core::Felt;
use winter_air::proof::Queries;
use winter_crypto::{BatchMerkleProof, Hasher, MerkleTree};

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

    /// The rows at these positions, with their paths. Row `k` of coset `j` of `b` is at position `j + b·k`.
    pub(crate) fn open(&self, positions: &[usize]) -> (Vec<Vec<Felt>>, BatchMerkleProof<H>) {
        let rows = positions.iter().map(|&position| self.table.row(position)).collect();
        let paths = self.commitment.open(&self.table, positions);
        (rows, paths.expect("the positions are distinct rows of the table"))
    }

    /// Like [`Self::open`], in the form of the backend.
    pub(crate) fn queries(&self, positions: &[usize]) -> Queries {
        let (rows, paths) = self.open(positions);
        Queries::new::<H, Felt, MerkleTree<H>>(paths, rows)
    }
}
