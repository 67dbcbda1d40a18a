#[cfg(target_arch = "aarch64")]
mod aarch64;
mod scalar;
#[cfg(target_arch = "x86_64")]
mod x86;

use miden_field::Felt;

/// The most messages of any set of instructions.
pub(crate) const MAX_MESSAGES: usize = 16;

/// Integers of 32 bits on vectors: a lane belongs to one of several messages that are hashed at once.
///
/// Book: design/commitment.md#transposition
pub trait Words: Copy + Send + Sync + 'static {
    /// A vector of [`Self::MESSAGES`] words.
    type Words: Copy;

    /// The 16 words of a block of one message.
    type Block: Copy;

    /// The number of words in a vector.
    const MESSAGES: usize;

    /// A vector of equal words.
    fn splat_word(self, word: u32) -> Self::Words;

    /// `a + b mod 2^32`
    fn add_words(self, a: Self::Words, b: Self::Words) -> Self::Words;

    /// The bits that are set in one of `a` and `b`.
    fn xor_words(self, a: Self::Words, b: Self::Words) -> Self::Words;

    /// The bits that are set in both of `a` and `b`.
    fn and_words(self, a: Self::Words, b: Self::Words) -> Self::Words;

    /// Rotates by 1 to 31 bits to the right.
    fn rotate_words(self, a: Self::Words, bits: u32) -> Self::Words;

    /// The canonical integers of elements, little-endian.
    fn integers(self, elements: &[Felt; 8]) -> Self::Block;

    /// Bytes as little-endian words.
    fn block(self, bytes: &[u8; 64]) -> Self::Block;

    /// Lane `k` of vector `i` is word `i` of block `k`, for each `k` below [`Self::MESSAGES`].
    fn transpose(self, blocks: &[Self::Block; MAX_MESSAGES]) -> [Self::Words; 16];

    /// Word `i` of digest `k` is lane `k` of vector `i`, for each `k` below [`Self::MESSAGES`].
    fn digests(self, words: &[Self::Words; 8]) -> [[u32; 8]; MAX_MESSAGES];
}
