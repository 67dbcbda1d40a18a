use crate::Words;

/// The first 32 bits of the fractional parts of the square roots of the first eight primes.
pub(super) const IV: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

pub(super) const CHUNK_START: u32 = 1;
pub(super) const CHUNK_END: u32 = 2;
pub(super) const PARENT: u32 = 4;
pub(super) const ROOT: u32 = 8;

/// The words of the block change places after each round: the next word `i` is word `PERMUTATION[i]`.
const PERMUTATION: [usize; 16] = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

const ROUNDS: usize = 7;

/// The input of a compression, apart from the words of the messages.
#[derive(Clone, Copy)]
pub(super) struct Tweak {
    /// Number of the chunk.
    pub(super) counter: u64,
    /// Number of bytes of the block.
    pub(super) length: u32,
    pub(super) flags: u32,
}

/// Compresses a block of each message into its chaining value.
#[inline(always)]
pub(super) fn compress<L: Words>(
    lanes: L,
    chaining: &[L::Words; 8],
    block: &[L::Words; 16],
    tweak: Tweak,
) -> [L::Words; 8] {
    let Tweak { counter, length, flags } = tweak;
    let [h0, h1, h2, h3, h4, h5, h6, h7] = *chaining;
    let mut v = [
        h0,
        h1,
        h2,
        h3,
        h4,
        h5,
        h6,
        h7,
        lanes.splat_word(IV[0]),
        lanes.splat_word(IV[1]),
        lanes.splat_word(IV[2]),
        lanes.splat_word(IV[3]),
        lanes.splat_word(counter as u32),
        lanes.splat_word((counter >> 32) as u32),
        lanes.splat_word(length),
        lanes.splat_word(flags),
    ];
    let mut words = *block;
    // A loop, which the compiler does not unroll: the code of all rounds would be of no use, and compiles slowly.
    for _ in 0..ROUNDS {
        round(lanes, &mut v, &words);
        let before = words;
        for (word, place) in words.iter_mut().zip(PERMUTATION) {
            *word = before[place];
        }
    }
    let mut result = *chaining;
    for (i, word) in result.iter_mut().enumerate() {
        *word = lanes.xor_words(v[i], v[i + 8]);
    }
    result
}

/// Mixes the columns of the state, then its diagonals.
#[inline(always)]
fn round<L: Words>(lanes: L, v: &mut [L::Words; 16], m: &[L::Words; 16]) {
    mix(lanes, v, [0, 4, 8, 12], m[0], m[1]);
    mix(lanes, v, [1, 5, 9, 13], m[2], m[3]);
    mix(lanes, v, [2, 6, 10, 14], m[4], m[5]);
    mix(lanes, v, [3, 7, 11, 15], m[6], m[7]);
    mix(lanes, v, [0, 5, 10, 15], m[8], m[9]);
    mix(lanes, v, [1, 6, 11, 12], m[10], m[11]);
    mix(lanes, v, [2, 7, 8, 13], m[12], m[13]);
    mix(lanes, v, [3, 4, 9, 14], m[14], m[15]);
}

#[inline(always)]
fn mix<L: Words>(lanes: L, v: &mut [L::Words; 16], places: [usize; 4], x: L::Words, y: L::Words) {
    let [a, b, c, d] = places;
    v[a] = lanes.add_words(lanes.add_words(v[a], v[b]), x);
    v[d] = lanes.rotate_words(lanes.xor_words(v[d], v[a]), 16);
    v[c] = lanes.add_words(v[c], v[d]);
    v[b] = lanes.rotate_words(lanes.xor_words(v[b], v[c]), 12);
    v[a] = lanes.add_words(lanes.add_words(v[a], v[b]), y);
    v[d] = lanes.rotate_words(lanes.xor_words(v[d], v[a]), 8);
    v[c] = lanes.add_words(v[c], v[d]);
    v[b] = lanes.rotate_words(lanes.xor_words(v[b], v[c]), 7);
}
