//! `std::math::u128` and `std::math::u256`, which have the same procedures, against num-bigint.

use num_bigint::BigUint;

use crate::support::{Random, Run};

mod arithmetic;
mod bits;
mod comparisons;
mod division;

/// A module for integers of one width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wide {
    module: &'static str,
    limbs: u32,
    /// Aliases, each with the name of the original.
    aliases: &'static [(&'static str, &'static str)],
}

/// A procedure of two integers `a` and `b`, and the stack that it leaves.
type Binary = (&'static str, fn(Wide, &BigUint, &BigUint) -> Vec<u64>);

/// A procedure of an integer, and the stack that it leaves.
type Unary = (&'static str, fn(Wide, &BigUint) -> Vec<u64>);

impl Wide {
    pub(super) const fn new(
        module: &'static str,
        limbs: u32,
        aliases: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { module, limbs, aliases }
    }

    const fn bits(self) -> u32 {
        32 * self.limbs
    }

    /// `2^bits`
    fn end(self) -> BigUint {
        BigUint::from(1u32) << self.bits()
    }

    /// The limbs of `a mod 2^bits` in stack order, the most significant one on top.
    fn low(self, a: &BigUint) -> Vec<u64> {
        let digits = a.to_u32_digits();
        let limb = |i: u32| digits.get(i as usize).copied().unwrap_or_default().into();
        (0..self.limbs).rev().map(limb).collect()
    }

    /// The limbs of `a < 2^(2·bits)`.
    fn double(self, a: &BigUint) -> Vec<u64> {
        [self.low(&(a >> self.bits())), self.low(a)].concat()
    }

    /// A flag followed by the limbs.
    fn flagged(self, flag: bool, a: &BigUint) -> Vec<u64> {
        [vec![flag.into()], self.low(a)].concat()
    }

    fn run(self, name: &str, stack: impl IntoIterator<Item = u64>) -> Run {
        Run::of(format!("{}::{name}", self.module)).stack(stack)
    }

    fn unary(self, name: &str, a: &BigUint) -> Run {
        self.run(name, self.low(a))
    }

    fn binary(self, name: &str, a: &BigUint, b: &BigUint) -> Run {
        self.run(name, self.low(b)).stack(self.low(a))
    }

    /// All names of the procedure `name`.
    fn names(self, name: &'static str) -> impl Iterator<Item = &'static str> {
        let others = self.aliases.iter().filter(move |(_, of)| *of == name).map(|(alias, _)| *alias);
        others.chain([name])
    }

    /// A number of any length with limbs that are often edge cases.
    fn number(self, random: &mut Random) -> BigUint {
        let length = 1 + random.below(self.limbs.into()) as usize;
        let length = if random.below(2) == 0 { self.limbs as usize } else { length };
        let limbs = (0..length).map(|_| random.limb()).collect();
        BigUint::new(limbs)
    }

    /// Pairs of numbers, many of which have limbs in common.
    fn pairs(self, seed: u64, count: usize) -> Vec<(BigUint, BigUint)> {
        let mut random = Random::new(seed);
        let mut pair = |i: usize| {
            let (a, b) = (self.number(&mut random), self.number(&mut random));
            let place = random.below(self.bits().into());
            match i % 4 {
                0 => (a.clone(), (a ^ (BigUint::from(1u32) << place)) % self.end()),
                1 => {
                    let mask = (BigUint::from(1u32) << place) - 1u32;
                    let mixed = (&a & &mask) | ((&b >> place) << place);
                    (a, mixed)
                }
                _ => (a, b),
            }
        };
        let mut pairs: Vec<_> = (0..count).map(&mut pair).collect();
        let (zero, last) = (BigUint::ZERO, self.end() - 1u32);
        for a in [&zero, &last] {
            pairs.extend([(a.clone(), zero.clone()), (a.clone(), last.clone())]);
        }
        pairs.push((BigUint::from(12_345u32), BigUint::from(12_345u32)));
        pairs
    }

    fn agrees(self, procedures: &[Binary], seed: u64) {
        for (name, model) in procedures {
            for name in self.names(name) {
                for (a, b) in self.pairs(seed, 80) {
                    self.binary(name, &a, &b).gives(model(self, &a, &b));
                }
            }
        }
    }

    /// Checks that the procedure rejects each of `count` operands that is not a u32; the others are 1.
    fn rejects_what_is_not_a_u32(self, name: &'static str, count: u32) {
        for name in self.names(name) {
            for index in 0..count {
                for value in [1 << 32, 0xFFFF_FFFF_0000_0000] {
                    let stack = (0..count).map(|i| if i == index { value } else { 1 });
                    self.run(name, stack).fails("NotU32Value");
                }
            }
        }
    }

    pub(super) fn measured(self) -> Vec<Run> {
        [
            arithmetic::measured(self),
            bits::measured(self),
            comparisons::measured(self),
            division::measured(self),
        ]
        .concat()
    }

    /// Runs of procedures of two integers, under all their names.
    fn measured_of(self, procedures: &[Binary]) -> Vec<Run> {
        let (a, b) = (self.end() / 3u32, self.end() / 7u32);
        procedures
            .iter()
            .flat_map(|(name, _)| self.names(name))
            .map(|name| self.binary(name, &a, &b))
            .collect()
    }

    /// Runs of procedures of one integer, under all their names.
    fn measured_of_one(self, procedures: &[Unary]) -> Vec<Run> {
        let a = self.end() / 3u32;
        procedures.iter().flat_map(|(name, _)| self.names(name)).map(|name| self.unary(name, &a)).collect()
    }

    pub(super) fn sums_differences_and_products_agree_with_integers(self) {
        arithmetic::agree(self);
    }

    pub(super) fn comparisons_agree_with_integers(self) {
        comparisons::agree(self);
    }

    pub(super) fn logic_agrees_with_integers(self) {
        bits::logic(self);
    }

    pub(super) fn bit_counts_agree_with_integers(self) {
        bits::of_one(self);
    }

    pub(super) fn shifts_and_rotations_agree_with_integers(self) {
        bits::shifts(self);
    }

    pub(super) fn division_agrees_with_integers(self) {
        division::agree(self);
    }

    pub(super) fn quotient_digits_are_corrected(self) {
        division::estimates(self);
    }

    pub(super) fn division_by_zero_fails(self) {
        division::by_zero(self);
    }
}
