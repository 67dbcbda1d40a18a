//! `std::collections`.

use crate::support::Run;

mod mmr;
mod smt;
mod sorted_array;
pub(crate) mod trie;

pub(crate) fn measured() -> Vec<Run> {
    [mmr::measured(), smt::measured(), sorted_array::measured(), trie::measured()]
        .into_iter()
        .flatten()
        .collect()
}
