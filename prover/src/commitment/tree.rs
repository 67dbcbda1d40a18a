use alloc::{collections::BTreeSet, vec, vec::Vec};

use miden_core::Felt;
use miden_vector::Rows;
#[cfg(feature = "concurrent")]
use rayon::prelude::*;
use winter_crypto::{BatchMerkleProof, Hasher, MerkleTreeError};

use super::RowHash;
use crate::{control::Control, table::Table};

/// Rows of each coset that are hashed at once; their lines are a page in each panel.
const ROWS: usize = 64;

/// Nodes of a level that are computed at once.
const NODES: usize = 256;

/// A commitment to the rows of a table: row `k` of coset `j` of `b` is leaf `j + b·k` of a Merkle tree.
///
/// It holds the inner nodes. An opening takes few leaves, which are hashed again.
#[derive(Debug)]
pub(crate) struct Commitment<H: Hasher>(Nodes<H>);

impl<H: RowHash> Commitment<H> {
    /// Hashes all rows and builds the tree. Counts the lines of the table as units of work.
    ///
    /// # Errors
    /// If the rows of all cosets are not a power of two above 1.
    pub(crate) fn new(table: &Table, control: &Control<'_>) -> Result<Self, MerkleTreeError> {
        let (rows, cosets) = (table.rows(), table.cosets());
        let mut nodes = Nodes::<H>::new(rows * cosets)?;
        // Each piece of work hashes its leaves, and keeps their parents alone.
        let hash = |(chunk, parents): (usize, &mut [H::Digest])| {
            if !control.proceeds() {
                return;
            }
            let mut leaves = vec![H::Digest::default(); 2 * parents.len()];
            let start = chunk * ROWS;
            let end = rows.min(start + ROWS);
            control.count((end - start) * cosets * table.panels());
            for coset in 0..cosets {
                let panels: Vec<_> =
                    (0..table.panels()).map(|panel| &table.coset(panel, coset)[start..end]).collect();
                let rows = Rows { panels: &panels, width: table.width() };
                H::hash_rows(rows, &mut leaves[coset..], cosets);
            }
            H::merge_pairs(&leaves, parents);
        };
        let parents = nodes.parents_of_leaves();
        #[cfg(feature = "concurrent")]
        parents.par_chunks_mut(ROWS * cosets / 2).enumerate().for_each(hash);
        #[cfg(not(feature = "concurrent"))]
        parents.chunks_mut(ROWS * cosets / 2).enumerate().for_each(hash);
        nodes.merge_levels(control);
        Ok(Self(nodes))
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> H::Digest {
        self.0.root()
    }

    /// The opening of the rows of `table` at these positions of the domain.
    ///
    /// # Errors
    /// If a position is outside of the domain or occurs twice, or if there is none.
    pub(crate) fn open(
        &self,
        table: &Table,
        positions: &[usize],
    ) -> Result<BatchMerkleProof<H>, MerkleTreeError> {
        self.0.open(positions, |position| H::hash_elements::<Felt>(&table.row(position)))
    }
}

/// The inner nodes of a Merkle tree: the root is node 1, the children of node `i` are `2i` and `2i + 1`, and the children
/// of the last half are the leaves. Node 0 is not used.
#[derive(Debug)]
pub(super) struct Nodes<H: Hasher>(Vec<H::Digest>);

impl<H: RowHash> Nodes<H> {
    /// Room for the nodes above this many leaves.
    ///
    /// # Errors
    /// If the number of leaves is not a power of two above 1.
    pub(super) fn new(leaves: usize) -> Result<Self, MerkleTreeError> {
        if leaves < 2 {
            Err(MerkleTreeError::TooFewLeaves(2, leaves))
        } else if !leaves.is_power_of_two() {
            Err(MerkleTreeError::NumberOfLeavesNotPowerOfTwo(leaves))
        } else {
            Ok(Self(vec![H::Digest::default(); leaves]))
        }
    }

    /// The nodes from which [`Self::merge_levels`] computes the others.
    pub(super) fn parents_of_leaves(&mut self) -> &mut [H::Digest] {
        let leaves = self.0.len();
        &mut self.0[leaves / 2..]
    }

    /// Computes all nodes but the parents of leaves.
    pub(super) fn merge_levels(&mut self, control: &Control<'_>) {
        let mut level = self.0.len() / 2;
        while level > 1 {
            let (upper, children) = self.0.split_at_mut(level);
            level /= 2;
            merge_level::<H>(&children[..2 * level], &mut upper[level..], control);
        }
    }

    pub(super) fn root(&self) -> H::Digest {
        self.0[1]
    }

    /// The opening of the leaves at `positions`, in the form of the backend: the siblings that do not follow from other
    /// opened leaves. `leaf` computes a leaf again.
    ///
    /// # Errors
    /// If a position is outside of the tree or occurs twice, or if there is none.
    pub(super) fn open(
        &self,
        positions: &[usize],
        leaf: impl Fn(usize) -> H::Digest,
    ) -> Result<BatchMerkleProof<H>, MerkleTreeError> {
        let leaves = self.0.len();
        let opened: BTreeSet<usize> = positions.iter().copied().collect();
        match opened.last() {
            None => return Err(MerkleTreeError::TooFewLeafIndexes),
            Some(&last) if last >= leaves => {
                return Err(MerkleTreeError::LeafIndexOutOfBounds(leaves, last));
            }
            _ if opened.len() < positions.len() => return Err(MerkleTreeError::DuplicateLeafIndex),
            _ => {}
        }

        let pairs: BTreeSet<usize> = positions.iter().map(|position| position / 2).collect();
        let sibling = |position: usize| (!opened.contains(&position)).then(|| leaf(position));
        let siblings = |&pair: &usize| [2 * pair, 2 * pair + 1].into_iter().filter_map(sibling).collect();
        let mut siblings: Vec<Vec<_>> = pairs.iter().map(siblings).collect();

        let depth = leaves.ilog2();
        let mut level: Vec<usize> = pairs.into_iter().map(|pair| leaves / 2 + pair).collect();
        for _ in 1..depth {
            let mut parents = Vec::with_capacity(level.len());
            let mut i = 0;
            while let Some(&node) = level.get(i) {
                parents.push(node / 2);
                // The nodes of a level ascend.
                if level.get(i + 1) == Some(&(node ^ 1)) {
                    i += 1;
                } else {
                    siblings[i].push(self.0[node ^ 1]);
                }
                i += 1;
            }
            level = parents;
        }
        Ok(BatchMerkleProof { nodes: siblings, depth: depth as u8 })
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
