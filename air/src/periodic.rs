//! Periodic columns, which the verifier computes itself.

use alloc::vec::Vec;

use miden_core::{
    Felt, NUM_ROUNDS, ROUND_CONSTANTS_1, ROUND_CONSTANTS_2, STATE_WIDTH, field::FieldElement,
    params::HASH_CYCLE,
};

/// 1 in the first row of a hasher cycle.
pub(crate) const K0: usize = 0;
/// 1 in the last row of a hasher cycle.
pub(crate) const K7: usize = 1;
/// Round constants of the first half of the round.
pub(crate) const ARK1: usize = 2;
/// Round constants of the second half of the round.
pub(crate) const ARK2: usize = ARK1 + STATE_WIDTH;
/// The byte table: 0..=255.
pub(crate) const BYTE: usize = ARK2 + STATE_WIDTH;

/// Number of periodic columns.
pub const WIDTH: usize = BYTE + 1;

/// Period of the byte table, the longest of all.
const NUM_BYTES: u16 = 256;

/// The longest period; every other period divides it.
pub(crate) const LONGEST_PERIOD: usize = NUM_BYTES as usize;

/// One period of each periodic column; their lengths are powers of two.
pub fn columns() -> Vec<Vec<Felt>> {
    let unit = |row: usize| (0..HASH_CYCLE).map(|r| if r == row { Felt::ONE } else { Felt::ZERO }).collect();
    let constants = |table: &[[Felt; STATE_WIDTH]; NUM_ROUNDS], i: usize| {
        table.iter().map(|round| round[i]).chain([Felt::ZERO]).collect()
    };
    let mut columns = Vec::with_capacity(WIDTH);
    columns.extend([unit(0), unit(HASH_CYCLE - 1)]);
    columns.extend((0..STATE_WIDTH).map(|i| constants(&ROUND_CONSTANTS_1, i)));
    columns.extend((0..STATE_WIDTH).map(|i| constants(&ROUND_CONSTANTS_2, i)));
    columns.push((0..NUM_BYTES).map(Felt::from).collect());
    columns
}
