use alloc::{vec, vec::Vec};

use miden_core::{
    Digest,
    storage::{EntryProof, PathEnd},
};

use super::{Node, NodeRef, hash};
use crate::StorageError;

/// A source of nodes that do not change while it lives.
pub trait NodeReader {
    /// The node that `at` refers to; its digest has been checked.
    ///
    /// # Errors
    /// If it cannot be read, is missing, or has another digest.
    fn node(&self, at: &NodeRef) -> Result<Node, StorageError>;

    /// The node that is stored in the place of `at`, for a caller that checks the digests of several nodes together. By
    /// default they are checked one by one.
    ///
    /// # Errors
    /// If it cannot be read, or is missing.
    fn unchecked_node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        self.node(at)
    }
}

impl<R: NodeReader + ?Sized> NodeReader for &R {
    fn node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        (**self).node(at)
    }

    fn unchecked_node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        (**self).unchecked_node(at)
    }
}

/// The value of a key; `None` if it is absent.
///
/// # Errors
/// If a node on the path cannot be read.
pub fn lookup(
    reader: &impl NodeReader,
    root: &NodeRef,
    key: &Digest,
) -> Result<Option<Digest>, StorageError> {
    match descend(reader, root, key, |_| ())? {
        PathEnd::Leaf { key: found, value } if found == *key.elements() => Ok(Some(value.into())),
        _ => Ok(None),
    }
}

/// The proof of a key's value, or of its absence.
///
/// # Errors
/// Like [`lookup`].
pub fn prove_entry(
    reader: &impl NodeReader,
    root: &NodeRef,
    key: &Digest,
) -> Result<EntryProof, StorageError> {
    let mut siblings = Vec::new();
    let end = descend(reader, root, key, |sibling| siblings.push(sibling))?;
    Ok(EntryProof { siblings, end })
}

/// Descends from the root to the end of the key's path; `sibling` receives the siblings, the topmost first.
fn descend(
    reader: &impl NodeReader,
    root: &NodeRef,
    key: &Digest,
    mut sibling: impl FnMut(Digest),
) -> Result<PathEnd, StorageError> {
    let (mut at, mut path) = (*root, Vec::new());
    let mut end = PathEnd::Empty;
    for level in 0..=hash::MAX_DEPTH {
        if at.is_empty() {
            break;
        }
        let node = reader.unchecked_node(&at)?;
        path.push((at, node));
        match node {
            Node::Leaf { key, value } => {
                end = PathEnd::Leaf { key: key.into(), value: value.into() };
                break;
            }
            Node::Inner { .. } if level == hash::MAX_DEPTH => {
                return Err(StorageError::damaged("a path is longer than a key"));
            }
            Node::Inner { left, right } => {
                let (next, other) = if hash::bit(key, level) { (right, left) } else { (left, right) };
                sibling(other.digest);
                at = next;
            }
        }
    }
    match first_altered(&path) {
        None => Ok(end),
        Some(at) => {
            // The reader says where the node is.
            reader.node(at)?;
            Err(StorageError::damaged("a node was altered"))
        }
    }
}

/// The first node of a path that does not have its digest.
fn first_altered(path: &[(NodeRef, Node)]) -> Option<&NodeRef> {
    let children = |(_, node): &(NodeRef, Node)| match node {
        Node::Inner { left, right } => Some([left.digest, right.digest]),
        Node::Leaf { .. } => None,
    };
    let mut inners = hash::inners(path.iter().filter_map(children)).into_iter();
    let is_altered = |(at, node): &&(NodeRef, Node)| match node {
        Node::Inner { .. } => inners.next() != Some(at.digest),
        Node::Leaf { .. } => node.digest() != at.digest,
    };
    path.iter().find(is_altered).map(|(at, _)| at)
}

/// The entries below a root, in the order of their paths.
///
/// Memory use is proportional to the depth.
#[derive(Debug)]
pub struct Entries<R> {
    reader: R,
    /// Subtrees still to be visited, the next one last.
    open: Vec<NodeRef>,
}

impl<R: NodeReader> Entries<R> {
    /// All entries below `root`.
    pub fn new(reader: R, root: NodeRef) -> Self {
        Self { reader, open: vec![root] }
    }
}

impl<R: NodeReader> Iterator for Entries<R> {
    type Item = Result<(Digest, Digest), StorageError>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(at) = self.open.pop() {
            if at.is_empty() {
                continue;
            }
            match self.reader.node(&at) {
                Ok(Node::Leaf { key, value }) => return Some(Ok((key, value))),
                Ok(Node::Inner { left, right }) => self.open.extend([right, left]),
                Err(error) => {
                    // Nothing after a damaged node would be in its place.
                    self.open.clear();
                    return Some(Err(error));
                }
            }
        }
        None
    }
}
