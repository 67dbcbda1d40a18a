use alloc::vec::Vec;

use miden_core::Digest;

use super::{Node, NodeReader, NodeRef, hash, lookup};
use crate::StorageError;

/// Numbers from here on are those of nodes that exist only in memory.
const FRESH: u64 = 1 << 63;

/// A trie that changes in memory: nodes that were not changed are read from a backend when they are needed.
///
/// Memory use is proportional to the number of changed entries, times the depth.
#[derive(Debug)]
pub struct Trie<R> {
    reader: R,
    root: NodeRef,
    /// Entries that were added, less those removed.
    growth: i64,
    fresh: Vec<Option<Node>>,
    /// Indices of unused places in `fresh`.
    unused: Vec<usize>,
    /// Numbers of stored nodes that are no longer in the trie.
    removed: Vec<u64>,
}

/// How a trie differs from the one that is stored.
#[derive(Debug)]
pub(crate) struct Changes {
    pub(crate) root: NodeRef,
    pub(crate) growth: i64,
    /// The new nodes, children first, with the numbers that they get.
    pub(crate) added: Vec<(u64, Node)>,
    pub(crate) removed: Vec<u64>,
}

impl<R: NodeReader> Trie<R> {
    /// The trie with this root.
    pub const fn new(reader: R, root: NodeRef) -> Self {
        Self { reader, root, growth: 0, fresh: Vec::new(), unused: Vec::new(), removed: Vec::new() }
    }

    /// The digest of the root.
    pub const fn root(&self) -> Digest {
        self.root.digest
    }

    /// The value of a key; `None` if it is absent.
    ///
    /// # Errors
    /// If a node on the path cannot be read.
    pub fn get(&self, key: &Digest) -> Result<Option<Digest>, StorageError> {
        lookup(self, &self.root, key)
    }

    /// Sets the value of a key; the zero word removes it.
    ///
    /// # Errors
    /// If a node on the path cannot be read, or the key differs from another one only in bits below those that form
    /// paths. The trie is then unusable.
    pub fn set(&mut self, key: &Digest, value: &Digest) -> Result<(), StorageError> {
        let root = self.root;
        self.root = if *value == hash::EMPTY {
            self.remove(root, 0, key)?
        } else {
            self.insert(root, 0, key, value)?
        };
        Ok(())
    }

    fn insert(
        &mut self,
        at: NodeRef,
        level: u32,
        key: &Digest,
        value: &Digest,
    ) -> Result<NodeRef, StorageError> {
        let leaf = Node::Leaf { key: *key, value: *value };
        if at.is_empty() {
            self.growth += 1;
            return Ok(self.add(leaf));
        }
        match self.node(&at)? {
            node if node == leaf => Ok(at),
            Node::Leaf { key: found, .. } if found == *key => {
                self.drop_node(&at);
                Ok(self.add(leaf))
            }
            Node::Leaf { key: found, .. } => {
                let split = (level..hash::MAX_DEPTH).find(|&l| hash::bit(&found, l) != hash::bit(key, l));
                let split = split.ok_or(StorageError::KeyCollision { key: *key, other: found })?;
                self.growth += 1;
                let leaf = self.add(leaf);
                let mut subtree = self.add_inner(hash::bit(key, split), leaf, at);
                for level in (level..split).rev() {
                    subtree = self.add_inner(hash::bit(key, level), subtree, NodeRef::EMPTY);
                }
                Ok(subtree)
            }
            Node::Inner { left, right } => {
                let is_right = hash::bit(key, level);
                let (next, other) = if is_right { (right, left) } else { (left, right) };
                let changed = self.insert(next, self.below(level)?, key, value)?;
                if changed == next {
                    return Ok(at);
                }
                self.drop_node(&at);
                Ok(self.add_inner(is_right, changed, other))
            }
        }
    }

    fn remove(&mut self, at: NodeRef, level: u32, key: &Digest) -> Result<NodeRef, StorageError> {
        if at.is_empty() {
            return Ok(at);
        }
        match self.node(&at)? {
            Node::Leaf { key: found, .. } if found == *key => {
                self.growth -= 1;
                self.drop_node(&at);
                Ok(NodeRef::EMPTY)
            }
            Node::Leaf { .. } => Ok(at),
            Node::Inner { left, right } => {
                let is_right = hash::bit(key, level);
                let (next, other) = if is_right { (right, left) } else { (left, right) };
                let changed = self.remove(next, self.below(level)?, key)?;
                if changed == next {
                    return Ok(at);
                }
                self.drop_node(&at);
                // An entry that is alone in its subtree represents it.
                let lone = match (changed.is_empty(), other.is_empty()) {
                    (true, true) => return Ok(NodeRef::EMPTY),
                    (true, false) => Some(other),
                    (false, true) => Some(changed),
                    (false, false) => None,
                };
                match lone {
                    Some(lone) if matches!(self.node(&lone)?, Node::Leaf { .. }) => Ok(lone),
                    _ => Ok(self.add_inner(is_right, changed, other)),
                }
            }
        }
    }

    /// The next level; only a damaged trie has inner nodes below the last one.
    fn below(&self, level: u32) -> Result<u32, StorageError> {
        if level + 1 > hash::MAX_DEPTH {
            return Err(StorageError::damaged("a path is longer than a key"));
        }
        Ok(level + 1)
    }

    fn add_inner(&mut self, is_right: bool, child: NodeRef, other: NodeRef) -> NodeRef {
        let (left, right) = if is_right { (other, child) } else { (child, other) };
        self.add(Node::Inner { left, right })
    }

    fn add(&mut self, node: Node) -> NodeRef {
        let index = self.unused.pop().unwrap_or_else(|| {
            self.fresh.push(None);
            self.fresh.len() - 1
        });
        if let Some(place) = self.fresh.get_mut(index) {
            *place = Some(node);
        }
        NodeRef { digest: node.digest(), id: FRESH + index as u64 }
    }

    fn drop_node(&mut self, at: &NodeRef) {
        match fresh_index(at.id) {
            Some(index) => {
                if let Some(place) = self.fresh.get_mut(index) {
                    *place = None;
                }
                self.unused.push(index);
            }
            None => self.removed.push(at.id),
        }
    }

    /// The changes; new nodes get numbers from `next_id` on.
    pub(crate) fn into_changes(self, next_id: u64) -> Changes {
        let Self { root, growth, fresh, removed, .. } = self;
        let mut added = Vec::new();
        let root = place(root, &fresh, next_id, &mut added);
        Changes { root, growth, added, removed }
    }
}

/// Numbers the new nodes of a subtree, children first.
fn place(at: NodeRef, fresh: &[Option<Node>], next_id: u64, added: &mut Vec<(u64, Node)>) -> NodeRef {
    let Some(node) = fresh_index(at.id).and_then(|index| *fresh.get(index)?) else { return at };
    let node = match node {
        Node::Leaf { .. } => node,
        Node::Inner { left, right } => {
            let [left, right] = [left, right].map(|child| place(child, fresh, next_id, added));
            Node::Inner { left, right }
        }
    };
    let id = next_id + added.len() as u64;
    added.push((id, node));
    NodeRef { digest: at.digest, id }
}

fn fresh_index(id: u64) -> Option<usize> {
    id.checked_sub(FRESH).and_then(|index| usize::try_from(index).ok())
}

impl<R: NodeReader> NodeReader for Trie<R> {
    fn node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        match fresh_index(at.id) {
            Some(index) => {
                let node = self.fresh.get(index).copied().flatten();
                node.ok_or_else(|| StorageError::damaged("a new node is missing"))
            }
            None => self.reader.node(at),
        }
    }
}
