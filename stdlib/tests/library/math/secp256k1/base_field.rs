//! `std::math::secp256k1::base_field`.

use num_bigint::BigUint;

use super::model::{edge, limbs, number, power, prime};
use crate::support::{Random, Run};

const MODULE: &str = "std::math::secp256k1::base_field";

fn run(name: &str, operands: &[&BigUint]) -> Run {
    let run = Run::of(format!("{MODULE}::{name}"));
    operands.iter().fold(run, |run, operand| run.stack(limbs(operand)))
}

fn run_scale(factor: u64, a: &BigUint) -> Run {
    Run::of(format!("{MODULE}::scale")).stack([factor]).stack(limbs(a))
}

/// The procedures that reduce columns, with the multiple that they reduce.
const FOLDS: [(&str, u64); 3] =
    [("fold_columns", 1), ("fold_doubled_columns", 2), ("fold_tripled_columns", 3)];

/// Columns in the order in which `product` leaves them.
fn run_fold_columns(name: &str, columns: &[u64; 16]) -> Run {
    let (low, high) = columns.split_at(8);
    let items = low.iter().rev().chain(high.iter().rev()).copied();
    Run::of(format!("{MODULE}::{name}")).stack(items)
}

fn run_fold(carry: u64, a: &BigUint) -> Run {
    Run::of(format!("{MODULE}::fold")).stack([carry]).stack(limbs(a).into_iter().rev())
}

/// Σ c_k·2^(32·k)
fn weighted(columns: &[u64]) -> BigUint {
    columns.iter().rev().fold(BigUint::ZERO, |sum, column| (sum << 32_u32) + *column)
}

/// Multiplies the lower halves of two numbers, four limbs each.
fn run_multiply(a: &BigUint, b: &BigUint) -> Run {
    Run::of(format!("{MODULE}::multiply"))
        .stack(limbs(a)[..4].iter().copied())
        .stack(limbs(b)[..4].iter().copied())
}

pub(crate) fn measured() -> Vec<Run> {
    let (a, b) = (power(255) + 3_u32, power(254) + 5_u32);
    // With and without a last carry.
    let carrying = power(256) - 1_u32;
    let mut runs = Vec::new();
    for (a, b) in [(&a, &b), (&carrying, &carrying)] {
        runs.extend(["add", "sub", "mul", "product"].map(|name| run(name, &[a, b])));
        runs.extend(
            ["neg", "square", "reduce", "is_reduced", "eqz", "square_columns"].map(|name| run(name, &[a])),
        );
        runs.push(run_scale(3, a));
        runs.push(run_multiply(a, b));
    }
    runs.push(run("add", &[&(power(256) - 977_u32), &power(32)]));
    runs.push(run("mul", &[&(power(256) - 1_u32), &(power(256) - power(32))]));
    runs.extend([0, 1].map(|carry| run_fold(carry, &a.clone().min(power(200)))));
    runs.extend(FOLDS.map(|(name, _)| run_fold_columns(name, &[1; 16])));
    runs
}

/// Checks that the procedure leaves a number congruent to the expected one.
#[track_caller]
fn congruent(run: &Run, expected: &BigUint) {
    let stack = run.execute().unwrap().stack;
    assert_eq!(stack.len(), 8);
    assert_eq!(number(&stack) % prime(), expected % prime(), "{run:?}");
}

#[test]
fn operations_agree_with_integers_modulo_p() {
    let mut random = Random::new(1);
    let p = prime();
    for _ in 0..300 {
        let (a, b) = (edge(&mut random, &p), edge(&mut random, &p));
        congruent(&run("add", &[&a, &b]), &(&a + &b));
        congruent(&run("sub", &[&a, &b]), &(&a + &p + &p - &b));
        congruent(&run("neg", &[&a]), &(&p + &p - &a));
        congruent(&run("mul", &[&a, &b]), &(&a * &b));
        congruent(&run("square", &[&a]), &(&a * &a));
        let factor = random.below(1 << 20);
        congruent(&run_scale(factor, &a), &(&a * factor));
        run("reduce", &[&a]).gives(limbs(&(&a % &p)));
        run("is_reduced", &[&a]).gives([u64::from(a < p)]);
        run("eqz", &[&a]).gives([u64::from(&a % &p == BigUint::ZERO)]);
    }
}

/// The highest columns, and those of which only the first carry is folded a second time.
#[test]
fn columns_at_the_edges_are_folded() {
    let top = (1_u64 << 50) - 1;
    let mut edges = vec![[0; 16], [top; 16]];
    for k in 0..16 {
        edges.push(core::array::from_fn(|i| if i == k { top } else { 0 }));
        edges.push(core::array::from_fn(|i| if i == k { top } else { u64::from(u32::MAX) }));
    }
    for columns in &edges {
        for (name, multiple) in FOLDS {
            congruent(&run_fold_columns(name, columns), &(weighted(columns) * multiple));
        }
    }
}

/// Numbers whose sum, difference or product carries out of the upper limb again when the first carry is folded.
#[test]
fn carries_are_folded_twice() {
    let top = power(256) - 1_u32;
    for low in [0_u32, 1, 976, 977, 978, u32::MAX] {
        let a = &top - low;
        for b in [&top, &a, &(power(32) + 977_u32), &(power(32) + 976_u32), &power(224)] {
            congruent(&run("add", &[&a, b]), &(&a + b));
            congruent(&run("sub", &[b, &a]), &(b + prime() + prime() - &a));
            congruent(&run("mul", &[&a, b]), &(&a * b));
        }
        congruent(&run("square", &[&a]), &(&a * &a));
    }
}

#[test]
fn columns_add_up_to_the_product() {
    let mut random = Random::new(2);
    // [c7, …, c0, c15, …, c8]
    let sum = |items: &[u64]| {
        assert!(items.iter().all(|column| *column < 1 << 37));
        let column = |i: usize| items[if i < 8 { 7 - i } else { 23 - i }];
        weighted(&(0..16).map(column).collect::<Vec<_>>())
    };
    for _ in 0..100 {
        let (a, b) = (edge(&mut random, &prime()), edge(&mut random, &prime()));
        assert_eq!(sum(&run("product", &[&a, &b]).execute().unwrap().stack), &a * &b);
        assert_eq!(sum(&run("square_columns", &[&a]).execute().unwrap().stack), &a * &a);
        let (a, b) = (a % power(128), b % power(128));
        let mut columns = run_multiply(&a, &b).execute().unwrap().stack;
        columns.reverse();
        assert_eq!(weighted(&columns), a * b);
        let columns = random.array(|random| random.below(1 << 50));
        for (name, multiple) in FOLDS {
            congruent(&run_fold_columns(name, &columns), &(weighted(&columns) * multiple));
        }
    }
}

#[test]
fn folded_carries_preserve_the_residue() {
    let mut random = Random::new(3);
    for _ in 0..50 {
        let a = edge(&mut random, &prime()) % power(255);
        for carry in [0, 1] {
            let stack = run_fold(carry, &a).execute().unwrap().stack;
            assert_eq!(number(&stack) % prime(), (power(256) * carry + &a) % prime());
        }
    }
}
