//! Divisions, with results from the advice.

use miden_core::{Felt, field::StarkField};

use super::{Binary, binary, limbs, pairs, rejects_what_is_not_a_u32};
use crate::support::{Run, hostile};

/// The stack after dividing `a` by `b`, which is not 0.
const PROCEDURES: [Binary; 3] = [
    (&["div", "unchecked_div", "checked_div"], |a, b| limbs(a / b).into()),
    (&["mod", "unchecked_mod", "checked_mod"], |a, b| limbs(a % b).into()),
    (&["divmod", "unchecked_divmod", "checked_divmod"], |a, b| [limbs(a % b), limbs(a / b)].concat()),
];

const HIGH: u64 = 0xFFFF_FFFF_0000_0000;

/// Dividends and divisors of all sizes, with edge cases.
const EDGES: [(u64, u64); 14] = [
    (0, 1),
    (0, u64::MAX),
    (7, 2),
    (u64::MAX, 1),
    (u64::MAX, 2),
    (u64::MAX, u64::MAX),
    (u64::MAX - 1, u64::MAX),
    (u64::MAX, 0xFFFF_FFFF),
    (u64::MAX, 1 << 32),
    (u64::MAX, HIGH),
    (HIGH, 0x1_0000_0001),
    (1 << 63, 3),
    (0x0123_4567_89AB_CDEF, 0xFFFF_FFFF),
    (0x0123_4567_89AB_CDEF, 0x1_FFFF_FFFF),
];

fn names() -> impl Iterator<Item = &'static str> {
    PROCEDURES.iter().flat_map(|(names, _)| names.iter().copied())
}

pub(super) fn measured() -> Vec<Run> {
    names().map(|name| binary(name, 7, 5)).collect()
}

#[test]
fn division_agrees_with_integers() {
    for (names, model) in PROCEDURES {
        for (a, b) in EDGES {
            binary(names[0], a, b).gives(model(a, b));
        }
        for shift in 0..64 {
            let (a, b) = (0xFEDC_BA98_7654_3210, 0x89AB_CDEF_0123_4567 >> shift);
            binary(names[0], a, b).gives(model(a, b));
        }
    }
    for (names, model) in PROCEDURES {
        for name in names {
            for (a, b) in pairs(8, 100).filter(|(_, b)| *b != 0) {
                binary(name, a, b).gives(model(a, b));
            }
        }
    }
}

#[test]
fn division_by_zero_fails() {
    for name in names() {
        for a in [0, 1, u64::MAX] {
            binary(name, a, 0).fails("DivideByZero");
        }
    }
}

#[test]
fn division_rejects_limbs_that_are_not_u32() {
    for name in names() {
        rejects_what_is_not_a_u32(name, [0, 1, 0, 1]);
        rejects_what_is_not_a_u32(name, [5, 5, 5, 5]);
    }
}

/// Consistent quotients and remainders that are not those of the integers.
fn scripts(a: u64, b: u64) -> Vec<Vec<u64>> {
    let answer = |q: [i128; 2], r: [i128; 2]| -> Vec<u64> {
        let limbs = [q[1], q[0], r[1], r[0]];
        limbs.map(|limb| limb.rem_euclid(Felt::MODULUS.into()) as u64).into()
    };
    let wide = |value: u64| limbs(value).map(i128::from);
    let (q, r, [b_hi, b_lo]) = (wide(a / b), wide(a % b), wide(b));
    let base = 1i128 << 32;
    let mut scripts = vec![
        // Remainders below zero or not below the divisor.
        answer([q[0], q[1] + 1], [r[0] - b_hi, r[1] - b_lo]),
        answer([q[0], q[1] - 1], [r[0] + b_hi, r[1] + b_lo]),
        answer([0, 0], wide(a)),
        // Limbs of the right numbers that are not u32.
        answer([q[0] - 1, q[1] + base], r),
        answer([q[0] + 1, q[1] - base], r),
        answer(q, [r[0] - 1, r[1] + base]),
        answer(q, [r[0] + 1, r[1] - base]),
    ];
    if let (Some(q), Some(r)) = ((a / b).checked_sub(1), (a % b).checked_add(b)) {
        scripts.push(answer(wide(q), wide(r)));
    }
    // q·b + r = a modulo p, 2^32·p, 2^64.
    for modulus in [u128::from(Felt::MODULUS), u128::from(Felt::MODULUS) << 32, 1 << 64] {
        for k in 1..4 {
            let forged = u128::from(a) + k * modulus;
            if let Ok(q) = u64::try_from(forged / u128::from(b)) {
                scripts.push(answer(wide(q), wide((forged % u128::from(b)) as u64)));
            }
        }
    }
    scripts
}

#[test]
fn a_lying_host_is_caught() {
    for (names, _) in PROCEDURES {
        for (a, b) in EDGES {
            hostile(&binary(names[0], a, b), &scripts(a, b));
        }
        // With q_lo = b_hi = 2^32 − 1, q_lo·b_hi + h + r_hi wraps: p + a_hi for a small a_hi.
        for a in [1, 0x5_FFFF_FFFE, 0xFFFF_FFFD_0000_0003] {
            hostile(&binary(names[0], a, u64::MAX), &scripts(a, u64::MAX));
        }
    }
    for name in names() {
        hostile(&binary(name, 100, 7), &scripts(100, 7));
    }
}
