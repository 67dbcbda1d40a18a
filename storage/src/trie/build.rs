use alloc::vec::Vec;

use miden_core::Digest;

use super::{Node, NodeRef, hash};
use crate::StorageError;

/// Nodes that are hashed together.
const OPEN: usize = 1 << 13;

/// Builds a trie from entries in the order of their paths, in memory that does not depend on their number.
///
/// Nodes come out children first, so a file holds the nodes of a subtree next to each other. They are hashed many at a
/// time: those without open children first.
#[derive(Debug)]
pub(crate) struct Builder {
    /// The complete left subtree at each level of the last entry's path; the right one follows.
    left: Vec<NodeRef>,
    /// The last entry, and the level at which its path separates from that of the entry before.
    last: Option<Last>,
    next_id: u64,
    count: u64,
    /// Nodes that have not been stored, in the order of their numbers, which begin with `first_open`. References to them
    /// lack the digest.
    open: Vec<Open>,
    first_open: u64,
}

#[derive(Debug)]
struct Open {
    node: Node,
    /// The digest, once it is known.
    digest: Digest,
    /// Levels of inner nodes from this one down to the first whose digest is known.
    height: usize,
}

#[derive(Debug)]
struct Last {
    key: Digest,
    leaf: NodeRef,
    separates: Option<u32>,
}

impl Builder {
    /// Numbers nodes from `next_id` on.
    pub(crate) fn new(next_id: u64) -> Self {
        let left = alloc::vec![NodeRef::EMPTY; hash::MAX_DEPTH as usize];
        Self { left, last: None, next_id, count: 0, open: Vec::with_capacity(OPEN), first_open: next_id }
    }

    /// Adds the next entry, whose leaf has the digest `leaf`; `store` takes the nodes that are complete.
    pub(crate) fn add(
        &mut self,
        (key, value): (Digest, Digest),
        leaf: Digest,
        store: &mut impl FnMut(u64, Node) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let separates = match &self.last {
            None => None,
            Some(last) => {
                let differs = |level: &u32| hash::bit(&last.key, *level) != hash::bit(&key, *level);
                let level = (0..hash::MAX_DEPTH).find(differs);
                Some(level.ok_or(StorageError::KeyCollision { key, other: last.key })?)
            }
        };
        if let Some(level) = separates {
            self.close(Some(level));
        }
        let leaf = self.push(Open { node: Node::Leaf { key, value }, digest: leaf, height: 0 });
        self.last = Some(Last { key, leaf, separates });
        self.count += 1;
        if self.open.len() >= OPEN {
            self.hash_open();
            self.store_open(store)?;
        }
        Ok(())
    }

    /// Numbers a node.
    fn push(&mut self, open: Open) -> NodeRef {
        let at = NodeRef { digest: open.digest, id: self.next_id };
        self.open.push(open);
        self.next_id += 1;
        at
    }

    /// The open node that a reference is to.
    fn open(&self, at: &NodeRef) -> Option<&Open> {
        let index = at.id.checked_sub(self.first_open)?;
        self.open.get(usize::try_from(index).ok()?)
    }

    /// The reference with its digest, if that is known.
    fn resolve(&self, at: &NodeRef) -> NodeRef {
        NodeRef { digest: self.open(at).map_or(at.digest, |open| open.digest), id: at.id }
    }

    /// Computes the digests of the open nodes.
    fn hash_open(&mut self) {
        let mut heights: Vec<Vec<usize>> = Vec::new();
        for (index, open) in self.open.iter().enumerate() {
            if heights.len() <= open.height {
                heights.resize(open.height + 1, Vec::new());
            }
            if let Some(indexes) = heights.get_mut(open.height) {
                indexes.push(index);
            }
        }
        // Those of height 0 are leaves.
        for indexes in heights.iter().skip(1) {
            let children = indexes.iter().filter_map(|index| match self.open.get(*index)?.node {
                Node::Inner { left, right } => Some([left, right].map(|child| self.resolve(&child).digest)),
                Node::Leaf { .. } => None,
            });
            let digests = hash::inners(children);
            for (index, digest) in indexes.iter().zip(digests) {
                if let Some(open) = self.open.get_mut(*index) {
                    open.digest = digest;
                }
            }
        }
    }

    /// Stores the open nodes, whose digests are known.
    fn store_open(
        &mut self,
        store: &mut impl FnMut(u64, Node) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        for (id, open) in (self.first_open..).zip(&self.open) {
            let node = match open.node {
                Node::Inner { left, right } => {
                    Node::Inner { left: self.resolve(&left), right: self.resolve(&right) }
                }
                leaf @ Node::Leaf { .. } => leaf,
            };
            store(id, node)?;
        }
        let left = self.left.iter().map(|at| self.resolve(at)).collect();
        self.left = left;
        self.first_open = self.next_id;
        self.open.clear();
        Ok(())
    }

    /// Completes the trie; returns its root, the number of entries and the next unused number.
    pub(crate) fn finish(
        mut self,
        store: &mut impl FnMut(u64, Node) -> Result<(), StorageError>,
    ) -> Result<(NodeRef, u64, u64), StorageError> {
        let root = self.close(None);
        self.hash_open();
        let root = self.resolve(&root);
        self.store_open(store)?;
        Ok((root, self.count, self.next_id))
    }

    /// Completes the subtree of the last entry below `level`, where the next path separates from it, or up to the root.
    fn close(&mut self, level: Option<u32>) -> NodeRef {
        let Some(Last { key, leaf, separates }) = self.last.take() else { return NodeRef::EMPTY };
        // A leaf is one level below the last node that it shares with a neighbour.
        let depth = separates.max(level).map_or(0, |level| level + 1);
        let top = level.map_or(0, |level| level + 1);
        let mut subtree = leaf;
        for level in (top..depth).rev() {
            let (left, right) = match hash::bit(&key, level) {
                true => (self.take_left(level), subtree),
                false => (subtree, NodeRef::EMPTY),
            };
            let height = |child| self.open(child).map_or(0, |open| open.height);
            let height = 1 + height(&left).max(height(&right));
            subtree = self.push(Open { node: Node::Inner { left, right }, digest: hash::EMPTY, height });
        }
        if let Some(place) = level.and_then(|level| self.left.get_mut(level as usize)) {
            *place = subtree;
        }
        subtree
    }

    fn take_left(&mut self, level: u32) -> NodeRef {
        let place = self.left.get_mut(level as usize);
        place.map_or(NodeRef::EMPTY, |place| core::mem::replace(place, NodeRef::EMPTY))
    }
}
