use core::array::from_fn;

use bytemuck::pod_read_unaligned;
use miden_field::Felt;

use super::{MAX_MESSAGES, Words};
use crate::scalar::Scalar;

impl Words for Scalar {
    type Block = [u32; 16];
    type Words = u32;

    const MESSAGES: usize = 1;

    #[inline(always)]
    fn splat_word(self, word: u32) -> u32 {
        word
    }

    #[inline(always)]
    fn add_words(self, a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }

    #[inline(always)]
    fn xor_words(self, a: u32, b: u32) -> u32 {
        a ^ b
    }

    #[inline(always)]
    fn and_words(self, a: u32, b: u32) -> u32 {
        a & b
    }

    #[inline(always)]
    fn rotate_words(self, a: u32, bits: u32) -> u32 {
        a.rotate_right(bits)
    }

    #[inline(always)]
    fn integers(self, elements: &[Felt; 8]) -> [u32; 16] {
        let integers = elements.map(|element| element.as_int());
        from_fn(|word| (integers[word / 2] >> (32 * (word % 2))) as u32)
    }

    #[inline(always)]
    fn block(self, bytes: &[u8; 64]) -> [u32; 16] {
        pod_read_unaligned::<[u32; 16]>(bytes).map(u32::from_le)
    }

    #[inline(always)]
    fn transpose(self, blocks: &[[u32; 16]; MAX_MESSAGES]) -> [u32; 16] {
        blocks[0]
    }

    #[inline(always)]
    fn digests(self, words: &[u32; 8]) -> [[u32; 8]; MAX_MESSAGES] {
        let mut digests = [[0; 8]; MAX_MESSAGES];
        digests[0] = *words;
        digests
    }
}
