use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};

use miden_core::{Felt, Word, field::FieldElement};

use crate::stepper::Chunks;

/// Number of words in a page, a power of two.
const PAGE_WORDS: usize = 16;

/// Number of cached page lookups, a power of two.
const RECENT_PAGES: usize = 64;

/// The memory: words by context and address. A word that was never written is zero.
///
/// Words are allocated in pages of 16 when one of them is first written. No operation can reach a context that has
/// returned, so its pages are used again.
#[derive(Clone, Debug)]
pub struct Memory {
    pages: Vec<Page>,
    /// Indices of pages of contexts that have returned.
    free: Vec<usize>,
    /// Index of each page.
    numbers: BTreeMap<Key, usize>,
    /// Recently used pages, each in the slot of its key.
    recent: [Option<(Key, usize)>; RECENT_PAGES],
    max_pages: usize,
}

/// Context and number of a page in it.
type Key = (u64, u32);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    words: [Word; PAGE_WORDS],
    /// A bit for each word that was written.
    written: u16,
}

/// A saved memory.
#[derive(Clone, Debug)]
pub(crate) struct SavedMemory {
    pages: Chunks<Page>,
    free: Chunks<usize>,
    numbers: Arc<BTreeMap<Key, usize>>,
}

impl SavedMemory {
    pub(crate) fn bytes_beyond(&self, other: Option<&Self>) -> usize {
        let is_shared = other.is_some_and(|other| Arc::ptr_eq(&other.numbers, &self.numbers));
        let numbers = if is_shared { 0 } else { self.numbers.len() };
        self.pages.bytes_beyond(other.map(|other| &other.pages))
            + self.free.bytes_beyond(other.map(|other| &other.free))
            + numbers * size_of::<(Key, usize)>()
    }
}

/// The memory would grow beyond its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MemoryFull;

impl Memory {
    /// A memory of zeros with room for `max_words`, counted in whole pages.
    pub(crate) fn new(max_words: usize) -> Self {
        Self {
            pages: Vec::new(),
            free: Vec::new(),
            numbers: BTreeMap::new(),
            recent: [None; RECENT_PAGES],
            max_pages: max_words / PAGE_WORDS,
        }
    }

    pub(crate) fn save(&self, before: Option<&SavedMemory>) -> SavedMemory {
        let numbers = match before {
            Some(before) if *before.numbers == self.numbers => Arc::clone(&before.numbers),
            _ => Arc::new(self.numbers.clone()),
        };
        SavedMemory {
            pages: Chunks::save(&self.pages, before.map(|before| &before.pages)),
            free: Chunks::save(&self.free, before.map(|before| &before.free)),
            numbers,
        }
    }

    pub(crate) fn restore(&mut self, saved: &SavedMemory) {
        self.pages = saved.pages.to_vec();
        self.free = saved.free.to_vec();
        self.numbers = (*saved.numbers).clone();
        self.recent = [None; RECENT_PAGES];
    }

    /// The word at `address` in context `ctx`.
    pub fn word(&self, ctx: u64, address: u32) -> Word {
        let (key, offset) = locate(ctx, address);
        let number = self.number(key).or_else(|| self.numbers.get(&key).copied());
        number.map_or([Felt::ZERO; 4], |number| self.pages[number].words[offset])
    }

    /// The written words of context `ctx`, by ascending address.
    pub fn words(&self, ctx: u64) -> impl Iterator<Item = (u32, Word)> {
        self.numbers.range((ctx, 0)..=(ctx, u32::MAX)).flat_map(|(&(_, page), &number)| {
            let Page { words, written } = &self.pages[number];
            let address = move |offset: usize| page * PAGE_WORDS as u32 + offset as u32;
            let words = words.iter().enumerate().filter(move |(offset, _)| written >> offset & 1 == 1);
            words.map(move |(offset, &word)| (address(offset), word))
        })
    }

    /// Like [`Self::word`]; caches the page for the next access.
    #[inline]
    pub(crate) fn read(&mut self, ctx: u64, address: u32) -> Word {
        let (key, offset) = locate(ctx, address);
        self.number(key).or_else(|| self.find(key)).map_or([Felt::ZERO; 4], |n| self.pages[n].words[offset])
    }

    /// Replaces the word at `address` in context `ctx`.
    #[inline]
    pub(crate) fn write(&mut self, ctx: u64, address: u32, word: Word) -> Result<(), MemoryFull> {
        let (key, offset) = locate(ctx, address);
        let number = self.page(key)?;
        let page = &mut self.pages[number];
        page.words[offset] = word;
        page.written |= 1 << offset;
        Ok(())
    }

    /// Ensures that the word at `address` in context `ctx` can be written.
    #[inline]
    pub(crate) fn reserve(&mut self, ctx: u64, address: u32) -> Result<(), MemoryFull> {
        self.page(locate(ctx, address).0).map(drop)
    }

    /// Releases the words of a context that returns. Contexts that were entered later have returned before, and their
    /// numbers are larger, so its pages are the last.
    pub(crate) fn release(&mut self, ctx: u64) {
        while let Some(entry) = self.numbers.last_entry().filter(|entry| entry.key().0 == ctx) {
            let (key, number) = entry.remove_entry();
            self.free.push(number);
            self.recent[slot(key)].take_if(|(recent, _)| *recent == key);
        }
    }

    /// Index of the page, which is allocated if needed.
    #[inline]
    fn page(&mut self, key: Key) -> Result<usize, MemoryFull> {
        match self.number(key) {
            Some(number) => Ok(number),
            None => self.find(key).map_or_else(|| self.add(key), Ok),
        }
    }

    /// Index of the page, if it is cached.
    #[inline]
    fn number(&self, key: Key) -> Option<usize> {
        self.recent[slot(key)].filter(|(recent, _)| *recent == key).map(|(_, number)| number)
    }

    /// Index of the page, if there is one; caches it.
    fn find(&mut self, key: Key) -> Option<usize> {
        let number = self.numbers.get(&key).copied()?;
        self.recent[slot(key)] = Some((key, number));
        Some(number)
    }

    #[cold]
    fn add(&mut self, key: Key) -> Result<usize, MemoryFull> {
        let empty = Page { words: [[Felt::ZERO; 4]; PAGE_WORDS], written: 0 };
        let number = match self.free.pop() {
            Some(number) => {
                self.pages[number] = empty;
                number
            }
            None if self.pages.len() >= self.max_pages => return Err(MemoryFull),
            None => {
                self.pages.push(empty);
                self.pages.len() - 1
            }
        };
        self.numbers.insert(key, number);
        self.recent[slot(key)] = Some((key, number));
        Ok(number)
    }
}

/// Key of the page of an address, and offset in the page.
#[inline]
const fn locate(ctx: u64, address: u32) -> (Key, usize) {
    ((ctx, address / PAGE_WORDS as u32), address as usize % PAGE_WORDS)
}

/// Slot of the page in the cache.
#[inline]
const fn slot((ctx, page): Key) -> usize {
    // Globals, locals and locals of system calls start at multiples of 2^30; contexts of nearby calls have nearby
    // numbers.
    (page ^ page >> 26 ^ (ctx as u32).wrapping_mul(5)) as usize % RECENT_PAGES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(value: u64) -> Word {
        [0, 1, 2, 3].map(|i| Felt::new(4 * value + i))
    }

    proptest! {
        #[test]
        fn memory_is_a_map_of_words(
            accesses in proptest::collection::vec(
                (0..4u64, prop_oneof![0..40u32, 1u32 << 30..(1 << 30) + 40, any::<u32>()], any::<bool>()),
                0..300,
            ),
        ) {
            let mut memory = Memory::new(1 << 20);
            let mut model = BTreeMap::new();
            for (value, (ctx, address, write)) in (0..).zip(accesses) {
                if write {
                    memory.write(ctx, address, word(value)).unwrap();
                    model.insert((ctx, address), word(value));
                }
                let expected = model.get(&(ctx, address)).copied().unwrap_or_default();
                prop_assert_eq!(memory.word(ctx, address), expected);
                prop_assert_eq!(memory.read(ctx, address), expected);
            }
            for ctx in 0..5 {
                let expected = model.range((ctx, 0)..=(ctx, u32::MAX)).map(|(&(_, a), &w)| (a, w));
                prop_assert!(memory.words(ctx).eq(expected));
            }
        }
    }

    #[test]
    fn the_limit_counts_whole_pages() {
        let mut memory = Memory::new(3 * PAGE_WORDS);
        for (address, value) in [(0, 1), (15, 2), (16, 3), (u32::MAX, 4)] {
            memory.write(0, address, word(value)).unwrap();
        }
        assert_eq!(memory.write(1, 0, word(5)), Err(MemoryFull));
        assert_eq!(memory.reserve(0, 1 << 20), Err(MemoryFull));
        assert_eq!(memory.read(0, 1 << 20), word(0).map(|_| Felt::ZERO));
        memory.write(0, 1, word(6)).unwrap();
        assert_eq!(memory.words(0).count(), 5);
    }

    #[test]
    fn released_words_are_zero_and_make_room() {
        let mut memory = Memory::new(2 * PAGE_WORDS);
        memory.write(0, 3, word(1)).unwrap();
        for ctx in [7, 9, 1 << 40] {
            memory.write(ctx, 5, word(ctx)).unwrap();
            assert_eq!(memory.write(ctx, 1 << 30, word(2)), Err(MemoryFull));
            memory.release(ctx);
            assert_eq!(memory.read(ctx, 5), [Felt::ZERO; 4]);
            assert_eq!(memory.words(ctx).count(), 0);
        }
        // Nothing of the contexts around it is released.
        memory.release(8);
        memory.write(9, 4, word(3)).unwrap();
        assert!(memory.words(9).eq([(4, word(3))]));
        assert!(memory.words(0).eq([(3, word(1))]));
        assert_eq!(memory.pages.len(), 2);
    }

    #[test]
    fn reserved_words_do_not_count_as_written() {
        let mut memory = Memory::new(1 << 10);
        memory.reserve(0, 5).unwrap();
        assert_eq!(memory.words(0).count(), 0);
    }
}
