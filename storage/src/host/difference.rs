//! The entries in which two states differ.

use alloc::vec::Vec;

use miden_core::Digest;

use super::{StorageHost, Subtree};
use crate::{
    StorageError, StorageReader, Writes,
    trie::hash::{self, EMPTY, MAX_DEPTH},
};

/// The values to be set in the first state of a run to get the one with root `root`.
///
/// Only subtrees that differ are visited; these consist of nodes that the run has loaded or made.
pub(super) fn writes<R: StorageReader>(
    host: &mut StorageHost<R>,
    root: &Digest,
) -> Result<Writes, StorageError> {
    let start = host.start.1.digest;
    let mut walk = Walk { host, root: *root, path: Vec::new(), writes: Writes::new() };
    walk.compare(&start, root)?;
    Ok(walk.writes)
}

struct Walk<'a, R> {
    host: &'a mut StorageHost<R>,
    /// The root of the last state, for errors.
    root: Digest,
    /// The bits that lead to the current node.
    path: Vec<bool>,
    writes: Writes,
}

impl<R: StorageReader> Walk<'_, R> {
    fn compare(&mut self, before: &Digest, after: &Digest) -> Result<(), StorageError> {
        if before == after {
            return Ok(());
        }
        match (self.subtree(before)?, self.subtree(after)?) {
            (_, Subtree::Inner { left: EMPTY, right: EMPTY }) => Err(self.invalid(after)),
            (Subtree::Inner { left: left_before, right: right_before }, Subtree::Inner { left, right }) => {
                self.below(false, |walk| walk.compare(&left_before, &left))?;
                self.below(true, |walk| walk.compare(&right_before, &right))
            }
            _ => {
                self.leaves(before, &mut |writes, key, _| {
                    writes.insert(key, EMPTY);
                })?;
                self.leaves(after, &mut |writes, key, value| {
                    writes.insert(key, value);
                })
            }
        }
    }

    /// Visits the leaves of a subtree.
    ///
    /// Nobody has verified yet that the kernel made the last state. Nodes of a program's own that contain each other
    /// several times would have more leaves than can be visited, but their keys would not fit their paths.
    fn leaves(
        &mut self,
        at: &Digest,
        visit: &mut impl FnMut(&mut Writes, Digest, Digest),
    ) -> Result<(), StorageError> {
        match self.subtree(at)? {
            Subtree::Empty => Ok(()),
            Subtree::Leaf { key, value } => {
                let fits = (0..).zip(&self.path).all(|(level, bit)| hash::bit(&key, level) == *bit);
                if !fits || value == EMPTY {
                    return Err(self.invalid(at));
                }
                visit(&mut self.writes, key, value);
                Ok(())
            }
            Subtree::Inner { left: EMPTY, right: EMPTY } => Err(self.invalid(at)),
            Subtree::Inner { left, right } => {
                self.below(false, |walk| walk.leaves(&left, visit))?;
                self.below(true, |walk| walk.leaves(&right, visit))
            }
        }
    }

    fn below<T>(
        &mut self,
        bit: bool,
        visit: impl FnOnce(&mut Self) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        if self.path.len() >= MAX_DEPTH as usize {
            return Err(self.invalid(&self.root));
        }
        self.path.push(bit);
        let result = visit(self);
        self.path.pop();
        result
    }

    fn subtree(&mut self, at: &Digest) -> Result<Subtree, StorageError> {
        let missing = StorageError::MissingNode { root: self.root, node: *at };
        self.host.subtree(at)?.ok_or(missing)
    }

    fn invalid(&self, node: &Digest) -> StorageError {
        StorageError::InvalidState { root: self.root, node: *node }
    }
}
