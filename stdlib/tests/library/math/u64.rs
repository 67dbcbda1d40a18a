//! `std::math::u64` against the integers of Rust.

use crate::support::{Random, Run};

const MODULE: &str = "std::math::u64";

fn run(name: &str, a: u64, b: u64) -> Run {
    Run::of(format!("{MODULE}::{name}")).stack(limbs(b)).stack(limbs(a))
}

/// The limbs as they lie on the stack, the high one on top.
const fn limbs(value: u64) -> [u64; 2] {
    [value >> 32, value & 0xFFFF_FFFF]
}

pub(crate) fn measured() -> Vec<Run> {
    vec![run("overflowing_add", u64::MAX, 1)]
}

/// A number whose limbs are often at an edge.
fn number(random: &mut Random) -> u64 {
    u64::from(random.limb()) << 32 | u64::from(random.limb())
}

#[test]
fn overflowing_add_is_that_of_integers() {
    let mut random = Random::new(1);
    for _ in 0..300 {
        let (a, b) = (number(&mut random), number(&mut random));
        let (sum, carry) = a.overflowing_add(b);
        run("overflowing_add", a, b).gives([u64::from(carry)].into_iter().chain(limbs(sum)));
    }
}
