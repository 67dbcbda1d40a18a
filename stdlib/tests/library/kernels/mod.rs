//! `std::kernels`.

use crate::support::Run;

mod costs;
mod examples;
mod isolation;
mod rows;
mod storage;
mod wrapped;

pub(crate) use storage::letters_of;

pub(crate) fn measured() -> Vec<Run> {
    storage::measured()
}
