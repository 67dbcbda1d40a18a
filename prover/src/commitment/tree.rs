use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

use miden_core::Felt;
use miden_vector::Rows;
#[cfg(feature = "concurrent")]
use rayon::prelude::*;
use winter_crypto::{BatchMerkleProof, Hasher, MerkleTreeError};

use super::RowHash;
use crate::{
    control::Control,
    table::{Line, PANEL, Table},
};

/// Rows of each coset that are hashed at once; their lines are a page in each panel.
const ROWS: usize = 64;

/// Nodes of a level that are computed at once.
const NODES: usize = 256;

/// Leaves of the smallest subtrees whose roots are kept. Those below are hashed again for an opening: it takes a vector of
/// rows for each query, and saves seven eighths of the memory of a tree.
const GROUP: usize = 8;

/// A commitment to the rows of a table: row `k` of coset `j` of `b` is leaf `j + b·k` of a Merkle tree.
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
        let group = nodes.group();
        // Each piece of work hashes its leaves, and keeps the roots of their groups alone.
        let hash = |(chunk, roots): (usize, &mut [H::Digest])| {
            if !control.proceeds() {
                return;
            }
            let mut leaves = vec![H::Digest::default(); group * roots.len()];
            let start = chunk * ROWS;
            let end = rows.min(start + ROWS);
            control.count((end - start) * cosets * table.panels());
            for coset in 0..cosets {
                let panels: Vec<_> =
                    (0..table.panels()).map(|panel| &table.coset(panel, coset)[start..end]).collect();
                let rows = Rows { panels: &panels, width: table.width() };
                H::hash_rows(rows, &mut leaves[coset..], cosets);
            }
            merge_groups::<H>(leaves, roots);
        };
        let roots = nodes.roots_of_groups();
        let size = ROWS * cosets / group;
        #[cfg(feature = "concurrent")]
        roots.par_chunks_mut(size).enumerate().for_each(hash);
        #[cfg(not(feature = "concurrent"))]
        roots.chunks_mut(size).enumerate().for_each(hash);
        nodes.merge_levels(control);
        Ok(Self(nodes))
    }

    /// Builds the tree over leaves that have been hashed.
    ///
    /// # Errors
    /// If the rows of all cosets are not a power of two above 1.
    pub(crate) fn from_leaves(leaves: &Leaves<H>, control: &Control<'_>) -> Result<Self, MerkleTreeError> {
        Nodes::from_leaves(&leaves.digests, control).map(Self)
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> H::Digest {
        self.0.root()
    }

    /// The positions of the rows that an opening of `positions` takes.
    pub(crate) fn rows_of_opening(&self, positions: &[usize]) -> BTreeSet<usize> {
        let group = self.0.group();
        positions.iter().flat_map(|position| (0..group).map(move |i| position / group * group + i)).collect()
    }

    /// The opening of the rows at these positions of the domain; `row` returns those of [`Self::rows_of_opening`], which
    /// have `width` elements.
    ///
    /// # Errors
    /// If a position is outside of the domain or occurs twice, or if there is none.
    pub(crate) fn open<R: AsRef<[Felt]>>(
        &self,
        positions: &[usize],
        width: usize,
        row: impl Fn(usize) -> R,
    ) -> Result<BatchMerkleProof<H>, MerkleTreeError> {
        self.0.open(positions, |positions| {
            let mut panels = vec![vec![Line::ZERO; positions.len()]; width.div_ceil(PANEL)];
            for (i, &position) in positions.iter().enumerate() {
                for (panel, cells) in panels.iter_mut().zip(row(position).as_ref().chunks(PANEL)) {
                    panel[i].0[..cells.len()].copy_from_slice(cells);
                }
            }
            let panels: Vec<&[Line]> = panels.iter().map(Vec::as_slice).collect();
            let mut leaves = vec![H::Digest::default(); positions.len()];
            H::hash_rows(Rows { panels: &panels, width }, &mut leaves, 1);
            leaves
        })
    }
}

/// The leaves of a commitment, which are hashed coset by coset.
pub(crate) struct Leaves<H: Hasher> {
    cosets: usize,
    digests: Vec<H::Digest>,
}

impl<H: RowHash> Leaves<H> {
    /// Room for the leaves of all cosets.
    pub(crate) fn new(rows: usize, cosets: usize) -> Self {
        Self { cosets, digests: vec![H::Digest::default(); rows * cosets] }
    }

    /// Hashes the rows of a coset, which are those of a table of one coset. Counts its lines as units of work.
    pub(crate) fn hash(&mut self, coset: usize, table: &Table, control: &Control<'_>) {
        let cosets = self.cosets;
        let hash = |(chunk, leaves): (usize, &mut [H::Digest])| {
            if !control.proceeds() {
                return;
            }
            let start = chunk * ROWS;
            let end = start + leaves.len() / cosets;
            control.count((end - start) * table.panels());
            let panels: Vec<_> =
                (0..table.panels()).map(|panel| &table.coset(panel, 0)[start..end]).collect();
            let rows = Rows { panels: &panels, width: table.width() };
            H::hash_rows(rows, &mut leaves[coset..], cosets);
        };
        #[cfg(feature = "concurrent")]
        self.digests.par_chunks_mut(ROWS * cosets).enumerate().for_each(hash);
        #[cfg(not(feature = "concurrent"))]
        self.digests.chunks_mut(ROWS * cosets).enumerate().for_each(hash);
    }
}

/// The nodes of a Merkle tree from the roots of groups of leaves on: the root is node 1, the children of node `i` are `2i`
/// and `2i + 1`. Node 0 is not used.
#[derive(Debug)]
pub(super) struct Nodes<H: Hasher> {
    /// Number of leaves.
    leaves: usize,
    nodes: Vec<H::Digest>,
}

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
            Ok(Self { leaves, nodes: vec![H::Digest::default(); 2 * leaves / GROUP.min(leaves)] })
        }
    }

    /// Builds the tree over these leaves.
    ///
    /// # Errors
    /// If their number is not a power of two above 1.
    pub(super) fn from_leaves(leaves: &[H::Digest], control: &Control<'_>) -> Result<Self, MerkleTreeError> {
        let mut nodes = Self::new(leaves.len())?;
        let group = nodes.group();
        let merge = |(leaves, roots): (&[H::Digest], &mut [H::Digest])| {
            if control.proceeds() {
                merge_groups::<H>(leaves.to_vec(), roots);
            }
        };
        let roots = nodes.roots_of_groups();
        #[cfg(feature = "concurrent")]
        leaves.par_chunks(group * NODES).zip(roots.par_chunks_mut(NODES)).for_each(merge);
        #[cfg(not(feature = "concurrent"))]
        leaves.chunks(group * NODES).zip(roots.chunks_mut(NODES)).for_each(merge);
        nodes.merge_levels(control);
        Ok(nodes)
    }

    /// Number of leaves of a group.
    fn group(&self) -> usize {
        GROUP.min(self.leaves)
    }

    /// The nodes from which [`Self::merge_levels`] computes the others.
    fn roots_of_groups(&mut self) -> &mut [H::Digest] {
        let half = self.nodes.len() / 2;
        &mut self.nodes[half..]
    }

    /// Computes all nodes but the roots of groups.
    fn merge_levels(&mut self, control: &Control<'_>) {
        let mut level = self.nodes.len() / 2;
        while level > 1 {
            let (upper, children) = self.nodes.split_at_mut(level);
            level /= 2;
            merge_level::<H>(&children[..2 * level], &mut upper[level..], control);
        }
    }

    pub(super) fn root(&self) -> H::Digest {
        self.nodes[1]
    }

    /// The opening of the leaves at `positions`, in the form of the backend: the siblings that do not follow from other
    /// opened leaves. `hash` computes leaves again.
    ///
    /// # Errors
    /// If a position is outside of the tree or occurs twice, or if there is none.
    pub(super) fn open(
        &self,
        positions: &[usize],
        hash: impl Fn(&[usize]) -> Vec<H::Digest>,
    ) -> Result<BatchMerkleProof<H>, MerkleTreeError> {
        let leaves = self.leaves;
        let opened: BTreeSet<usize> = positions.iter().copied().collect();
        match opened.last() {
            None => return Err(MerkleTreeError::TooFewLeafIndexes),
            Some(&last) if last >= leaves => {
                return Err(MerkleTreeError::LeafIndexOutOfBounds(leaves, last));
            }
            _ if opened.len() < positions.len() => return Err(MerkleTreeError::DuplicateLeafIndex),
            _ => {}
        }
        let groups = self.groups(&opened, hash);
        let node = |node: usize| {
            // Below the root of its group, the number within the group.
            let below = node.ilog2().saturating_sub(self.nodes.len().ilog2() - 1);
            match groups.get(&(node >> below)) {
                Some(group) if below > 0 => group[(1 << below) + node % (1 << below)],
                _ => self.nodes[node],
            }
        };

        let pairs: BTreeSet<usize> = positions.iter().map(|position| position / 2).collect();
        let sibling = |position: usize| (!opened.contains(&position)).then(|| node(leaves + position));
        let siblings = |&pair: &usize| [2 * pair, 2 * pair + 1].into_iter().filter_map(sibling).collect();
        let mut siblings: Vec<Vec<_>> = pairs.iter().map(siblings).collect();

        let depth = leaves.ilog2();
        let mut level: Vec<usize> = pairs.into_iter().map(|pair| leaves / 2 + pair).collect();
        for _ in 1..depth {
            let mut parents = Vec::with_capacity(level.len());
            let mut i = 0;
            while let Some(&child) = level.get(i) {
                parents.push(child / 2);
                // The nodes of a level ascend.
                if level.get(i + 1) == Some(&(child ^ 1)) {
                    i += 1;
                } else {
                    siblings[i].push(node(child ^ 1));
                }
                i += 1;
            }
            level = parents;
        }
        Ok(BatchMerkleProof { nodes: siblings, depth: depth as u8 })
    }

    /// The nodes of the groups of these leaves, by the number of their root; within a group they are numbered like a tree.
    fn groups(
        &self,
        opened: &BTreeSet<usize>,
        hash: impl Fn(&[usize]) -> Vec<H::Digest>,
    ) -> BTreeMap<usize, Vec<H::Digest>> {
        let group = self.group();
        let groups: BTreeSet<usize> = opened.iter().map(|position| position / group).collect();
        let positions: Vec<usize> = groups.iter().flat_map(|i| i * group..(i + 1) * group).collect();
        let leaves = hash(&positions);
        let nodes = leaves.chunks_exact(group).map(|leaves| {
            let mut nodes = vec![H::Digest::default(); group];
            nodes.extend(leaves);
            let mut level = group;
            while level > 1 {
                let (upper, children) = nodes.split_at_mut(level);
                level /= 2;
                H::merge_pairs(&children[..2 * level], &mut upper[level..]);
            }
            nodes
        });
        groups.iter().map(|i| self.nodes.len() / 2 + i).zip(nodes).collect()
    }
}

/// Merges the leaves of each group to its root.
fn merge_groups<H: RowHash>(leaves: Vec<H::Digest>, roots: &mut [H::Digest]) {
    let mut level = leaves;
    while level.len() > 2 * roots.len() {
        let mut parents = vec![H::Digest::default(); level.len() / 2];
        H::merge_pairs(&level, &mut parents);
        level = parents;
    }
    H::merge_pairs(&level, roots);
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
