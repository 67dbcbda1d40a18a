//! Divisions.

use num_bigint::BigUint;

use super::{Binary, Wide};
use crate::support::{Random, Run};

const PROCEDURES: [Binary; 3] = [
    ("div", |wide, a, b| wide.low(&(a / b))),
    ("mod", |wide, a, b| wide.low(&(a % b))),
    ("divmod", |wide, a, b| [wide.low(&(a % b)), wide.low(&(a / b))].concat()),
];

fn power(n: u32) -> BigUint {
    BigUint::from(1u32) << n
}

pub(super) fn measured(wide: Wide) -> Vec<Run> {
    // A divisor below 2^32, one with a single quotient digit, and one with the most quotient digits, the first of which is
    // corrected.
    let least = power(32) + 1u32;
    let operands = [
        (wide.end() / 5u32, power(31)),
        (wide.end() / 5u32, wide.end() / 3u32),
        ((&least << (wide.bits() - 64)) - 1u32, least),
    ];
    let of = |name| operands.iter().map(move |(a, b)| wide.binary(name, a, b));
    PROCEDURES.iter().flat_map(|(name, _)| of(name)).collect()
}

fn agrees(wide: Wide, a: &BigUint, b: &BigUint) {
    for (name, model) in PROCEDURES {
        wide.binary(name, a, b).gives(model(wide, a, b));
    }
}

pub(super) fn agree(wide: Wide) {
    let last = wide.end() - 1u32;
    let mut random = Random::new(6);
    for n in 0..wide.bits() {
        let random_divisor = power(n) | (wide.number(&mut random) >> (wide.bits() - n));
        for b in [power(n), (power(n) << 1u32) - 1u32, random_divisor] {
            agrees(wide, &wide.number(&mut random), &b);
            agrees(wide, &last, &b);
        }
    }
    for (a, b) in wide.pairs(7, 100) {
        if b != BigUint::ZERO {
            agrees(wide, &a, &b);
        }
    }
}

/// Quotients just below an integer, and their leading digits, are first estimated one too large.
pub(super) fn estimates(wide: Wide) {
    let mut random = Random::new(8);
    let last = wide.end() - 1u32;
    let mut corrected = 0;
    for length in 2..=wide.limbs {
        let base = power(32 * (length - 1));
        let random_divisor = &base | (wide.number(&mut random) >> (32 * (wide.limbs - length)));
        for b in [
            &base * 0x8000_0000u32,
            power(32 * length) - 1u32,
            &base + 1u32,
            &base * 2u32 - 1u32,
            random_divisor,
        ] {
            let most = &last / &b;
            let quotients = [1u32, 2, 0xFFFF_FFFF].map(BigUint::from);
            let powers = (1..wide.limbs).flat_map(|i| [power(32 * i) - 1u32, power(32 * i)]);
            for q in quotients.into_iter().chain(powers).chain([most.clone()]).filter(|q| *q <= most) {
                let (exact, below) = (&q * &b, &q * &b - 1u32);
                agrees(wide, &exact, &b);
                agrees(wide, &below, &b);
                // A corrected digit takes more cycles.
                let cycles = |a: &BigUint| wide.binary("div", a, &b).cycles();
                corrected += u32::from(cycles(&below) > cycles(&exact));
            }
        }
    }
    assert!(corrected > 10, "{corrected}");
}

pub(super) fn by_zero(wide: Wide) {
    for (name, _) in PROCEDURES {
        for a in [BigUint::ZERO, BigUint::from(1u32), wide.end() - 1u32] {
            wide.binary(name, &a, &BigUint::ZERO).fails("DivideByZero");
        }
    }
}
