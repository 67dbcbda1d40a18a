//! Logic, shifts, rotations and bit counts.

use num_bigint::BigUint;

use super::{Binary, Unary, Wide};
use crate::support::{Random, Run};

const LOGIC: [Binary; 3] = [
    ("and", |wide, a, b| wide.low(&(a & b))),
    ("or", |wide, a, b| wide.low(&(a | b))),
    ("xor", |wide, a, b| wide.low(&(a ^ b))),
];

const OF_ONE: [Unary; 5] = [
    ("not", |wide, a| wide.low(&inverted(wide, a))),
    ("clz", |wide, a| vec![leading_zeros(wide, a)]),
    ("ctz", |wide, a| vec![trailing_zeros(wide, a)]),
    ("clo", |wide, a| vec![leading_zeros(wide, &inverted(wide, a))]),
    ("cto", |wide, a| vec![trailing_zeros(wide, &inverted(wide, a))]),
];

/// A procedure that takes `a` and a number of bits, and its result.
type Shift = (&'static str, fn(Wide, &BigUint, u64) -> BigUint);

const SHIFTS: [Shift; 4] = [
    ("shl", |_, a, n| a << n),
    ("shr", |_, a, n| a >> n),
    ("rotl", |wide, a, n| (a << n) | (a >> (u64::from(wide.bits()) - n))),
    ("rotr", |wide, a, n| (a >> n) | (a << (u64::from(wide.bits()) - n))),
];

fn inverted(wide: Wide, a: &BigUint) -> BigUint {
    wide.end() - 1u32 - a
}

fn leading_zeros(wide: Wide, a: &BigUint) -> u64 {
    u64::from(wide.bits()) - a.bits()
}

fn trailing_zeros(wide: Wide, a: &BigUint) -> u64 {
    a.trailing_zeros().unwrap_or(wide.bits().into())
}

fn shift(wide: Wide, name: &str, a: &BigUint, n: u64) -> Run {
    wide.run(name, [n]).stack(wide.low(a))
}

pub(super) fn measured(wide: Wide) -> Vec<Run> {
    let a = wide.end() / 3u32;
    let shifts = SHIFTS.iter().map(|(name, _)| shift(wide, name, &a, 5)).collect();
    [wide.measured_of(&LOGIC), wide.measured_of_one(&OF_ONE), shifts].concat()
}

pub(super) fn logic(wide: Wide) {
    wide.agrees(&LOGIC, 3);
    for (name, _) in LOGIC {
        wide.rejects_what_is_not_a_u32(name, 2 * wide.limbs);
    }
    wide.rejects_what_is_not_a_u32("not", wide.limbs);
}

pub(super) fn of_one(wide: Wide) {
    let mut random = Random::new(4);
    let ones = wide.end() - 1u32;
    let at = |n: u32| [&ones >> n, (&ones << n) % wide.end(), BigUint::from(1u32) << (n % wide.bits())];
    let edges: Vec<_> = (0..=wide.bits()).flat_map(at).collect();
    for (name, model) in OF_ONE {
        let numbers = (0..40).map(|_| wide.number(&mut random));
        for a in edges.iter().cloned().chain(numbers) {
            wide.unary(name, &a).gives(model(wide, &a));
            let b = inverted(wide, &a);
            wide.unary(name, &b).gives(model(wide, &b));
        }
    }
    let no_u32 = |index: u32| (0..wide.limbs).map(move |i| if i == index { 1 << 32 } else { 0 });
    for name in ["clz", "clo"] {
        wide.run(name, no_u32(0)).fails("NotU32Value");
    }
    for name in ["ctz", "cto"] {
        wide.run(name, no_u32(wide.limbs - 1)).fails("NotU32Value");
    }
}

pub(super) fn shifts(wide: Wide) {
    let mut random = Random::new(5);
    let ones = wide.end() - 1u32;
    for (name, model) in SHIFTS {
        for n in 0..wide.bits().into() {
            for a in [&ones, &wide.number(&mut random), &wide.number(&mut random)] {
                shift(wide, name, a, n).gives(wide.low(&model(wide, a, n)));
            }
        }
        let bits = u64::from(wide.bits());
        for n in [bits, bits + 1, bits + 32, 2 * bits, 1 << 32, (1 << 32) + 1, 0xFFFF_FFFF_0000_0000] {
            shift(wide, name, &ones, n).fails("FailedAssertion");
        }
    }
}
