//! Sums, differences and products.

use super::{Binary, Wide};
use crate::support::Run;

const PROCEDURES: [Binary; 6] = [
    ("overflowing_add", |wide, a, b| wide.flagged(a + b >= wide.end(), &(a + b))),
    ("wrapping_add", |wide, a, b| wide.low(&(a + b))),
    ("overflowing_sub", |wide, a, b| wide.flagged(a < b, &(wide.end() + a - b))),
    ("wrapping_sub", |wide, a, b| wide.low(&(wide.end() + a - b))),
    ("overflowing_mul", |wide, a, b| wide.double(&(a * b))),
    ("wrapping_mul", |wide, a, b| wide.low(&(a * b))),
];

pub(super) fn measured(wide: Wide) -> Vec<Run> {
    wide.measured_of(&PROCEDURES)
}

pub(super) fn agree(wide: Wide) {
    wide.agrees(&PROCEDURES, 1);
}
