//! `std::math`.

use crate::support::Run;

mod ec_ext5;
mod ext2;
mod ext5;
mod ntt512;
mod poly512;
mod quintic;
pub(crate) mod secp256k1;
mod u128;
mod u256;
mod u64;
mod wide;

pub(crate) fn measured() -> Vec<Run> {
    [
        ec_ext5::measured(),
        ext2::measured(),
        ext5::measured(),
        ntt512::measured(),
        poly512::measured(),
        secp256k1::measured(),
        u128::measured(),
        u256::measured(),
        u64::measured(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
