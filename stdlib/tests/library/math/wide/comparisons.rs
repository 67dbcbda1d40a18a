//! Comparisons, minimum and maximum.

use num_bigint::BigUint;

use super::{Binary, Unary, Wide};
use crate::support::Run;

const PROCEDURES: [Binary; 8] = [
    ("lt", |_, a, b| vec![(a < b).into()]),
    ("lte", |_, a, b| vec![(a <= b).into()]),
    ("gt", |_, a, b| vec![(a > b).into()]),
    ("gte", |_, a, b| vec![(a >= b).into()]),
    ("eq", |_, a, b| vec![(a == b).into()]),
    ("neq", |_, a, b| vec![(a != b).into()]),
    ("min", |wide, a, b| wide.low(a.min(b))),
    ("max", |wide, a, b| wide.low(a.max(b))),
];

const OF_ZERO: [Unary; 1] = [("eqz", |_, a| vec![(*a == BigUint::ZERO).into()])];

pub(super) fn measured(wide: Wide) -> Vec<Run> {
    [wide.measured_of(&PROCEDURES), wide.measured_of_one(&OF_ZERO)].concat()
}

pub(super) fn agree(wide: Wide) {
    wide.agrees(&PROCEDURES, 2);
    let one = BigUint::from(1u32);
    let numbers = (0..wide.bits()).map(|n| &one << n).chain([BigUint::ZERO, wide.end() - 1u32]);
    for a in numbers {
        for (name, model) in OF_ZERO {
            for name in wide.names(name) {
                wide.unary(name, &a).gives(model(wide, &a));
            }
        }
    }
}
