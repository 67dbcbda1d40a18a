//! `std::crypto::dsa::falcon`.

use crate::support::Run;

mod key;
mod memory;

const MODULE: &str = "std::crypto::dsa::falcon";

pub(crate) fn measured() -> Vec<Run> {
    memory::measured()
}
