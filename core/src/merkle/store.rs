use alloc::{collections::BTreeMap, vec::Vec};

use super::{MAX_MERKLE_DEPTH, MerkleError};
use crate::{Digest, Felt, merge};

/// Element 0 of the capacity for hashing two nodes: the number of elements.
const DOMAIN: Felt = Felt::new(8);

/// The root of the tree with `node` at `index`; `path` contains the siblings from the node up.
///
/// Bits of the index beyond the length of the path are ignored.
pub fn merkle_root(index: u64, node: &Digest, path: &[Digest]) -> Digest {
    let mut node = *node;
    let mut rest = index;
    for sibling in path {
        node = if rest & 1 == 1 { merge_children(sibling, &node) } else { merge_children(&node, sibling) };
        rest >>= 1;
    }
    node
}

/// The parent of two nodes.
pub(super) fn merge_children(left: &Digest, right: &Digest) -> Digest {
    merge(DOMAIN, left, right)
}

/// The children of nodes.
pub(super) type Nodes = BTreeMap<Digest, Children>;

/// The two children of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Children {
    pub(super) left: Digest,
    pub(super) right: Digest,
}

/// Any number of Merkle trees, which share equal nodes.
///
/// Every node whose children are in the store is the root of a tree. Nothing is ever removed: after a node is set,
/// the store contains both the old and the new tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MerkleStore {
    nodes: Nodes,
}

impl MerkleStore {
    /// A store without trees.
    pub const fn new() -> Self {
        Self { nodes: Nodes::new() }
    }

    /// Number of nodes with children; each takes three digests of memory.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the store has no trees.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether the store has a tree with this root.
    pub fn contains(&self, root: &Digest) -> bool {
        self.nodes.contains_key(root)
    }

    /// Adds the tree with these two children and returns its root.
    pub fn merge(&mut self, left: &Digest, right: &Digest) -> Digest {
        let parent = merge_children(left, right);
        self.nodes.insert(parent, Children { left: *left, right: *right });
        parent
    }

    /// Adds nodes, computed from their children, and removes them from `nodes`.
    pub(super) fn append(&mut self, nodes: &mut Nodes) {
        /// A merge visits all nodes, so it pays only for a good part of them.
        const MIN_PART: usize = 16;
        match nodes.len() < self.nodes.len() / MIN_PART {
            true => self.nodes.extend(core::mem::take(nodes)),
            false => self.nodes.append(nodes),
        }
    }

    /// The node at `depth` and `index` of the tree with root `root`.
    ///
    /// # Errors
    /// If there is no such node, or it is not in the store.
    pub fn node(&self, root: &Digest, depth: u8, index: u64) -> Result<Digest, MerkleError> {
        self.descend(root, depth, index, |_| ())
    }

    /// The `depth` siblings on the path from the node at `depth` and `index` up to the root; the first one is the
    /// sibling of the node itself.
    ///
    /// # Errors
    /// Like [`Self::node`].
    pub fn path(&self, root: &Digest, depth: u8, index: u64) -> Result<Vec<Digest>, MerkleError> {
        let mut path = Vec::with_capacity(usize::from(depth.min(MAX_MERKLE_DEPTH)));
        self.descend(root, depth, index, |sibling| path.push(sibling))?;
        path.reverse();
        Ok(path)
    }

    /// Adds the tree that differs from the one with root `root` in `value` at `depth` and `index`; returns its root.
    ///
    /// # Errors
    /// Like [`Self::node`]. The store is unchanged.
    pub fn set_node(
        &mut self,
        root: &Digest,
        depth: u8,
        index: u64,
        value: &Digest,
    ) -> Result<Digest, MerkleError> {
        let path = self.path(root, depth, index)?;
        self.add_path(index, value, &path)
    }

    /// Descends from the root to a node; `sibling` receives every sibling on the path.
    fn descend(
        &self,
        root: &Digest,
        depth: u8,
        index: u64,
        mut sibling: impl FnMut(Digest),
    ) -> Result<Digest, MerkleError> {
        check_place(depth, index)?;
        if !self.contains(root) {
            return Err(MerkleError::RootNotFound { root: *root });
        }
        let mut node = *root;
        for level in (0..depth).rev() {
            let Children { left, right } =
                *self.nodes.get(&node).ok_or(MerkleError::NodeNotFound { root: *root, depth, index })?;
            let is_right = index >> level & 1 == 1;
            let (next, other) = if is_right { (right, left) } else { (left, right) };
            sibling(other);
            node = next;
        }
        Ok(node)
    }

    /// The nodes with children, in ascending order.
    pub(super) fn nodes(&self) -> impl ExactSizeIterator<Item = (&Digest, &Children)> {
        self.nodes.iter()
    }
}

/// Checks that trees can have a node with this index at this depth.
pub(super) fn check_place(depth: u8, index: u64) -> Result<(), MerkleError> {
    if !(1..=MAX_MERKLE_DEPTH).contains(&depth) {
        return Err(MerkleError::InvalidDepth { depth: depth.into() });
    }
    if index >> depth != 0 {
        return Err(MerkleError::InvalidIndex { depth, index });
    }
    Ok(())
}
