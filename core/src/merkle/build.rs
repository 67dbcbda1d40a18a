//! Construction of whole trees, layer by layer from the leaves up.

use alloc::{collections::BTreeMap, vec, vec::Vec};

use super::{
    MAX_MERKLE_DEPTH, MerkleError, MerkleStore,
    store::{Children, Nodes, check_place, merge_children},
};
use crate::Digest;

/// Computes the digests of many pairs of children, in order.
///
/// With vector instructions or threads this can be faster than [`merge_pairs`]. With any other digests, programs reject
/// the paths in the store.
pub type MergePairs<'a> = dyn Fn(&[[Digest; 2]], &mut [Digest]) + 'a;

/// Computes the digests of pairs of children one after the other.
pub fn merge_pairs(pairs: &[[Digest; 2]], digests: &mut [Digest]) {
    for ([left, right], digest) in pairs.iter().zip(digests) {
        *digest = merge_children(left, right);
    }
}

/// The nodes of one depth with their indexes, in ascending order.
type Layer = Vec<(u64, Digest)>;

impl MerkleStore {
    /// Adds the complete tree with these leaves and returns its root.
    ///
    /// # Errors
    /// If the number of leaves is not a power of two, or less than 2.
    pub fn add_tree(&mut self, leaves: &[Digest]) -> Result<Digest, MerkleError> {
        self.add_tree_with(leaves, &merge_pairs)
    }

    /// Like [`Self::add_tree`]; `merge` computes the digests, as [`merge_pairs`] does.
    ///
    /// # Errors
    /// Like [`Self::add_tree`].
    pub fn add_tree_with(
        &mut self,
        leaves: &[Digest],
        merge: &MergePairs<'_>,
    ) -> Result<Digest, MerkleError> {
        let wrong_number = MerkleError::NumLeavesNotPowerOfTwo { got: leaves.len() };
        if leaves.len() < 2 || !leaves.len().is_power_of_two() {
            return Err(wrong_number);
        }
        let mut added = Added::default();
        let mut layer = leaves.to_vec();
        while layer.len() > 1 {
            layer = added.merge(layer.as_chunks().0, merge);
        }
        self.add(added);
        layer.first().copied().ok_or(wrong_number)
    }

    /// Adds the tree of this depth with these leaves, by index, and zero words elsewhere; returns its root.
    ///
    /// Time and memory are proportional to the number of leaves times the depth. Zero leaves and the nodes above them
    /// can be looked up like any others.
    ///
    /// # Errors
    /// If the depth is not valid, an index is not below `2^depth`, or two are equal. The store is unchanged.
    pub fn add_sparse_tree(&mut self, depth: u8, leaves: &[(u64, Digest)]) -> Result<Digest, MerkleError> {
        self.add_sparse_tree_with(depth, leaves, &merge_pairs)
    }

    /// Like [`Self::add_sparse_tree`]; `merge` computes the digests, as [`merge_pairs`] does.
    ///
    /// # Errors
    /// Like [`Self::add_sparse_tree`].
    pub fn add_sparse_tree_with(
        &mut self,
        depth: u8,
        leaves: &[(u64, Digest)],
        merge: &MergePairs<'_>,
    ) -> Result<Digest, MerkleError> {
        check_place(depth, 0)?;
        let mut layer = sorted_layer(depth, leaves.to_vec())?;
        let mut added = Added::default();
        // Root of an empty tree of the current height.
        let mut empty = Digest::default();
        for _ in 0..depth {
            let (mut parents, mut pairs) =
                (Vec::with_capacity(layer.len()), Vec::with_capacity(layer.len() + 1));
            let mut nodes = layer.into_iter().peekable();
            while let Some((index, node)) = nodes.next() {
                parents.push(index >> 1);
                pairs.push(if index & 1 == 1 {
                    [empty, node]
                } else {
                    let right = nodes.next_if(|&(next, _)| next == index + 1);
                    [node, right.map_or(empty, |(_, right)| right)]
                });
            }
            pairs.push([empty; 2]);
            let digests = added.merge(&pairs, merge);
            empty = digests.last().copied().unwrap_or_default();
            layer = parents.into_iter().zip(digests).collect();
        }
        self.add(added);
        Ok(layer.first().map_or(empty, |&(_, root)| root))
    }

    /// Adds a tree whose leaves have different depths, as `((depth, index), value)`, and returns its root.
    ///
    /// # Errors
    /// If there are no leaves, a place is not valid or occurs twice, a leaf has other leaves below it, or a node
    /// lacks its sibling. Nodes built from valid leaves may have been added.
    pub fn add_partial_tree(&mut self, leaves: &[((u8, u64), Digest)]) -> Result<Digest, MerkleError> {
        let mut given = BTreeMap::<u8, Layer>::new();
        for &((depth, index), value) in leaves {
            check_place(depth, index)?;
            given.entry(depth).or_default().push((index, value));
        }
        let deepest = given.keys().next_back().copied().ok_or(MerkleError::NoLeaves)?;
        let mut layer = Layer::new();
        for depth in (1..=deepest).rev() {
            let leaves = sorted_layer(depth, given.remove(&depth).unwrap_or_default())?;
            let inner = core::mem::take(&mut layer);
            let not_a_leaf = |index| MerkleError::NotALeaf { depth, index };
            let nodes = sorted_layer(depth, [inner, leaves].concat()).map_err(|error| match error {
                MerkleError::DuplicateNode { index, .. } => not_a_leaf(index),
                error => error,
            })?;
            let mut nodes = nodes.into_iter();
            while let Some((index, left)) = nodes.next() {
                let missing = MerkleError::SiblingMissing { depth, index: index ^ 1 };
                let right = match nodes.next() {
                    Some((next, right)) if index & 1 == 0 && next == index + 1 => right,
                    _ => return Err(missing),
                };
                layer.push((index >> 1, self.merge(&left, &right)));
            }
        }
        layer.first().map(|&(_, root)| root).ok_or(MerkleError::NoLeaves)
    }

    /// Adds the nodes on the path from `node` at this index up to the root, and returns the root.
    ///
    /// `path` contains the siblings from the node up; its length is the depth of the node.
    ///
    /// # Errors
    /// If the depth is not valid, or the index is not below `2^depth`.
    pub fn add_path(&mut self, index: u64, node: &Digest, path: &[Digest]) -> Result<Digest, MerkleError> {
        let depth = u8::try_from(path.len()).ok().filter(|&depth| depth <= MAX_MERKLE_DEPTH);
        let depth = depth.ok_or(MerkleError::InvalidDepth { depth: path.len() as u64 })?;
        check_place(depth, index)?;
        let mut node = *node;
        for (level, sibling) in path.iter().enumerate() {
            let is_right = index >> level & 1 == 1;
            node = if is_right { self.merge(sibling, &node) } else { self.merge(&node, sibling) };
        }
        Ok(node)
    }
}

/// The nodes in ascending order, provided that their places are valid and differ.
fn sorted_layer(depth: u8, mut nodes: Layer) -> Result<Layer, MerkleError> {
    for &(index, _) in &nodes {
        check_place(depth, index)?;
    }
    nodes.sort_by_key(|&(index, _)| index);
    match nodes.windows(2).find(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        Some([(index, _), ..]) => Err(MerkleError::DuplicateNode { depth, index: *index }),
        _ => Ok(nodes),
    }
}

/// New nodes, in maps of which each has at least twice as many as the next one.
///
/// Sorted maps are merged node by node. With millions of nodes that is several times faster than to insert them one at a
/// time, because almost each insertion misses the caches.
#[derive(Default)]
struct Added(Vec<Nodes>);

impl Added {
    /// Merges the pairs and returns their parents.
    fn merge(&mut self, pairs: &[[Digest; 2]], merge: &MergePairs<'_>) -> Vec<Digest> {
        let mut parents = vec![Digest::default(); pairs.len()];
        merge(pairs, &mut parents);
        let children = pairs.iter().map(|&[left, right]| Children { left, right });
        let mut nodes: Nodes = parents.iter().copied().zip(children).collect();
        while let Some(mut larger) = self.0.pop_if(|before| before.len() < 2 * nodes.len()) {
            larger.append(&mut nodes);
            nodes = larger;
        }
        self.0.push(nodes);
        parents
    }
}

impl MerkleStore {
    fn add(&mut self, Added(maps): Added) {
        for mut nodes in maps.into_iter().rev() {
            self.append(&mut nodes);
        }
    }
}
