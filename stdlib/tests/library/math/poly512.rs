//! `std::math::poly512`.

use crate::support::Run;

pub(crate) fn measured() -> Vec<Run> {
    Vec::new()
}
