use alloc::vec::Vec;

use miden_core::{Digest, Felt, Word};

use super::AdviceError;

/// Where advice comes from: a tape, a map from keys to lists, and Merkle trees.
///
/// Whatever fails leaves the advice as it was.
pub trait AdviceProvider {
    /// Takes the next value from the tape.
    ///
    /// # Errors
    /// If none is left.
    fn read(&mut self) -> Result<Felt, AdviceError>;

    /// Takes the next four values from the tape; the first one is element 0.
    ///
    /// # Errors
    /// If fewer are left.
    fn read_word(&mut self) -> Result<Word, AdviceError>;

    /// Takes the next eight values from the tape.
    ///
    /// # Errors
    /// If fewer are left.
    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError>;

    /// Puts the values at the front of the tape; the first one will be read first.
    ///
    /// # Errors
    /// If the advice would become too large.
    fn push_front(&mut self, values: &[Felt]) -> Result<(), AdviceError>;

    /// The list under the key.
    fn map_get(&self, key: &Digest) -> Option<&[Felt]>;

    /// Puts the list under the key. An equal list may be there already.
    ///
    /// # Errors
    /// If another list is there, or the advice would become too large.
    fn map_insert(&mut self, key: Digest, list: Vec<Felt>) -> Result<(), AdviceError>;

    /// The node at `depth` and `index` of the tree with root `root`.
    ///
    /// # Errors
    /// If there is no such node, or it is not known.
    fn merkle_node(&self, root: &Digest, depth: u8, index: u64) -> Result<Digest, AdviceError>;

    /// The siblings on the way from the node at `depth` and `index` up to the root, that of the node first.
    ///
    /// # Errors
    /// As [`Self::merkle_node`].
    fn merkle_path(&self, root: &Digest, depth: u8, index: u64) -> Result<Vec<Digest>, AdviceError>;

    /// Makes the tree known that has `value` at `depth` and `index` and is the tree with root `root` otherwise; returns
    /// its root. The tree with root `root` stays known.
    ///
    /// # Errors
    /// As [`Self::merkle_node`], and if the advice would become too large.
    fn merkle_set(
        &mut self,
        root: &Digest,
        depth: u8,
        index: u64,
        value: &Digest,
    ) -> Result<Digest, AdviceError>;

    /// Makes the tree with these two children known and returns its root.
    ///
    /// # Errors
    /// If the advice would become too large.
    fn merkle_merge(&mut self, left: &Digest, right: &Digest) -> Result<Digest, AdviceError>;

    /// Checks that the advice can grow by so many elements; called before a large list is made.
    ///
    /// # Errors
    /// If it would become too large.
    fn check_room(&self, elements: usize) -> Result<(), AdviceError>;
}
