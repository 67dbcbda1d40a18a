use alloc::{vec, vec::Vec};

#[cfg(feature = "concurrent")]
use rayon::prelude::*;
use winter_crypto::{BatchMerkleProof, Hasher, MerkleTree, MerkleTreeError, VectorCommitment};

use super::{CosetRows, RowHash};
use crate::table::Table;

/// Rows of each coset that are hashed at once; their lines are a page in each panel.
const ROWS: usize = 64;

/// Nodes of a level that are computed at once.
const NODES: usize = 256;

/// A commitment to the rows of a table: row `k` of coset `j` of `b` is leaf `j + b·k` of a Merkle tree.
#[derive(Debug)]
pub(crate) struct Commitment<H: Hasher>(Tree<H>);

impl<H: RowHash> Commitment<H> {
    /// Hashes all rows and builds the tree.
    ///
    /// # Errors
    /// If the rows of all cosets are not a power of two above 1.
    pub(crate) fn new(table: &Table) -> Result<Self, MerkleTreeError> {
        let (rows, cosets) = (table.rows(), table.cosets());
        let mut leaves = vec![H::Digest::default(); cosets * rows];
        let hash = |(chunk, leaves): (usize, &mut [H::Digest])| {
            let start = chunk * ROWS;
            for coset in 0..cosets {
                let range = start..rows.min(start + ROWS);
                H::hash_rows(&CosetRows::new(table, coset), range, &mut leaves[coset..], cosets);
            }
        };
        #[cfg(feature = "concurrent")]
        leaves.par_chunks_mut(ROWS * cosets).enumerate().for_each(hash);
        #[cfg(not(feature = "concurrent"))]
        leaves.chunks_mut(ROWS * cosets).enumerate().for_each(hash);
        Tree::new(leaves).map(Self)
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

/// The backend's Merkle tree, built with many nodes at once. The backend's FRI prover commits with it.
#[derive(Debug)]
pub(crate) struct Tree<H: Hasher>(MerkleTree<H>);

impl<H: RowHash> Tree<H> {
    /// Builds the tree over `leaves`.
    ///
    /// # Errors
    /// If the number of leaves is not a power of two above 1.
    pub(crate) fn new(leaves: Vec<H::Digest>) -> Result<Self, MerkleTreeError> {
        let mut nodes = vec![H::Digest::default(); leaves.len()];
        // The backend checks the number of leaves.
        if leaves.len() > 1 && leaves.len().is_power_of_two() {
            merge_levels::<H>(&leaves, &mut nodes);
        }
        MerkleTree::from_raw_parts(nodes, leaves).map(Self)
    }
}

/// Computes the inner nodes: the root is node 1, the children of node `i` are `2i` and `2i + 1`. Node 0 is not used.
fn merge_levels<H: RowHash>(leaves: &[H::Digest], nodes: &mut [H::Digest]) {
    let mut level = leaves.len() / 2;
    merge_level::<H>(leaves, &mut nodes[level..]);
    while level > 1 {
        let (upper, children) = nodes.split_at_mut(level);
        level /= 2;
        merge_level::<H>(&children[..2 * level], &mut upper[level..]);
    }
}

/// Merges each pair of children.
fn merge_level<H: RowHash>(children: &[H::Digest], parents: &mut [H::Digest]) {
    let merge = |(children, parents): (&[H::Digest], &mut [H::Digest])| H::merge_pairs(children, parents);
    #[cfg(feature = "concurrent")]
    children.par_chunks(2 * NODES).zip(parents.par_chunks_mut(NODES)).for_each(merge);
    #[cfg(not(feature = "concurrent"))]
    children.chunks(2 * NODES).zip(parents.chunks_mut(NODES)).for_each(merge);
}

impl<H: RowHash> VectorCommitment<H> for Tree<H> {
    type Error = MerkleTreeError;
    type MultiProof = BatchMerkleProof<H>;
    type Options = ();
    type Proof = Vec<H::Digest>;

    fn with_options(leaves: Vec<H::Digest>, (): ()) -> Result<Self, MerkleTreeError> {
        Self::new(leaves)
    }

    fn commitment(&self) -> H::Digest {
        self.0.commitment()
    }

    fn domain_len(&self) -> usize {
        self.0.domain_len()
    }

    fn get_proof_domain_len(proof: &Self::Proof) -> usize {
        <MerkleTree<H> as VectorCommitment<H>>::get_proof_domain_len(proof)
    }

    fn get_multiproof_domain_len(proof: &Self::MultiProof) -> usize {
        <MerkleTree<H> as VectorCommitment<H>>::get_multiproof_domain_len(proof)
    }

    fn open(&self, index: usize) -> Result<(H::Digest, Self::Proof), MerkleTreeError> {
        self.0.open(index)
    }

    fn open_many(&self, indexes: &[usize]) -> Result<(Vec<H::Digest>, Self::MultiProof), MerkleTreeError> {
        self.0.open_many(indexes)
    }

    fn verify(
        commitment: H::Digest,
        index: usize,
        item: H::Digest,
        proof: &Self::Proof,
    ) -> Result<(), MerkleTreeError> {
        <MerkleTree<H> as VectorCommitment<H>>::verify(commitment, index, item, proof)
    }

    fn verify_many(
        commitment: H::Digest,
        indexes: &[usize],
        items: &[H::Digest],
        proof: &Self::MultiProof,
    ) -> Result<(), MerkleTreeError> {
        <MerkleTree<H> as VectorCommitment<H>>::verify_many(commitment, indexes, items, proof)
    }
}
