//! `std::math::secp256k1::scalar_field`.

use num_bigint::{BigInt, BigUint};

use super::model::{Point, edge, limbs, order, power, uniform};
use crate::support::{Random, Run};

const MODULE: &str = "std::math::secp256k1::scalar_field";

fn run(name: &str, operands: &[&BigUint]) -> Run {
    let run = Run::of(format!("{MODULE}::{name}"));
    operands.iter().fold(run, |run, operand| run.stack(limbs(operand)))
}

pub(crate) fn measured() -> Vec<Run> {
    let mut random = Random::new(1);
    let n = order();
    let mut runs = Vec::new();
    for _ in 0..5 {
        let (a, b) = (uniform(&mut random, &n), uniform(&mut random, &n));
        runs.push(run("mul", &[&a, &b]));
        runs.extend(["reduce", "is_in_range", "inv", "split"].map(|name| run(name, &[&a])));
    }
    runs.push(run("mul", &[&BigUint::ZERO, &n]));
    runs.push(run("inv", &[&n]));
    runs.push(run("reduce", &[&n]));
    runs.push(run("reduce", &[&(n - 1_u32)]));
    runs
}

#[test]
fn operations_agree_with_integers_modulo_n() {
    let mut random = Random::new(1);
    let n = order();
    for _ in 0..150 {
        let (a, b) = (edge(&mut random, &n), edge(&mut random, &n));
        run("mul", &[&a, &b]).gives(limbs(&(&a * &b % &n)));
        run("reduce", &[&a]).gives(limbs(&(&a % &n)));
        run("is_in_range", &[&a]).gives([u64::from(a != BigUint::ZERO && a < n)]);
    }
}

#[test]
fn a_number_times_its_inverse_is_one() {
    let mut random = Random::new(2);
    let n = order();
    for _ in 0..100 {
        let a = edge(&mut random, &n);
        run("inv", &[&a]).gives(limbs(&a.modinv(&n).unwrap_or_default()));
    }
    // Powers of two and their neighbours need very different numbers of divsteps.
    for exponent in (1..256).step_by(15) {
        for a in [power(exponent), power(exponent) - 1_u32, power(exponent) + 1_u32] {
            run("inv", &[&a]).gives(limbs(&a.modinv(&n).unwrap()));
        }
    }
}

/// λ, the factor by which the endomorphism multiplies points.
fn lambda() -> BigUint {
    BigUint::parse_bytes(b"5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72", 16).unwrap()
}

#[test]
fn the_endomorphism_multiplies_by_lambda() {
    let beta = b"7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501ee";
    let beta = BigUint::parse_bytes(beta, 16).unwrap();
    let Point(Some((x, y))) = Point::generated(&BigUint::from(1_u32)) else { panic!("no point") };
    assert_eq!(Point::generated(&lambda()), Point(Some((beta * x % super::model::prime(), y))));
}

#[test]
fn split_halves_recombine_to_the_number() {
    let mut random = Random::new(3);
    let n = order();
    let near = |numerator: u32, denominator: u32| (&n * numerator) / denominator;
    let mut numbers: Vec<BigUint> = (0..100).map(|_| edge(&mut random, &n) % &n).collect();
    numbers.extend([near(1, 2), near(1, 3), near(2, 3), lambda(), &n - lambda()]);
    for k in numbers {
        let stack = run("split", &[&k]).execute().unwrap().stack;
        let half = |items: &[u64]| {
            let sign = if items[0] == 1 { 1 } else { -1 };
            let limbs = items[1..5].iter().map(|limb| u32::try_from(*limb).unwrap()).collect();
            BigInt::from(BigUint::new(limbs)) * sign
        };
        let difference = half(&stack[..5]) + half(&stack[5..]) * BigInt::from(lambda()) - BigInt::from(k);
        assert_eq!(difference % BigInt::from(n.clone()), BigInt::ZERO);
    }
}
