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
}

impl<R: NodeReader + ?Sized> NodeReader for &R {
    fn node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        (**self).node(at)
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
    let mut at = *root;
    for level in 0..=hash::MAX_DEPTH {
        if at.is_empty() {
            return Ok(PathEnd::Empty);
        }
        match reader.node(&at)? {
            Node::Leaf { key, value } => return Ok(PathEnd::Leaf { key: key.into(), value: value.into() }),
            Node::Inner { left, right } => {
                let (next, other) = if hash::bit(key, level) { (right, left) } else { (left, right) };
                sibling(other.digest);
                at = next;
            }
        }
    }
    Err(StorageError::damaged("a path is longer than a key"))
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
