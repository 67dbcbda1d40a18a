//! Sums, differences and products.

use super::{Binary, agrees, binary, limbs, pairs, rejects_what_is_not_a_u32};
use crate::support::Run;

const TOTAL: [Binary; 6] = [
    (&["overflowing_add"], |a, b| with_flag(a.overflowing_add(b))),
    (&["wrapping_add"], |a, b| limbs(a.wrapping_add(b)).into()),
    (&["overflowing_sub"], |a, b| with_flag(a.overflowing_sub(b))),
    (&["wrapping_sub"], |a, b| limbs(a.wrapping_sub(b)).into()),
    (&["overflowing_mul"], |a, b| {
        let product = u128::from(a) * u128::from(b);
        [limbs((product >> 64) as u64), limbs(product as u64)].concat()
    }),
    (&["wrapping_mul"], |a, b| limbs(a.wrapping_mul(b)).into()),
];

/// A name and the result, if there is one.
type Checked = (&'static str, fn(u64, u64) -> Option<u64>);

const CHECKED: [Checked; 3] =
    [("checked_add", u64::checked_add), ("checked_sub", u64::checked_sub), ("checked_mul", u64::checked_mul)];

fn with_flag((value, flag): (u64, bool)) -> Vec<u64> {
    let [high, low] = limbs(value);
    vec![flag.into(), high, low]
}

pub(super) fn measured() -> Vec<Run> {
    let total = TOTAL.iter().flat_map(|(names, _)| names.iter());
    total.chain(CHECKED.iter().map(|(name, _)| name)).map(|name| binary(name, 7, 5)).collect()
}

#[test]
fn sums_differences_and_products_agree_with_integers() {
    agrees(&TOTAL, 1);
}

#[test]
fn checked_arithmetic_rejects_overflow() {
    for (name, model) in CHECKED {
        for (a, b) in pairs(2, 200) {
            // Products of numbers this large rarely fit.
            for (a, b) in [(a, b), (a >> 32, b), (a, b >> 32), (a >> 32, b >> 32), (a >> 20, b >> 44)] {
                match model(a, b) {
                    Some(c) => binary(name, a, b).gives(limbs(c)),
                    None => binary(name, a, b).fails("FailedAssertion"),
                }
            }
        }
        rejects_what_is_not_a_u32(name, [0, 1, 0, 1]);
    }
}
