//! Comparisons, minimum and maximum.

use super::{Binary, agrees, binary, limbs, number, rejects_what_is_not_a_u32, run};
use crate::support::{Random, Run};

const PROCEDURES: [Binary; 8] = [
    (&["lt", "unchecked_lt", "checked_lt"], |a, b| vec![(a < b).into()]),
    (&["lte", "unchecked_lte", "checked_lte"], |a, b| vec![(a <= b).into()]),
    (&["gt", "unchecked_gt", "checked_gt"], |a, b| vec![(a > b).into()]),
    (&["gte", "unchecked_gte", "checked_gte"], |a, b| vec![(a >= b).into()]),
    (&["eq", "unchecked_eq", "checked_eq"], |a, b| vec![(a == b).into()]),
    (&["neq", "unchecked_neq", "checked_neq"], |a, b| vec![(a != b).into()]),
    (&["min", "unchecked_min", "checked_min"], |a, b| limbs(a.min(b)).into()),
    (&["max", "unchecked_max", "checked_max"], |a, b| limbs(a.max(b)).into()),
];

const OF_ZERO: [&str; 3] = ["eqz", "unchecked_eqz", "checked_eqz"];

pub(super) fn measured() -> Vec<Run> {
    let names = PROCEDURES.iter().flat_map(|(names, _)| names.iter());
    let of_zero = OF_ZERO.iter().map(|name| run(name, limbs(7)));
    names.map(|name| binary(name, 7, 5)).chain(of_zero).collect()
}

#[test]
fn comparisons_agree_with_integers() {
    agrees(&PROCEDURES, 3);
}

#[test]
fn only_zero_is_zero() {
    let mut random = Random::new(4);
    let numbers = (0..40).map(|_| number(&mut random)).chain([0, 1, 1 << 32, u64::MAX]);
    for a in numbers.collect::<Vec<_>>() {
        for name in OF_ZERO {
            run(name, limbs(a)).gives([u64::from(a == 0)]);
        }
    }
}

#[test]
fn checked_comparisons_reject_limbs_that_are_not_u32() {
    for name in ["lt", "lte", "gt", "gte", "eq", "neq", "min", "max"] {
        rejects_what_is_not_a_u32(&format!("checked_{name}"), [0, 1, 0, 1]);
        rejects_what_is_not_a_u32(&format!("checked_{name}"), [5, 5, 5, 5]);
    }
    for name in ["unchecked_eq", "unchecked_neq"] {
        rejects_what_is_not_a_u32(name, [0, 1, 0, 1]);
    }
    rejects_what_is_not_a_u32("checked_eqz", [0, 0]);
}
