use alloc::{vec, vec::Vec};

use miden_vector::Rows;
#[cfg(feature = "concurrent")]
use rayon::prelude::*;
use winter_crypto::{BatchMerkleProof, Hasher, MerkleTree, MerkleTreeError};

use super::RowHash;
use crate::{control::Control, table::Table};

/// Rows of each coset that are hashed at once; their lines are a page in each panel.
const ROWS: usize = 64;

/// Nodes of a level that are computed at once.
const NODES: usize = 256;

/// A commitment to the rows of a table: row `k` of coset `j` of `b` is leaf `j + b·k` of a Merkle tree.
#[derive(Debug)]
pub(crate) struct Commitment<H: Hasher>(Tree<H>);

impl<H: RowHash> Commitment<H> {
    /// Hashes all rows and builds the tree. Counts the lines of the table as units of work.
    ///
    /// # Errors
    /// If the rows of all cosets are not a power of two above 1.
    pub(crate) fn new(table: &Table, control: &Control<'_>) -> Result<Self, MerkleTreeError> {
        let (rows, cosets) = (table.rows(), table.cosets());
        let mut leaves = vec![H::Digest::default(); cosets * rows];
        let hash = |(chunk, leaves): (usize, &mut [H::Digest])| {
            if !control.proceeds() {
                return;
            }
            let start = chunk * ROWS;
            let end = rows.min(start + ROWS);
            control.count((end - start) * cosets * table.panels());
            for coset in 0..cosets {
                let panels: Vec<_> =
                    (0..table.panels()).map(|panel| &table.coset(panel, coset)[start..end]).collect();
                let rows = Rows { panels: &panels, width: table.width() };
                H::hash_rows(rows, &mut leaves[coset..], cosets);
            }
        };
        #[cfg(feature = "concurrent")]
        leaves.par_chunks_mut(ROWS * cosets).enumerate().for_each(hash);
        #[cfg(not(feature = "concurrent"))]
        leaves.chunks_mut(ROWS * cosets).enumerate().for_each(hash);
        Tree::new(leaves, control).map(Self)
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> H::Digest {
        *self.0.0.root()
    }

    /// The opening of the rows at these positions of the domain.
    ///
    /// # Errors
    /// If a position is outside of the domain or occurs twice, or if there is none.
    pub(crate) fn open(&self, positions: &[usize]) -> Result<BatchMerkleProof<H>, MerkleTreeError> {
        self.0.0.prove_batch(positions).map(|(_, opening)| opening)
    }
}

/// The backend's Merkle tree, built with many nodes at once.
#[derive(Debug)]
pub(super) struct Tree<H: Hasher>(pub(super) MerkleTree<H>);

impl<H: RowHash> Tree<H> {
    /// Builds the tree over `leaves`.
    ///
    /// # Errors
    /// If the number of leaves is not a power of two above 1.
    pub(crate) fn new(leaves: Vec<H::Digest>, control: &Control<'_>) -> Result<Self, MerkleTreeError> {
        let mut nodes = vec![H::Digest::default(); leaves.len()];
        // The backend checks the number of leaves.
        if leaves.len() > 1 && leaves.len().is_power_of_two() {
            merge_levels::<H>(&leaves, &mut nodes, control);
        }
        MerkleTree::from_raw_parts(nodes, leaves).map(Self)
    }
}

/// Computes the inner nodes: the root is node 1, the children of node `i` are `2i` and `2i + 1`. Node 0 is not used.
fn merge_levels<H: RowHash>(leaves: &[H::Digest], nodes: &mut [H::Digest], control: &Control<'_>) {
    let mut level = leaves.len() / 2;
    merge_level::<H>(leaves, &mut nodes[level..], control);
    while level > 1 {
        let (upper, children) = nodes.split_at_mut(level);
        level /= 2;
        merge_level::<H>(&children[..2 * level], &mut upper[level..], control);
    }
}

/// Merges each pair of children.
fn merge_level<H: RowHash>(children: &[H::Digest], parents: &mut [H::Digest], control: &Control<'_>) {
    let merge = |(children, parents): (&[H::Digest], &mut [H::Digest])| {
        if control.proceeds() {
            H::merge_pairs(children, parents);
        }
    };
    #[cfg(feature = "concurrent")]
    children.par_chunks(2 * NODES).zip(parents.par_chunks_mut(NODES)).for_each(merge);
    #[cfg(not(feature = "concurrent"))]
    children.chunks(2 * NODES).zip(parents.chunks_mut(NODES)).for_each(merge);
}
