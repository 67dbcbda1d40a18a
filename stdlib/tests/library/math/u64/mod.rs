//! `std::math::u64` against the integers of Rust.

use crate::support::{Random, Run};

mod arithmetic;
mod bits;
mod comparisons;
mod division;

const MODULE: &str = "std::math::u64";

/// The names of a procedure of two integers `a` and `b`, and the stack that it leaves.
type Binary = (&'static [&'static str], fn(u64, u64) -> Vec<u64>);

/// The limbs in stack order, the high one on top.
const fn limbs(value: u64) -> [u64; 2] {
    [value >> 32, value & 0xFFFF_FFFF]
}

fn run(name: &str, stack: impl IntoIterator<Item = u64>) -> Run {
    Run::of(format!("{MODULE}::{name}")).stack(stack)
}

/// `[b_hi, b_lo, a_hi, a_lo]`
fn binary(name: &str, a: u64, b: u64) -> Run {
    run(name, limbs(b)).stack(limbs(a))
}

/// `[n, a_hi, a_lo]`
fn shift(name: &str, a: u64, n: u64) -> Run {
    run(name, [n]).stack(limbs(a))
}

/// A number with limbs that are often edge cases.
fn number(random: &mut Random) -> u64 {
    u64::from(random.limb()) << 32 | u64::from(random.limb())
}

/// Pairs of numbers, many of which have limbs in common.
fn pairs(seed: u64, count: usize) -> impl Iterator<Item = (u64, u64)> {
    let mut random = Random::new(seed);
    (0..count).map(move |i| {
        let (a, b) = (number(&mut random), number(&mut random));
        match i % 5 {
            0 => (a, a),
            1 => (a, a & 0xFFFF_FFFF_0000_0000 | b & 0xFFFF_FFFF),
            2 => (a, b & 0xFFFF_FFFF_0000_0000 | a & 0xFFFF_FFFF),
            _ => (a, b),
        }
    })
}

fn agrees(procedures: &[Binary], seed: u64) {
    for (names, model) in procedures {
        for name in *names {
            for (a, b) in pairs(seed, 100) {
                binary(name, a, b).gives(model(a, b));
            }
        }
    }
}

/// Checks that the procedure rejects each operand that is not a u32; the others are those of `stack`.
fn rejects_what_is_not_a_u32<const N: usize>(name: &str, stack: [u64; N]) {
    for index in 0..N {
        for value in [1 << 32, 0xFFFF_FFFF_0000_0000] {
            let mut stack = stack;
            stack[index] = value;
            run(name, stack).fails("NotU32Value");
        }
    }
}

pub(crate) fn measured() -> Vec<Run> {
    [arithmetic::measured(), bits::measured(), comparisons::measured(), division::measured()].concat()
}
