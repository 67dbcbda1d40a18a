//! Merkle trees and their openings, written from design/proof-format.md.

use alloc::{collections::BTreeSet, vec, vec::Vec};

use miden_core::{Felt, field::FieldElement};
use winter_crypto::ElementHasher;
use winter_utils::Serializable;

/// The rows of a table and the tree over their hashes.
pub(super) struct Commitment<H: ElementHasher> {
    /// One row per leaf, or a single row that every leaf repeats.
    rows: Vec<Vec<Felt>>,
    /// The nodes of each level, leaves first; a single node per level if all leaves are equal.
    levels: Vec<Vec<H::Digest>>,
}

impl<H: ElementHasher<BaseField = Felt>> Commitment<H> {
    /// Commits to `rows`; a single row stands for 2^`depth` equal ones, of which no tree has to be stored.
    pub(super) fn new(rows: Vec<Vec<Felt>>, depth: u32) -> Self {
        let leaves: Vec<H::Digest> = rows.iter().map(|row| H::hash_elements(row)).collect();
        let mut levels = vec![leaves];
        for _ in 0..depth {
            let below = &levels[levels.len() - 1];
            let parents = match below[..] {
                [node] => vec![H::merge(&[node, node])],
                _ => below.chunks_exact(2).map(|pair| H::merge(&[pair[0], pair[1]])).collect(),
            };
            levels.push(parents);
        }
        assert_eq!(levels[levels.len() - 1].len(), 1, "one row, or 2^depth rows");
        Self { rows, levels }
    }

    /// A commitment to other rows: the first value of each is larger by 1.
    pub(super) fn other(&self) -> Self {
        let mut rows = self.rows.clone();
        rows.iter_mut().for_each(|row| row[0] += Felt::ONE);
        Self::new(rows, self.depth())
    }

    fn depth(&self) -> u32 {
        self.levels.len() as u32 - 1
    }

    pub(super) fn root(&self) -> H::Digest {
        self.node(self.levels.len() - 1, 0)
    }

    fn node(&self, level: usize, index: usize) -> H::Digest {
        let nodes = &self.levels[level];
        nodes[index % nodes.len()]
    }

    /// Opens the leaves at `positions`: values in this order, nodes as the format lists them.
    pub(super) fn open(&self, positions: &[usize]) -> Opening {
        let leaves = positions.iter().map(|position| felt_bytes(&self.rows[position % self.rows.len()]));
        let nodes = self.multiproof(&positions.iter().copied().collect());
        Opening {
            leaves: leaves.collect(),
            nodes: nodes.iter().flatten().map(|node| node.to_bytes()).collect(),
        }
    }

    /// One list per pair of leaves of which one is opened: the leaf that is not, and further up the siblings of
    /// subtrees without an opened leaf.
    fn multiproof(&self, positions: &BTreeSet<usize>) -> Vec<Vec<H::Digest>> {
        let pairs: BTreeSet<usize> = positions.iter().map(|position| position / 2).collect();
        let mut level: Vec<usize> = pairs.into_iter().collect();
        let missing = |pair: &usize| {
            let leaves = [2 * pair, 2 * pair + 1].into_iter().filter(|leaf| !positions.contains(leaf));
            leaves.map(|leaf| self.node(0, leaf)).collect()
        };
        let mut lists: Vec<Vec<H::Digest>> = level.iter().map(missing).collect();
        for height in 1..self.levels.len() - 1 {
            let present: BTreeSet<usize> = level.iter().copied().collect();
            for (list, &node) in level.iter().enumerate() {
                if !present.contains(&(node ^ 1)) {
                    lists[list].push(self.node(height, node ^ 1));
                }
            }
            level = level.iter().map(|node| node / 2).collect();
            level.dedup();
        }
        lists
    }
}

/// An opening in the encoding of the proof, leaf by leaf and node by node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) leaves: Vec<Vec<u8>>,
    pub(super) nodes: Vec<Vec<u8>>,
}

impl Opening {
    pub(super) fn bytes(&self) -> Vec<u8> {
        [self.leaves.concat(), self.nodes.concat()].concat()
    }
}

pub(super) fn felt_bytes(felts: &[Felt]) -> Vec<u8> {
    felts.iter().flat_map(|felt| felt.as_int().to_le_bytes()).collect()
}
