//! The hash function `Rp64_256`, Rescue Prime with a state of 12 elements and 7 rounds, of many rows at once.
//!
//! Book: design/commitment.md#rescue-prime

use miden_field::Felt;
use winter_crypto::hashers::Rp64_256;

use crate::{Instructions, Kernel, Lanes, Line, PANEL, Rows, dispatch, dispatch_to};

const ZERO: Felt = Felt::from_mont(0);
const WIDTH: usize = Rp64_256::STATE_WIDTH;
const ROUNDS: usize = Rp64_256::NUM_ROUNDS;

/// The constants that are added in each half of each round.
const CONSTANTS: [[[Felt; WIDTH]; 2]; ROUNDS] = {
    let mut constants = [[[ZERO; WIDTH]; 2]; ROUNDS];
    let mut i = 0;
    while i < ROUNDS * WIDTH {
        let (round, element) = (i / WIDTH, i % WIDTH);
        constants[round][0][element] = Felt::from_mont(Rp64_256::ARK1[round][element].inner());
        constants[round][1][element] = Felt::from_mont(Rp64_256::ARK2[round][element].inner());
        i += 1;
    }
    constants
};

/// The integers in the MDS matrix; the largest is 26.
const MDS: [[u32; WIDTH]; WIDTH] = {
    let mut integers = [[0; WIDTH]; WIDTH];
    let mut i = 0;
    while i < WIDTH * WIDTH {
        integers[i / WIDTH][i % WIDTH] = Rp64_256::MDS[i / WIDTH][i % WIDTH].as_int() as u32;
        i += 1;
    }
    integers
};

/// Elements absorbed by a permutation: a line.
const RATE: usize = PANEL;
/// Elements of a digest.
const DIGEST: usize = 4;

/// The most lanes of any set of instructions.
const MAX_LANES: usize = 8;

/// Hashes the rows. Two digests are a row of eight elements.
///
/// # Panics
///
/// Panics if a panel has fewer rows than there are digests, or if there are fewer panels than the width needs.
pub fn hash_rows(rows: Rows<'_>, digests: &mut [[Felt; DIGEST]]) {
    dispatch(HashMany { rows, kind: ZERO, digests });
}

/// Like [`hash_rows`], with the given instructions, or returns `None` if this machine lacks them.
///
/// # Panics
///
/// Like [`hash_rows`].
pub fn hash_rows_with(
    instructions: Instructions,
    rows: Rows<'_>,
    digests: &mut [[Felt; DIGEST]],
) -> Option<()> {
    dispatch_to(instructions, HashMany { rows, kind: ZERO, digests })
}

/// The digests of pairs of words: of one permutation each, with the capacity `(8, kind, 0, 0)`. For the kind 0, a pair is
/// hashed like a row of eight elements.
///
/// # Panics
///
/// Panics if there are fewer pairs than digests.
pub fn hash_pairs(kind: Felt, pairs: &[Line], digests: &mut [[Felt; DIGEST]]) {
    dispatch(HashMany { rows: Rows { panels: &[pairs], width: RATE }, kind, digests });
}

/// Like [`hash_pairs`], with the given instructions, or returns `None` if this machine lacks them.
///
/// # Panics
///
/// Like [`hash_pairs`].
pub fn hash_pairs_with(
    instructions: Instructions,
    kind: Felt,
    pairs: &[Line],
    digests: &mut [[Felt; DIGEST]],
) -> Option<()> {
    dispatch_to(instructions, HashMany { rows: Rows { panels: &[pairs], width: RATE }, kind, digests })
}

struct HashMany<'a> {
    rows: Rows<'a>,
    /// Element 1 of the capacity.
    kind: Felt,
    digests: &'a mut [[Felt; DIGEST]],
}

impl Kernel for HashMany<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { rows: Rows { panels, width }, kind, digests } = self;
        let last = digests.len().saturating_sub(1);
        for (group, digests) in digests.chunks_mut(L::LANES).enumerate() {
            // Capacity, then rate.
            let mut state = [lanes.splat(ZERO); WIDTH];
            (state[0], state[1]) = (lanes.splat(Felt::new(width as u64)), lanes.splat(kind));
            for (line, panel) in panels[..width.div_ceil(RATE)].iter().enumerate() {
                let mut cells = [[ZERO; MAX_LANES]; RATE];
                for lane in 0..L::LANES {
                    // After the last row it is repeated.
                    let Line(row) = &panel[(group * L::LANES + lane).min(last)];
                    for (cells, &element) in cells.iter_mut().zip(row) {
                        cells[lane] = element;
                    }
                }
                let absorbed = &mut state[Rp64_256::RATE_RANGE];
                for (element, cells) in absorbed.iter_mut().zip(&cells).take(width - RATE * line) {
                    *element = lanes.add(*element, lanes.load(cells));
                }
                permute(lanes, &mut state);
            }
            let mut cells = [[ZERO; MAX_LANES]; DIGEST];
            for (cells, &element) in cells.iter_mut().zip(&state[Rp64_256::DIGEST_RANGE]) {
                lanes.store(element, cells);
            }
            for (lane, digest) in digests.iter_mut().enumerate() {
                *digest = cells.map(|cells| cells[lane]);
            }
        }
    }
}

/// Permutes each state.
#[inline(always)]
fn permute<L: Lanes>(lanes: L, state: &mut [L::Vector; WIDTH]) {
    for [first, second] in &CONSTANTS {
        for element in &mut *state {
            *element = power_7(lanes, *element);
        }
        mix(lanes, state, first);
        root_7(lanes, state);
        mix(lanes, state, second);
    }
}

/// Multiplies by the MDS matrix and adds the constants.
#[inline(always)]
fn mix<L: Lanes>(lanes: L, state: &mut [L::Vector; WIDTH], constants: &[Felt; WIDTH]) {
    let before = *state;
    for ((element, row), &constant) in state.iter_mut().zip(&MDS).zip(constants) {
        let mut sum = [lanes.splat_integer(0); 2];
        for (&a, &factor) in before.iter().zip(row) {
            sum = lanes.add_scaled(sum, a, lanes.splat_integer(factor));
        }
        *element = lanes.add(lanes.reduce_scaled(sum), lanes.splat(constant));
    }
}

/// `x^7`
#[inline(always)]
fn power_7<L: Lanes>(lanes: L, x: L::Vector) -> L::Vector {
    let x2 = lanes.square(x);
    lanes.mul(lanes.mul(x, x2), lanes.square(x2))
}

/// `x^(1/7)` of each element, with 72 products. In binary, 1/7 mod p − 1 is 31 digits `100…1001000`, of which each third
/// is a one, followed by `110…110111`; all elements take each step together, for products that do not wait for each
/// other.
#[inline(always)]
fn root_7<L: Lanes>(lanes: L, x: &mut [L::Vector; WIDTH]) {
    let x2 = squares(lanes, *x, 1);
    // The exponent of `ones_n` has n ones, each followed by 00.
    let ones_1 = squares(lanes, x2, 1);
    let ones_2 = products(lanes, &squares(lanes, ones_1, 3), &ones_1);
    let ones_4 = products(lanes, &squares(lanes, ones_2, 6), &ones_2);
    let ones_8 = products(lanes, &squares(lanes, ones_4, 12), &ones_4);
    let ones_10 = products(lanes, &squares(lanes, ones_8, 6), &ones_2);
    let both = products(lanes, &squares(lanes, ones_10, 31), &ones_10);
    let upper = squares(lanes, products(lanes, &squares(lanes, both, 1), &ones_10), 2);
    let lower = products(lanes, &products(lanes, &x2, &ones_1), x);
    *x = products(lanes, &upper, &lower);
}

/// `xᵢ^(2^n)`
#[inline(always)]
fn squares<L: Lanes>(lanes: L, mut x: [L::Vector; WIDTH], n: usize) -> [L::Vector; WIDTH] {
    for _ in 0..n {
        for x in &mut x {
            *x = lanes.square(*x);
        }
    }
    x
}

/// `xᵢ·yᵢ`
#[inline(always)]
fn products<L: Lanes>(lanes: L, x: &[L::Vector; WIDTH], y: &[L::Vector; WIDTH]) -> [L::Vector; WIDTH] {
    let mut products = *x;
    for (product, &y) in products.iter_mut().zip(y) {
        *product = lanes.mul(*product, y);
    }
    products
}
