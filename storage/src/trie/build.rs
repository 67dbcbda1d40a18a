use alloc::vec::Vec;

use miden_core::Digest;

use super::{Node, NodeRef, hash};
use crate::StorageError;

/// Builds a trie from entries in the order of their paths, in memory proportional to the depth.
///
/// Nodes come out children first, so a file holds the nodes of a subtree next to each other.
#[derive(Debug)]
pub(crate) struct Builder {
    /// The complete left subtree at each level of the last entry's path; the right one follows.
    left: Vec<NodeRef>,
    /// The last entry, and the level at which its path separates from that of the entry before.
    last: Option<Last>,
    next_id: u64,
    count: u64,
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
        Self { left, last: None, next_id, count: 0 }
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
            self.close(Some(level), store)?;
        }
        store(self.next_id, Node::Leaf { key, value })?;
        self.last = Some(Last { key, leaf: NodeRef { digest: leaf, id: self.next_id }, separates });
        self.next_id += 1;
        self.count += 1;
        Ok(())
    }

    /// Completes the trie; returns its root, the number of entries and the next unused number.
    pub(crate) fn finish(
        mut self,
        store: &mut impl FnMut(u64, Node) -> Result<(), StorageError>,
    ) -> Result<(NodeRef, u64, u64), StorageError> {
        let root = self.close(None, store)?;
        Ok((root, self.count, self.next_id))
    }

    /// Completes the subtree of the last entry below `level`, where the next path separates from it, or up to the root.
    fn close(
        &mut self,
        level: Option<u32>,
        store: &mut impl FnMut(u64, Node) -> Result<(), StorageError>,
    ) -> Result<NodeRef, StorageError> {
        let Some(Last { key, leaf, separates }) = self.last.take() else { return Ok(NodeRef::EMPTY) };
        // A leaf is one level below the last node that it shares with a neighbour.
        let depth = separates.max(level).map_or(0, |level| level + 1);
        let top = level.map_or(0, |level| level + 1);
        let mut subtree = leaf;
        for level in (top..depth).rev() {
            let (left, right) = match hash::bit(&key, level) {
                true => (self.take_left(level), subtree),
                false => (subtree, NodeRef::EMPTY),
            };
            let node = Node::Inner { left, right };
            subtree = NodeRef { digest: node.digest(), id: self.next_id };
            store(self.next_id, node)?;
            self.next_id += 1;
        }
        if let Some(place) = level.and_then(|level| self.left.get_mut(level as usize)) {
            *place = subtree;
        }
        Ok(subtree)
    }

    fn take_left(&mut self, level: u32) -> NodeRef {
        let place = self.left.get_mut(level as usize);
        place.map_or(NodeRef::EMPTY, |place| core::mem::replace(place, NodeRef::EMPTY))
    }
}
