//! Logic, shifts, rotations and bit counts.

use super::{Binary, agrees, binary, limbs, number, rejects_what_is_not_a_u32, run, shift};
use crate::support::{Random, Run};

const LOGIC: [Binary; 3] = [
    (&["and", "checked_and"], |a, b| limbs(a & b).into()),
    (&["or", "checked_or"], |a, b| limbs(a | b).into()),
    (&["xor", "checked_xor"], |a, b| limbs(a ^ b).into()),
];

/// Procedures that take `a` and a number of bits.
const SHIFTS: [Binary; 6] = [
    (&["shl", "unchecked_shl"], |a, n| limbs(a << n).into()),
    (&["shr", "unchecked_shr"], |a, n| limbs(a >> n).into()),
    (&["overflowing_shl"], |a, n| {
        let shifted = u128::from(a) << n;
        [limbs((shifted >> 64) as u64), limbs(shifted as u64)].concat()
    }),
    (&["overflowing_shr"], |a, n| {
        let shifted = (u128::from(a) << 64) >> n;
        [limbs(shifted as u64), limbs((shifted >> 64) as u64)].concat()
    }),
    (&["rotl", "unchecked_rotl"], |a, n| limbs(a.rotate_left(n as u32)).into()),
    (&["rotr", "unchecked_rotr"], |a, n| limbs(a.rotate_right(n as u32)).into()),
];

/// A name and a function that counts the bits.
type Count = (&'static str, fn(u64) -> u32);

const COUNTS: [Count; 4] = [
    ("clz", u64::leading_zeros),
    ("ctz", u64::trailing_zeros),
    ("clo", u64::leading_ones),
    ("cto", u64::trailing_ones),
];

pub(super) fn measured() -> Vec<Run> {
    let logic = LOGIC.iter().flat_map(|(names, _)| names.iter()).map(|name| binary(name, 7, 5));
    let shifts = SHIFTS.iter().flat_map(|(names, _)| names.iter()).map(|name| shift(name, 7, 5));
    let counts = COUNTS.iter().map(|(name, _)| run(name, limbs(7)));
    logic.chain(shifts).chain(counts).collect()
}

#[test]
fn logic_agrees_with_integers() {
    agrees(&LOGIC, 5);
    for name in LOGIC.iter().flat_map(|(names, _)| names.iter()) {
        rejects_what_is_not_a_u32(name, [0, 1, 0, 1]);
    }
}

#[test]
fn shifts_and_rotations_agree_with_integers() {
    // Release 0.3 was wrong for values at or above the modulus, and for a low limb of ones.
    let special =
        [0xFFFF_FFFF, u64::MAX, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_0000_0001, 0x1234_5678_FFFF_FFFF, 0, 1];
    let mut random = Random::new(6);
    for (names, model) in SHIFTS {
        for n in 0..64 {
            for a in special.into_iter().chain([number(&mut random), random.u64()]) {
                for name in names {
                    shift(name, a, n).gives(model(a, n));
                }
            }
        }
    }
}

#[test]
fn shifts_by_more_than_63_fail() {
    for name in SHIFTS.iter().flat_map(|(names, _)| names.iter()) {
        for n in [64, 65, 95, 96, 128, 1 << 32, 0xFFFF_FFFF_0000_0000] {
            shift(name, 1, n).fails("FailedAssertion");
        }
    }
}

#[test]
fn bit_counts_agree_with_integers() {
    let mut random = Random::new(7);
    let all: Vec<u64> =
        (0..64).flat_map(|n| [1 << n, u64::MAX << n, u64::MAX >> n, random.u64() >> n]).collect();
    for (name, model) in COUNTS {
        for a in all.iter().flat_map(|a| [*a, !*a]).chain([0, u64::MAX, number(&mut random)]) {
            run(name, limbs(a)).gives([model(a)]);
        }
    }
}

#[test]
fn bit_counts_reject_limbs_that_are_not_u32() {
    for name in ["clz", "clo"] {
        run(name, [1u64 << 32, 0]).fails("NotU32Value");
    }
    for name in ["ctz", "cto"] {
        run(name, [0, 1u64 << 32]).fails("NotU32Value");
    }
}
