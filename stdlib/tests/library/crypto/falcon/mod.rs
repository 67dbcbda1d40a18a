//! `std::crypto::dsa::falcon`.

use crate::support::Run;

mod key;
mod memory;
mod signature;

const MODULE: &str = "std::crypto::dsa::falcon";

pub(crate) fn measured() -> Vec<Run> {
    memory::measured().into_iter().chain(signature::measured()).collect()
}
