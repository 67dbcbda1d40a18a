//! `std::math::ext5` against its definition.

use miden_core::field::StarkField;

use super::quintic::Quintic;
use crate::support::{Random, Run};

const MODULE: &str = "std::math::ext5";

fn run(name: &str, a: Quintic) -> Run {
    Run::of(format!("{MODULE}::{name}")).stack(a.items())
}

fn run2(name: &str, a: Quintic, b: Quintic) -> Run {
    run(name, a).stack(b.items())
}

pub(crate) fn measured() -> Vec<Run> {
    let mut random = Random::new(2);
    let [a, b] = random.array(Quintic::random);
    let mut runs: Vec<Run> = ["add", "sub", "mul", "div", "eq", "neq"].map(|name| run2(name, a, b)).into();
    runs.extend(["square", "inv", "legendre", "sqrt"].map(|name| run(name, a)));
    runs
}

/// An element with coefficients that are often edge cases.
fn element(random: &mut Random) -> Quintic {
    match random.below(8) {
        0 => Quintic::ZERO,
        1 => Quintic::from(random.felt()),
        _ => Quintic::edge(random),
    }
}

#[test]
fn sums_and_products_agree_with_polynomials() {
    let mut random = Random::new(1);
    for _ in 0..200 {
        let (a, b) = (element(&mut random), element(&mut random));
        run2("add", a, b).gives((a + b).items());
        run2("sub", a, b).gives((a - b).items());
        run2("mul", a, b).gives((a * b).items());
        run("square", a).gives((a * a).items());
    }
}

#[test]
fn quotient_times_divisor_is_the_dividend() {
    let mut random = Random::new(2);
    for _ in 0..100 {
        let (a, b) = (element(&mut random), element(&mut random));
        let inverse = Quintic::from_items(&run("inv", b).execute().unwrap().stack);
        let quotient = Quintic::from_items(&run2("div", a, b).execute().unwrap().stack);
        if b == Quintic::ZERO {
            assert_eq!([inverse, quotient], [Quintic::ZERO; 2]);
        } else {
            assert_eq!(inverse * b, Quintic::ONE);
            assert_eq!(quotient * b, a);
        }
    }
}

#[test]
fn elements_are_equal_if_all_coefficients_are_equal() {
    let mut random = Random::new(3);
    let a = Quintic::random(&mut random);
    run2("eq", a, a).gives([1_u64]);
    run2("neq", a, a).gives([0_u64]);
    for i in 0..5 {
        let b = a + Quintic::monomial(1, i);
        run2("eq", a, b).gives([0_u64]);
        run2("neq", a, b).gives([1_u64]);
    }
}

#[test]
fn square_roots_square_to_the_operand() {
    let mut random = Random::new(4);
    let minus_one = miden_core::Felt::MODULUS - 1;
    // 7 generates the multiplicative group of the base field. It is not a square in the extension either, as its degree is odd.
    let non_square = Quintic::from(7);
    for _ in 0..40 {
        let a = element(&mut random);
        let square = a * a;
        let symbol = u64::from(square != Quintic::ZERO);
        run("legendre", square).gives([symbol]);
        let stack = run("sqrt", square).execute().unwrap().stack;
        let root = Quintic::from_items(&stack);
        assert_eq!(stack[5], 1);
        assert!(root == a || root == Quintic::ZERO - a, "{root:?} of {square:?}");
        if square != Quintic::ZERO {
            run("legendre", square * non_square).gives([minus_one]);
            run("sqrt", square * non_square).gives([0_u64; 6]);
        }
    }
}
