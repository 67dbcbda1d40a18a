//! `std::crypto::hashes::sha256`.

use crate::support::Run;

pub(crate) fn measured() -> Vec<Run> {
    Vec::new()
}
