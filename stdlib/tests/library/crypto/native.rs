//! `std::crypto::hashes::native`.

use crate::support::Run;

pub(crate) fn measured() -> Vec<Run> {
    Vec::new()
}
