use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
    vec::Vec,
};

use miden_core::{AdviceInputs, Digest, Felt, MerkleStore, Word};

use super::{AdviceError, AdviceProvider};
use crate::stepper::Chunks;

/// Elements in a key of the map.
const KEY: usize = 4;

/// Elements that a node of the Merkle store counts for: its digest and those of its children.
const NODE: usize = 12;

/// Advice in memory, with a limit on the number of elements.
///
/// The limit covers the values of the tape, the keys and lists of the map, and 12 elements for each inner node of the
/// Merkle trees: its digest and those of its children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InMemoryAdvice {
    // Reversed: the next value is the last one.
    tape: Vec<Felt>,
    map: BTreeMap<Digest, Vec<Felt>>,
    map_elements: usize,
    merkle_store: MerkleStore,
    limit: usize,
}

/// Saved advice; advice that was saved one after the other shares the parts in which it agrees.
#[derive(Clone, Debug)]
pub struct SavedAdvice {
    tape: Chunks<Felt>,
    map: Arc<BTreeMap<Digest, Vec<Felt>>>,
    map_elements: usize,
    merkle_store: Arc<MerkleStore>,
}

impl SavedAdvice {
    /// About the number of bytes of memory that it takes in addition to `other`, with which it may share parts.
    pub fn bytes_beyond(&self, other: Option<&Self>) -> usize {
        let shares_map = other.is_some_and(|other| Arc::ptr_eq(&other.map, &self.map));
        let shares_store = other.is_some_and(|other| Arc::ptr_eq(&other.merkle_store, &self.merkle_store));
        let map = if shares_map { 0 } else { self.map_elements };
        let store = if shares_store { 0 } else { NODE * self.merkle_store.len() };
        size_of::<Self>()
            + self.tape.bytes_beyond(other.map(|other| &other.tape))
            + (map + store) * size_of::<Felt>()
    }
}

impl InMemoryAdvice {
    /// Saves the advice. Parts in which it agrees with `before`, if given, are shared with it.
    pub fn save(&self, before: Option<&SavedAdvice>) -> SavedAdvice {
        let map = before.filter(|before| *before.map == self.map);
        let store = before.filter(|before| *before.merkle_store == self.merkle_store);
        SavedAdvice {
            tape: Chunks::save(&self.tape, before.map(|before| &before.tape)),
            map: map.map_or_else(|| Arc::new(self.map.clone()), |before| Arc::clone(&before.map)),
            map_elements: self.map_elements,
            merkle_store: store.map_or_else(
                || Arc::new(self.merkle_store.clone()),
                |before| Arc::clone(&before.merkle_store),
            ),
        }
    }

    /// Restores saved advice; the limit stays.
    pub fn restore(&mut self, saved: &SavedAdvice) {
        self.tape = saved.tape.to_vec();
        // Comparing is faster than allocating, and most snapshots differ in the tape only.
        if *saved.map != self.map {
            self.map = (*saved.map).clone();
        }
        if *saved.merkle_store != self.merkle_store {
            self.merkle_store = (*saved.merkle_store).clone();
        }
        self.map_elements = saved.map_elements;
    }

    /// Starts with `inputs` and grows to at most `limit` elements.
    ///
    /// # Errors
    /// If the inputs exceed the limit.
    pub fn new(inputs: AdviceInputs, limit: usize) -> Result<Self, AdviceError> {
        let (mut tape, map, merkle_store) = inputs.into_parts();
        tape.reverse();
        let map_elements = map.values().map(|list| KEY + list.len()).sum();
        let advice = Self { tape, map, map_elements, merkle_store, limit };
        advice.check_room(0)?;
        Ok(advice)
    }

    /// Number of elements held.
    pub fn num_elements(&self) -> usize {
        self.tape.len() + self.map_elements + NODE * self.merkle_store.len()
    }

    /// The values left on the tape, the next one first.
    pub fn tape(&self) -> impl ExactSizeIterator<Item = Felt> {
        self.tape.iter().rev().copied()
    }

    /// The lists of the map, by their keys.
    pub const fn map(&self) -> &BTreeMap<Digest, Vec<Felt>> {
        &self.map
    }

    /// The Merkle trees.
    pub const fn merkle_store(&self) -> &MerkleStore {
        &self.merkle_store
    }

    /// Removes values from the tape, all of them or none.
    #[inline]
    fn take<const N: usize>(&mut self) -> Result<[Felt; N], AdviceError> {
        match self.tape.last_chunk::<N>() {
            Some(&reversed) => {
                self.tape.truncate(self.tape.len() - N);
                Ok(core::array::from_fn(|i| reversed[N - 1 - i]))
            }
            None => Err(AdviceError::TapeReadFailed { needed: N, left: self.tape.len() }),
        }
    }
}

impl AdviceProvider for InMemoryAdvice {
    #[inline]
    fn read(&mut self) -> Result<Felt, AdviceError> {
        self.take().map(|[value]| value)
    }

    #[inline]
    fn read_word(&mut self) -> Result<Word, AdviceError> {
        self.take()
    }

    #[inline]
    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError> {
        self.take().map(|[a, b, c, d, e, f, g, h]| [[a, b, c, d], [e, f, g, h]])
    }

    fn push_front(&mut self, values: &[Felt]) -> Result<(), AdviceError> {
        self.check_room(values.len())?;
        self.tape.extend(values.iter().rev());
        Ok(())
    }

    fn map_get(&self, key: &Digest) -> Option<&[Felt]> {
        self.map.get(key).map(Vec::as_slice)
    }

    fn map_insert(&mut self, key: Digest, list: Vec<Felt>) -> Result<(), AdviceError> {
        let room = self.check_room(KEY + list.len());
        match self.map.entry(key) {
            Entry::Occupied(entry) if *entry.get() == list => Ok(()),
            Entry::Occupied(_) => Err(AdviceError::DuplicateKey { key }),
            Entry::Vacant(entry) => {
                room?;
                self.map_elements += KEY + list.len();
                entry.insert(list);
                Ok(())
            }
        }
    }

    fn merkle_node(&self, root: &Digest, depth: u8, index: u64) -> Result<Digest, AdviceError> {
        self.merkle_store.node(root, depth, index).map_err(AdviceError::lookup)
    }

    fn merkle_path(&self, root: &Digest, depth: u8, index: u64) -> Result<Vec<Digest>, AdviceError> {
        self.merkle_store.path(root, depth, index).map_err(AdviceError::lookup)
    }

    fn merkle_set(
        &mut self,
        root: &Digest,
        depth: u8,
        index: u64,
        value: &Digest,
    ) -> Result<Digest, AdviceError> {
        // Every node from the parent of the value to the root may be new.
        self.check_room(NODE * usize::from(depth))?;
        self.merkle_store.set_node(root, depth, index, value).map_err(AdviceError::update)
    }

    fn merkle_merge(&mut self, left: &Digest, right: &Digest) -> Result<Digest, AdviceError> {
        self.check_room(NODE)?;
        Ok(self.merkle_store.merge(left, right))
    }

    fn check_room(&self, elements: usize) -> Result<(), AdviceError> {
        match self.num_elements().checked_add(elements) {
            Some(total) if total <= self.limit => Ok(()),
            _ => Err(AdviceError::LimitExceeded { limit: self.limit }),
        }
    }
}
