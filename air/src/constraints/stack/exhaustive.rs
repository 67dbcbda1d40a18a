//! The constraints over a field so small that all values can be tried.
//!
//! With `p = 241`, limbs below `B = 4` and halves below `W = B² = 16`, `p = B⁴ − B² + 1` has the shape of the machine's
//! prime `2^64 − 2^32 + 1`. The formulas are those of the machine, with constants in `2^16` replaced by the same
//! expressions in `B`.

use core::ops::{Add, Mul, Sub};
use std::{collections::BTreeSet, vec::Vec};

use miden_core::{
    Felt, Opcode,
    params::FMP_MAX,
    trace::{
        Column, WIDTH,
        decoder::{HELPERS, HI, LO, MID},
        stack::S,
        system::FMP,
        write_opcode,
    },
};

use super::{Routes, chiplets, registers, u32};
use crate::{
    StatementConstants,
    algebra::Algebra,
    eval::{ConstraintSink, Label},
    flags::Flags,
    frame::Frame,
    periodic,
};

/// The prime.
const P: u32 = 241;
/// Bound of a limb, `2^16` in the machine.
const B: u32 = 4;
/// Bound of a word, `2^32` in the machine.
const W: u32 = B * B;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Small(u32);

impl Add for Small {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        Self((self.0 + rhs.0) % P)
    }
}

impl Sub for Small {
    type Output = Self;

    fn sub(self, rhs: Self) -> Self {
        Self((self.0 + P - rhs.0) % P)
    }
}

impl Mul for Small {
    type Output = Self;

    fn mul(self, rhs: Self) -> Self {
        Self(self.0 * rhs.0 % P)
    }
}

impl Algebra for Small {
    fn constant(value: Felt) -> Self {
        Self(match value.as_int() {
            0x8000 => B / 2,
            0x1_0000 => B,
            0xFFFF_FFFF => W - 1,
            0x1_0000_0000 => W,
            FMP_MAX => 3 * W / 4 - 1,
            small @ 0..=63 => small as u32,
            // Constants of other operations; their flags are 0 here.
            _ => 0,
        })
    }
}

/// Records whether the constraints hold: that on canonical splits, the only one to read the witness `h4`, and all
/// others. Routes of the stack are ignored, because they only name the results.
#[derive(Clone, Copy)]
struct Holds {
    canonical: bool,
    others: bool,
}

impl ConstraintSink for Holds {
    type Expr = Small;

    fn constrain(&mut self, label: Label, expr: Small) {
        match label.name {
            "stack.item" => {}
            "u32.canonical" => self.canonical &= expr == Small(0),
            _ => self.others &= expr == Small(0),
        }
    }
}

/// A row of one operation and the row after it.
struct Rows {
    current: [Small; WIDTH],
    next: [Small; WIDTH],
    flags: Flags<Small>,
}

const PERIODIC: [Small; periodic::WIDTH] = [Small(0); periodic::WIDTH];

impl Rows {
    fn new(opcode: Opcode) -> Self {
        let mut digits = [Felt::default(); WIDTH];
        write_opcode(&mut digits, opcode);
        let mut current = [Small(0); WIDTH];
        for column in [HI, MID, LO].into_iter().flat_map(Column::range) {
            current[column] = Small(digits[column].as_int() as u32);
        }
        let flags = Flags::new(&Frame::new(&current, &current, &PERIODIC));
        Self { current, next: [Small(0); WIDTH], flags }
    }

    fn s(&mut self, i: usize, value: u32) -> &mut Self {
        self.current[S.at(i)] = Small(value);
        self
    }

    fn s_next(&mut self, i: usize, value: u32) -> &mut Self {
        self.next[S.at(i)] = Small(value);
        self
    }

    fn h(&mut self, i: usize, value: u32) -> &mut Self {
        self.current[HELPERS.at(i)] = Small(value);
        self
    }

    fn limbs(&mut self, limbs: [u32; 4]) -> &mut Self {
        (0..4).for_each(|i| self.current[HELPERS.at(i)] = Small(limbs[i]));
        self
    }

    /// Whether all constraints of the operations with limbs hold.
    fn hold(&self) -> Holds {
        let frame = Frame::new(&self.current, &self.next, &PERIODIC);
        let mut holds = Holds { canonical: true, others: true };
        let mut routes = Routes::new(&frame, &self.flags);
        let constants = StatementConstants::any();
        u32::enforce(&mut holds, &frame, &self.flags, &mut routes);
        registers::enforce(&mut holds, &frame, &self.flags, &mut routes, constants);
        chiplets::enforce(&mut holds, &frame, &self.flags, &mut routes);
        holds
    }

    /// Whether the constraints hold for some value of helper `h4`.
    fn hold_with_some_witness(&mut self) -> bool {
        self.hold().others && (0..P).any(|witness| self.h(4, witness).hold().canonical)
    }
}

/// All limbs: four values below `B`.
fn all_limbs() -> impl Iterator<Item = [u32; 4]> {
    (0..W * W).map(|n| [n % B, n / B % B, n / W % B, n / W / B])
}

fn halves([h0, h1, h2, h3]: [u32; 4]) -> (u32, u32) {
    (h2 + B * h3, h0 + B * h1)
}

/// The canonical split.
fn split(value: u32) -> (u32, u32) {
    (value / W, value % W)
}

/// The splits that the constraints accept for these operands.
fn accepted_splits(rows: &mut Rows) -> Vec<(u32, u32)> {
    all_limbs().filter(|&limbs| rows.limbs(limbs).hold_with_some_witness()).map(halves).collect()
}

#[test]
fn every_value_has_its_canonical_split_and_no_other() {
    let mut rows = Rows::new(Opcode::U32Split);
    for a in 0..P {
        assert_eq!(accepted_splits(rows.s(0, a)), [split(a)], "{a}");
    }
}

#[test]
fn sums_differences_and_products_have_one_result() {
    // All pairs of words, and some of the others.
    let is_tried = |(a, b): &(u32, u32)| *a < W && *b < W || (7 * a + b) % 50 == 0;
    let pairs = || (0..P).flat_map(|a| (0..P).map(move |b| (a, b))).filter(is_tried);
    type Sum = fn(u32, u32) -> u32;
    let operations: [(Opcode, Sum); 6] = [
        (Opcode::U32Add, |b, a| (a + b) % P),
        (Opcode::U32WAdd, |b, a| (a + b) % P),
        (Opcode::U32Sub, |b, a| (a + P - b + W) % P),
        (Opcode::U32Lt, |b, a| (a + P - b + W) % P),
        (Opcode::U32Mul, |b, a| a * b % P),
        (Opcode::U32Rot, |b, a| a * b % P),
    ];
    for (opcode, value) in operations {
        let mut rows = Rows::new(opcode);
        for (a, b) in pairs() {
            assert_eq!(accepted_splits(rows.s(0, b).s(1, a)), [split(value(b, a))], "{opcode} {b} {a}");
        }
    }
}

#[test]
fn sums_of_three_and_products_with_a_sum_are_those_of_the_integers() {
    let triples = || (0..W * W * W).map(|n| (n % W, n / W % W, n / W / W));
    type Sum = fn(u32, u32, u32) -> u32;
    let operations: [(Opcode, Sum); 2] =
        [(Opcode::U32Add3, |a, b, c| a + b + c), (Opcode::U32MAdd, |a, b, c| a * b + c)];
    for (opcode, value) in operations {
        let mut rows = Rows::new(opcode);
        for (a, b, c) in triples() {
            // No reduction: the largest is (W − 1)² + W − 1 = p − 1.
            assert_eq!(accepted_splits(rows.s(0, a).s(1, b).s(2, c)), [split(value(a, b, c))], "{opcode}");
        }
    }
}

#[test]
fn a_division_has_its_integer_result_or_none() {
    let mut rows = Rows::new(Opcode::U32Div);
    for (a, b) in (0..P).flat_map(|a| (0..P).map(move |b| (a, b))) {
        let mut results = BTreeSet::new();
        for limbs in all_limbs() {
            let (quotient, remainder) = halves(limbs);
            // The request to the bitwise section: divisor and room must be words.
            let room = (Small(b) - Small(1) - Small(remainder)).0;
            if b < W && room < W {
                rows.s(0, b).s(1, a).s_next(0, remainder).s_next(1, quotient).limbs(limbs);
                if rows.hold().others {
                    results.insert((quotient, remainder));
                }
            }
        }
        let expected = (1..W).contains(&b).then(|| (a / b, a % b)).filter(|(quotient, _)| *quotient < W);
        assert_eq!(results.into_iter().collect::<Vec<_>>(), Vec::from_iter(expected), "{a} / {b}");
    }
}

#[test]
fn an_unbounded_divisor_would_have_two_results() {
    // Without the bound on the divisor, remainder and room would accept divisors up to 2·W − 1.
    let ambiguous = (W..2 * W).any(|b| {
        (0..P).any(|a| {
            let solutions = (0..W).flat_map(|q| (0..W).map(move |r| (q, r))).filter(|(q, r)| {
                (b - 1).checked_sub(*r).is_some_and(|room| room < W) && (q * b + r) % P == a
            });
            solutions.count() > 1
        })
    });
    assert!(ambiguous);
}

#[test]
fn a_step_of_an_exponentiation_halves_words_and_nothing_else() {
    let mut rows = Rows::new(Opcode::ExpAcc);
    for (exponent, base) in (0..P).flat_map(|exponent| [0, 7].map(|base| (exponent, base))) {
        let mut results = BTreeSet::new();
        // h3 is unused, and 0 by the constraints on idle helpers.
        for limbs in all_limbs().filter(|limbs| limbs[3] == 0) {
            // Try all values of the bit.
            for bit in 0..if exponent < W { P } else { 3 } {
                rows.s(1, base).s(3, exponent).s_next(0, bit).limbs(limbs);
                let factor = (Small(1) + Small(bit) * (Small(base) - Small(1))).0;
                if rows.h(5, factor).hold_with_some_witness() {
                    results.insert((bit, limbs[2] + B / 2 * limbs[1]));
                }
            }
        }
        let expected = (exponent < W).then_some((exponent % 2, exponent / 2));
        assert_eq!(results.into_iter().collect::<Vec<_>>(), Vec::from_iter(expected), "{exponent}");
    }
}

#[test]
fn the_free_memory_pointer_stays_in_its_range() {
    let mut rows = Rows::new(Opcode::FmpUpdate);
    let range = W / 4..3 * W / 4;
    for (pointer, change) in range.clone().flat_map(|pointer| (0..P).map(move |change| (pointer, change))) {
        rows.current[FMP.at(0)] = Small(pointer);
        rows.s(0, change);
        let accepted = all_limbs().filter(|&limbs| rows.limbs(limbs).hold_with_some_witness()).count();
        let next = (pointer + change) % P;
        assert_eq!(accepted, usize::from(range.contains(&next)), "{pointer} + {change}");
    }
}

#[test]
fn addresses_are_words_and_so_are_their_neighbours() {
    let accepts =
        |rows: &mut Rows| all_limbs().filter(|&limbs| rows.limbs(limbs).hold_with_some_witness()).count();
    for opcode in [Opcode::MStream, Opcode::Pipe] {
        let mut rows = Rows::new(opcode);
        for address in 0..P {
            let expected = usize::from(address + 1 < W);
            assert_eq!(accepts(rows.s(12, address)), expected, "{opcode} {address}");
        }
    }
    for opcode in [Opcode::MLoad, Opcode::MLoadW, Opcode::MStore, Opcode::MStoreW] {
        let mut rows = Rows::new(opcode);
        for address in 0..P {
            // h2 and h3 are unused, and 0 by the constraints on idle helpers.
            let low = all_limbs().filter(|limbs| limbs[2] == 0 && limbs[3] == 0);
            let accepted =
                low.filter(|&limbs| rows.s(0, address).limbs(limbs).hold_with_some_witness()).count();
            assert_eq!(accepted, usize::from(address < W), "{opcode} {address}");
        }
    }
}
