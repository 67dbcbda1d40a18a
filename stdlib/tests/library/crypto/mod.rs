//! `std::crypto`.

use crate::support::Run;

mod blake3;
mod ecdsa;
mod falcon;
mod hashes;
mod keccak256;
mod native;
mod sha256;

pub(crate) fn measured() -> Vec<Run> {
    [
        blake3::measured(),
        ecdsa::measured(),
        falcon::measured(),
        keccak256::measured(),
        native::measured(),
        sha256::measured(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
