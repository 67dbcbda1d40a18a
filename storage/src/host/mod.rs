//! The host of a run: supplies the nodes that the program asks for, and finds what the run has written.
//!
//! Book: design/storage.md#host

mod difference;
#[cfg(test)]
mod tests;

use alloc::{collections::BTreeMap, format, string::ToString, vec::Vec};

use miden_core::{
    AdviceInputs, Digest, Felt, Word,
    storage::{FIND_EVENT, REMOVE_EVENT, leaf_digest},
};
use miden_processor::{
    AdviceError, AdviceProvider, EventError, HandlerError, Host, InMemoryAdvice, ProcessState,
    answer_trie_event,
};

use crate::{
    Node, NodeRef, StorageError, StorageReader, Version, Writes,
    trie::hash::{self, EMPTY, MAX_DEPTH},
};

/// A host that reads the state of a storage lazily: only nodes on paths that the program follows are loaded.
///
/// Loaded and new nodes are part of the advice, so its limit bounds the memory. The storage is not changed: after
/// success, [`Self::writes`] returns what the run has written, for
/// [`StorageBackend::commit`](crate::StorageBackend::commit).
#[derive(Debug)]
pub struct StorageHost<R> {
    advice: InMemoryAdvice,
    reader: R,
    start: (Version, NodeRef),
    /// Where the storage keeps the nodes that are known from their parents and have not been loaded.
    places: BTreeMap<Digest, u64>,
}

/// A subtree, given its root.
#[derive(Clone, Copy, Debug)]
enum Subtree {
    Empty,
    Leaf { key: Digest, value: Digest },
    Inner { left: Digest, right: Digest },
}

impl<R: StorageReader> StorageHost<R> {
    /// A host for a run on the current state.
    ///
    /// # Errors
    /// If the storage cannot be read, or the advice exceeds its limit of `max_advice` elements.
    pub fn new(reader: R, advice: AdviceInputs, max_advice: usize) -> Result<Self, HostStartError> {
        let start = reader.current()?;
        Self::on(reader, start, advice, max_advice)
    }

    /// A host for a run on the latest version with this root.
    ///
    /// # Errors
    /// Like [`Self::new`], and if no version has this root.
    pub fn at_root(
        reader: R,
        root: &Digest,
        advice: AdviceInputs,
        max_advice: usize,
    ) -> Result<Self, HostStartError> {
        let start = reader.find_root(root)?;
        Self::on(reader, start, advice, max_advice)
    }

    fn on(
        reader: R,
        start: (Version, NodeRef),
        advice: AdviceInputs,
        max_advice: usize,
    ) -> Result<Self, HostStartError> {
        let advice = InMemoryAdvice::new(advice, max_advice)?;
        let places = [(start.1.digest, start.1.id)].into();
        Ok(Self { advice, reader, start, places })
    }

    /// The version that the run starts on.
    pub const fn version(&self) -> Version {
        self.start.0
    }

    /// The values that a run which ended with `root` has set, by key.
    ///
    /// # Errors
    /// If the state is not one that the run can have written, or the storage cannot be read.
    pub fn writes(&mut self, root: &Digest) -> Result<Writes, StorageError> {
        difference::writes(self, root)
    }

    /// The subtree with this root: from the storage, or made by the program.
    ///
    /// What the program has put into its advice is checked by its hash, as everything is.
    fn subtree(&mut self, root: &Digest) -> Result<Option<Subtree>, LoadError> {
        if *root == EMPTY {
            return Ok(Some(Subtree::Empty));
        }
        if let Some(id) = self.places.remove(root) {
            return self.load(&NodeRef { digest: *root, id }).map(Some);
        }
        if self.advice.merkle_store().contains(root) {
            let [left, right] = [0, 1].map(|index| self.advice.merkle_node(root, 1, index));
            return Ok(Some(Subtree::Inner { left: left?, right: right? }));
        }
        Ok(self.advice.map_get(root).and_then(|list| leaf(root, list)))
    }

    /// Reads a node and adds it to the advice.
    fn load(&mut self, at: &NodeRef) -> Result<Subtree, LoadError> {
        match self.reader.node(at)? {
            Node::Leaf { key, value } => {
                self.advice.map_insert(at.digest, [*key.elements(), *value.elements()].concat())?;
                Ok(Subtree::Leaf { key, value })
            }
            Node::Inner { left, right } => {
                self.advice.merkle_merge(&left.digest, &right.digest)?;
                self.places.extend([left, right].map(|child| (child.digest, child.id)));
                Ok(Subtree::Inner { left: left.digest, right: right.digest })
            }
        }
    }

    /// Loads the nodes on the path of a key; returns its end, and the siblings, the topmost first.
    fn descend(&mut self, root: &Digest, key: &Digest) -> Result<(Subtree, Vec<Digest>), HandlerError> {
        let mut siblings = Vec::new();
        let mut at = *root;
        for level in 0..=MAX_DEPTH {
            let unknown = || format!("node {at} of the state is neither stored nor made by the program");
            match self.subtree(&at)?.ok_or_else(unknown)? {
                Subtree::Inner { left, right } if level < MAX_DEPTH => {
                    let (next, other) = if hash::bit(key, level) { (right, left) } else { (left, right) };
                    siblings.push(other);
                    at = next;
                }
                end => return Ok((end, siblings)),
            }
        }
        Err("a path of the state is longer than a key".into())
    }

    /// Loads the nodes that the answer to an event needs.
    fn prepare(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), HandlerError> {
        let (key, root) = (state.word(0).into(), state.word(4).into());
        let (_, siblings) = self.descend(&root, &key)?;
        match siblings.last() {
            Some(sibling) if event == REMOVE_EVENT => self.subtree(sibling).map(drop).map_err(Into::into),
            _ => Ok(()),
        }
    }
}

/// The leaf with this digest, if `list` contains its key and value.
fn leaf(digest: &Digest, list: &[Felt]) -> Option<Subtree> {
    let (key, value) = list.split_first_chunk::<4>()?;
    let value = Word::try_from(value).ok()?;
    let is_leaf = leaf_digest(key, &value) == *digest;
    is_leaf.then(|| Subtree::Leaf { key: (*key).into(), value: value.into() })
}

impl<R: StorageReader> Host for StorageHost<R> {
    type Advice = InMemoryAdvice;

    #[inline]
    fn advice(&mut self) -> &mut InMemoryAdvice {
        &mut self.advice
    }

    fn on_event(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), EventError> {
        let failed = |reason| EventError::HandlerFailed { event, reason };
        if matches!(event, FIND_EVENT | REMOVE_EVENT) {
            self.prepare(event, state).map_err(failed)?;
        }
        match answer_trie_event(event, state, &mut self.advice) {
            Ok(true) => Ok(()),
            Ok(false) => Err(EventError::NoHandler { event }),
            Err(error) => Err(failed(error.into())),
        }
    }
}

/// Why a host cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostStartError {
    /// The storage cannot be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The advice inputs exceed the limit.
    #[error(transparent)]
    Advice(#[from] AdviceError),
}

/// Why a node cannot be loaded.
#[derive(Debug)]
enum LoadError {
    Storage(StorageError),
    Advice(AdviceError),
}

impl From<StorageError> for LoadError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<AdviceError> for LoadError {
    fn from(error: AdviceError) -> Self {
        Self::Advice(error)
    }
}

impl From<LoadError> for HandlerError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Storage(error) => Self::Message(error.to_string()),
            LoadError::Advice(error) => Self::Advice(error),
        }
    }
}

impl From<LoadError> for StorageError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Storage(error) => error,
            LoadError::Advice(error) => Self::Advice { message: error.to_string() },
        }
    }
}
