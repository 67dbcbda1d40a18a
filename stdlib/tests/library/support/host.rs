//! A host that can lie to the procedure under test.

use std::cell::Cell;

use miden_core::{Digest, Felt, Word, field::FieldElement};
use miden_processor::{
    AdviceError, AdviceProvider, EventError, Host, InMemoryAdvice, ProcessState, answer_trie_event,
};

use super::run::event;

/// A wrong answer.
#[derive(Clone, Debug)]
pub(crate) enum Lie {
    /// Replaces the `index`-th element read, using `with`.
    Element { index: usize, with: fn(Felt) -> Felt },
    /// Swaps the `index`-th element read with the next one.
    Exchange { index: usize },
    /// Omits the `index`-th element, so that all later ones come too early.
    Omit { index: usize },
    /// Ends the tape before the `index`-th element.
    End { index: usize },
    /// Replaces the first elements read.
    Script(Vec<Felt>),
    /// Corrupts the `index`-th Merkle node or path at `level`; level 0 of a node is the node itself.
    Merkle { index: usize, level: usize },
    /// Answers the `index`-th request for a Merkle node or path with that of another position.
    MerklePlace { index: usize },
}

/// Advice with a lie. Only requests of the procedure under test count.
#[derive(Debug)]
pub(crate) struct Advice {
    inner: InMemoryAdvice,
    lie: Option<Lie>,
    is_armed: bool,
    /// Number of elements read from the tape.
    pub(crate) elements: usize,
    /// Number of Merkle nodes and paths requested.
    pub(crate) merkle: Cell<usize>,
    /// The length of the longest path.
    pub(crate) levels: Cell<usize>,
    held: Option<Felt>,
}

impl Advice {
    pub(crate) const fn new(inner: InMemoryAdvice, lie: Option<Lie>) -> Self {
        let (merkle, levels) = (Cell::new(0), Cell::new(0));
        Self { inner, lie, is_armed: false, elements: 0, merkle, levels, held: None }
    }

    fn next(&mut self) -> Result<Felt, AdviceError> {
        if !self.is_armed {
            return self.inner.read();
        }
        let index = self.elements;
        self.elements += 1;
        if let Some(held) = self.held.take() {
            return Ok(held);
        }
        match &self.lie {
            Some(Lie::Element { index: at, with }) if *at == index => self.inner.read().map(with),
            Some(Lie::Exchange { index: at }) if *at == index => {
                let first = self.inner.read()?;
                let second = self.inner.read();
                self.held = Some(first);
                second
            }
            Some(Lie::Omit { index: at }) if *at == index => {
                self.inner.read()?;
                self.inner.read()
            }
            Some(Lie::End { index: at }) if *at <= index => {
                Err(AdviceError::TapeReadFailed { needed: 1, left: 0 })
            }
            Some(Lie::Script(script)) => {
                // Reads the true answer too, so that elements after the script are right.
                let truth = self.inner.read();
                script.get(index).copied().map_or(truth, Ok)
            }
            _ => self.inner.read(),
        }
    }

    /// The position to look up, and the level to corrupt.
    fn merkle_lie(&self, depth: u8, index: u64) -> (u64, Option<usize>) {
        if !self.is_armed {
            return (index, None);
        }
        let count = self.merkle.replace(self.merkle.get() + 1);
        self.levels.set(self.levels.get().max(depth.into()));
        match self.lie {
            Some(Lie::Merkle { index: at, level }) if at == count => (index, Some(level)),
            Some(Lie::MerklePlace { index: at }) if at == count => (index ^ 1, None),
            _ => (index, None),
        }
    }
}

fn spoil(digest: &mut Digest) {
    let mut elements: [Felt; 4] = (*digest).into();
    elements[0] += Felt::ONE;
    *digest = elements.into();
}

impl AdviceProvider for Advice {
    fn read(&mut self) -> Result<Felt, AdviceError> {
        self.next()
    }

    fn read_word(&mut self) -> Result<Word, AdviceError> {
        Ok([self.next()?, self.next()?, self.next()?, self.next()?])
    }

    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError> {
        Ok([self.read_word()?, self.read_word()?])
    }

    fn push_front(&mut self, values: &[Felt]) -> Result<(), AdviceError> {
        self.inner.push_front(values)
    }

    fn map_get(&self, key: &Digest) -> Option<&[Felt]> {
        self.inner.map_get(key)
    }

    fn map_insert(&mut self, key: Digest, list: Vec<Felt>) -> Result<(), AdviceError> {
        self.inner.map_insert(key, list)
    }

    fn merkle_node(&self, root: &Digest, depth: u8, index: u64) -> Result<Digest, AdviceError> {
        let (index, level) = self.merkle_lie(depth, index);
        let mut node = self.inner.merkle_node(root, depth, index)?;
        if level == Some(0) {
            spoil(&mut node);
        }
        Ok(node)
    }

    fn merkle_path(&self, root: &Digest, depth: u8, index: u64) -> Result<Vec<Digest>, AdviceError> {
        let (index, level) = self.merkle_lie(depth, index);
        let mut path = self.inner.merkle_path(root, depth, index)?;
        if let Some(sibling) = level.and_then(|level| path.get_mut(level)) {
            spoil(sibling);
        }
        Ok(path)
    }

    fn merkle_set(
        &mut self,
        root: &Digest,
        depth: u8,
        index: u64,
        value: &Digest,
    ) -> Result<Digest, AdviceError> {
        self.inner.merkle_set(root, depth, index, value)
    }

    fn merkle_merge(&mut self, left: &Digest, right: &Digest) -> Result<Digest, AdviceError> {
        self.inner.merkle_merge(left, right)
    }

    fn check_room(&self, elements: usize) -> Result<(), AdviceError> {
        self.inner.check_room(elements)
    }
}

/// The host of a test: records the clock and the memory at the marks around the procedure.
#[derive(Debug)]
pub(crate) struct TestHost {
    pub(crate) advice: Advice,
    /// Addresses of the words to record at the end.
    watched: Vec<u32>,
    start: u64,
    pub(crate) cycles: u64,
    pub(crate) memory: Vec<Word>,
}

impl TestHost {
    pub(crate) const fn new(advice: Advice, watched: Vec<u32>) -> Self {
        Self { advice, watched, start: 0, cycles: 0, memory: Vec::new() }
    }
}

impl Host for TestHost {
    type Advice = Advice;

    fn advice(&mut self) -> &mut Advice {
        &mut self.advice
    }

    fn on_event(&mut self, number: u32, state: &dyn ProcessState) -> Result<(), EventError> {
        match number {
            event::START => {
                self.start = state.clk();
                self.advice.is_armed = true;
            }
            event::END => {
                self.cycles = state.clk() - self.start;
                self.advice.is_armed = false;
                self.memory = self.watched.iter().map(|address| state.memory(0, *address)).collect();
            }
            event => {
                let handled = answer_trie_event(event, state, &mut self.advice.inner);
                let handled =
                    handled.map_err(|error| EventError::HandlerFailed { event, reason: error.into() });
                return if handled? { Ok(()) } else { Err(EventError::NoHandler { event }) };
            }
        }
        Ok(())
    }
}
