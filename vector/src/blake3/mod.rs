//! BLAKE3 of many messages of equal length at once.
//!
//! The crate `blake3` hashes many inputs at once only inside of one long message, and its internal functions for this
//! take whole blocks only.
//!
//! Book: design/commitment.md

mod compress;

use alloc::vec::Vec;

use self::compress::{CHUNK_END, CHUNK_START, IV, PARENT, ROOT, Tweak, compress};
use crate::{Instructions, Kernel, Lanes, Rows, Words, dispatch, dispatch_to, words::MAX_MESSAGES};

/// Number of bytes of an element.
const ELEMENT: usize = 8;
/// Number of bytes of a block.
const BLOCK: usize = 64;
/// Number of blocks of a chunk, a leaf of the tree of a message.
const CHUNK: usize = 16;

/// Messages of equal length.
trait Messages {
    /// A block of a message. Bytes beyond the length of the message may have any value.
    fn block<L: Words>(&self, lanes: L, message: usize, block: usize) -> L::Block;
}

/// Rows as messages: the canonical integers of their elements, of 8 little-endian bytes each.
impl Messages for Rows<'_> {
    #[inline(always)]
    fn block<L: Words>(&self, lanes: L, message: usize, block: usize) -> L::Block {
        lanes.integers(&self.panels[block][message].0)
    }
}

/// Messages of a number of bytes, one after the other.
#[derive(Clone, Copy)]
struct Consecutive<'a> {
    bytes: &'a [u8],
    length: usize,
}

impl Messages for Consecutive<'_> {
    #[inline(always)]
    fn block<L: Words>(&self, lanes: L, message: usize, block: usize) -> L::Block {
        let rest = &self.bytes[message * self.length + block * BLOCK..];
        if let Some(bytes) = rest.first_chunk() {
            return lanes.block(bytes);
        }
        let mut bytes = [0; BLOCK];
        bytes[..rest.len()].copy_from_slice(rest);
        lanes.block(&bytes)
    }
}

/// Hashes the rows: the message of a row is the canonical integers of its elements, of 8 little-endian bytes each.
/// A digest is little-endian words.
///
/// # Panics
///
/// Panics if a panel has fewer rows than there are digests, or if there are fewer panels than the width needs.
pub fn hash_rows(rows: Rows<'_>, digests: &mut [[u32; 8]]) {
    dispatch(HashMany { messages: rows, length: ELEMENT * rows.width, digests });
}

/// Like [`hash_rows`], with the given instructions, or returns `None` if this machine lacks them.
///
/// # Panics
///
/// Like [`hash_rows`].
pub fn hash_rows_with(instructions: Instructions, rows: Rows<'_>, digests: &mut [[u32; 8]]) -> Option<()> {
    dispatch_to(instructions, HashMany { messages: rows, length: ELEMENT * rows.width, digests })
}

/// Hashes messages of `length` bytes, which are one after the other. A digest is little-endian words.
///
/// # Panics
///
/// Panics if there are fewer bytes than the messages have.
pub fn hash_messages(bytes: &[u8], length: usize, digests: &mut [[u32; 8]]) {
    dispatch(HashMany { messages: Consecutive { bytes, length }, length, digests });
}

/// Like [`hash_messages`], with the given instructions, or returns `None` if this machine lacks them.
///
/// # Panics
///
/// Like [`hash_messages`].
pub fn hash_messages_with(
    instructions: Instructions,
    bytes: &[u8],
    length: usize,
    digests: &mut [[u32; 8]],
) -> Option<()> {
    dispatch_to(instructions, HashMany { messages: Consecutive { bytes, length }, length, digests })
}

/// Hashes as many messages of `length` bytes as there are digests.
struct HashMany<'a, M> {
    messages: M,
    length: usize,
    digests: &'a mut [[u32; 8]],
}

impl<M: Messages> Kernel for HashMany<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { messages, length, digests } = self;
        let count = digests.len();
        let mut subtrees = Vec::new();
        for (group, digests) in digests.chunks_mut(L::MESSAGES).enumerate() {
            let group = Group { messages: &messages, first: group * L::MESSAGES, last: count - 1, length };
            let words = group.hash(lanes, &mut subtrees);
            let all = lanes.digests(&words);
            digests.copy_from_slice(&all[..digests.len()]);
        }
    }
}

/// As many messages as a vector has words, from `first` on; after `last` it is repeated.
struct Group<'a, M> {
    messages: &'a M,
    first: usize,
    last: usize,
    length: usize,
}

impl<M: Messages> Group<'_, M> {
    /// The digests. `subtrees` is empty before and after.
    #[inline(always)]
    fn hash<L: Words>(&self, lanes: L, subtrees: &mut Vec<[L::Words; 8]>) -> [L::Words; 8] {
        let chunks = self.length.div_ceil(CHUNK * BLOCK).max(1);
        let mut node = iv(lanes);
        for chunk in 0..chunks {
            if chunk > 0 {
                subtrees.push(node);
            }
            node = self.chunk(lanes, chunk, if chunks == 1 { ROOT } else { 0 });
            // Subtrees of equal size are joined as soon as another chunk follows, and all that are left at the end.
            let ends = chunk + 1 == chunks;
            let joined = if ends { subtrees.len() } else { (chunk + 1).trailing_zeros() as usize };
            for _ in 0..joined {
                let Some(left) = subtrees.pop() else { break };
                let root = if ends && subtrees.is_empty() { ROOT } else { 0 };
                node = parent(lanes, &left, &node, root);
            }
        }
        node
    }

    /// The chaining values of a chunk.
    #[inline(always)]
    fn chunk<L: Words>(&self, lanes: L, chunk: usize, root: u32) -> [L::Words; 8] {
        let length = (self.length - chunk * CHUNK * BLOCK).min(CHUNK * BLOCK);
        let blocks = length.div_ceil(BLOCK).max(1);
        let mut node = iv(lanes);
        for block in 0..blocks {
            let start = if block == 0 { CHUNK_START } else { 0 };
            let end = if block + 1 == blocks { CHUNK_END | root } else { 0 };
            let length = (length - block * BLOCK).min(BLOCK);
            let words = self.words(lanes, chunk * CHUNK + block, length);
            let tweak = Tweak { counter: chunk as u64, length: length as u32, flags: start | end };
            node = compress(lanes, &node, &words, tweak);
        }
        node
    }

    /// The words of a block of `length` bytes.
    #[inline(always)]
    fn words<L: Words>(&self, lanes: L, block: usize, length: usize) -> [L::Words; 16] {
        let mut blocks = [self.messages.block(lanes, self.first, block); MAX_MESSAGES];
        for (k, target) in blocks.iter_mut().enumerate().take(L::MESSAGES).skip(1) {
            *target = self.messages.block(lanes, (self.first + k).min(self.last), block);
        }
        let mut words = lanes.transpose(&blocks);
        if length < BLOCK {
            for (i, word) in words.iter_mut().enumerate() {
                let bytes = length.saturating_sub(4 * i).min(4) as u32;
                let mask = 1_u64.unbounded_shl(8 * bytes) - 1;
                *word = lanes.and_words(*word, lanes.splat_word(mask as u32));
            }
        }
        words
    }
}

/// The chaining values of the parents of two nodes each.
#[inline(always)]
fn parent<L: Words>(lanes: L, left: &[L::Words; 8], right: &[L::Words; 8], root: u32) -> [L::Words; 8] {
    let mut block = [left[0]; 16];
    block[..8].copy_from_slice(left);
    block[8..].copy_from_slice(right);
    compress(lanes, &iv(lanes), &block, Tweak { counter: 0, length: BLOCK as u32, flags: PARENT | root })
}

#[inline(always)]
fn iv<L: Words>(lanes: L) -> [L::Words; 8] {
    let mut words = [lanes.splat_word(0); 8];
    for (word, value) in words.iter_mut().zip(IV) {
        *word = lanes.splat_word(value);
    }
    words
}
