//! `std::math::secp256k1`, the procedures of release 0.3.

use std::{ops::Range, slice};

use num_bigint::BigUint;

use super::model::{Point, edge, limbs, number_of, order, power, prime, uniform, words};
use crate::support::{Random, Run};

const MODULE: &str = "std::math::secp256k1";

/// Where the points are in memory; the last one is the result.
const PLACES: [Range<u32>; 3] = [10..16, 20..26, 30..36];

fn run(name: &str, operands: &[&BigUint]) -> Run {
    let run = Run::of(format!("{MODULE}::{name}"));
    operands.iter().fold(run, |run, operand| run.stack(limbs(operand)))
}

/// The Montgomery form of the projective coordinates with this Z.
fn projective(point: &Point, z: &BigUint) -> Vec<[u64; 4]> {
    let one = BigUint::from(1_u32);
    let coordinates = match &point.0 {
        Some((x, y)) => [x * z, y * z, z.clone()],
        None => [BigUint::ZERO, one, BigUint::ZERO],
    };
    coordinates.iter().flat_map(|coordinate| words(&((coordinate << 256_u32) % prime()))).collect()
}

/// A call with the addresses of points, a scalar, and the addresses of the result, in this order.
fn run_points(name: &str, points: &[Vec<[u64; 4]>], scalar: Option<&BigUint>) -> Run {
    let run = Run::of(format!("{MODULE}::{name}"));
    let run = points
        .iter()
        .zip(PLACES)
        .fold(run, |run, (point, place)| run.memory(place.start, point.iter().copied()).stack(place));
    let run = scalar.into_iter().fold(run, |run, scalar| run.stack(limbs(scalar)));
    let [.., result] = PLACES;
    run.stack(result.clone()).watch(result)
}

#[track_caller]
fn result(run: &Run) -> Point {
    let ended = run.execute().unwrap();
    let [.., place] = PLACES;
    assert_eq!(ended.stack, place.map(u64::from).collect::<Vec<_>>());
    let [x, y, z] = [0, 2, 4].map(|start| number_of(&ended.memory[start..]));
    match z.modinv(&prime()) {
        Some(inverse) => Point(Some((x * &inverse % prime(), y * inverse % prime()))),
        None => {
            assert!(x == BigUint::ZERO && y != BigUint::ZERO && z == BigUint::ZERO);
            Point(None)
        }
    }
}

pub(crate) fn measured() -> Vec<Run> {
    let mut random = Random::new(1);
    let mut next = || uniform(&mut random, &order());
    let (a, b, z) = (next(), next(), next());
    let [point, other] = [&a, &b].map(|scalar| projective(&Point::generated(scalar), &z));
    let mut runs = vec![
        run("u256_mod_mul", &[&a, &b]),
        run("u256_mod_add", &[&a, &b]),
        run("u256_mod_sub", &[&a, &b]),
        run("u256_mod_neg", &[&a]),
        run("to_mont", &[&a]),
        run("from_mont", &[&a]),
        run_points("point_doubling", slice::from_ref(&point), None),
        run_points("point_addition", &[point.clone(), other], None),
        run_points("point_mul", slice::from_ref(&point), Some(&BigUint::ZERO)),
        run_points("gen_mul", &[], Some(&BigUint::ZERO)),
    ];
    for _ in 0..3 {
        runs.push(run_points("point_mul", slice::from_ref(&point), Some(&next())));
        runs.push(run_points("gen_mul", &[], Some(&next())));
    }
    runs
}

#[test]
fn numbers_are_computed_modulo_the_prime() {
    let mut random = Random::new(1);
    let p = prime();
    let inverse = power(256).modinv(&p).unwrap();
    for _ in 0..150 {
        let (a, b) = (edge(&mut random, &p), edge(&mut random, &p));
        run("u256_mod_mul", &[&a, &b]).gives(limbs(&(&a * &b * &inverse % &p)));
        run("u256_mod_add", &[&a, &b]).gives(limbs(&((&a + &b) % &p)));
        run("u256_mod_sub", &[&a, &b]).gives(limbs(&((&a + &p + &p - &b) % &p)));
        run("u256_mod_neg", &[&a]).gives(limbs(&((&p + &p - &a) % &p)));
        run("to_mont", &[&a]).gives(limbs(&((&a << 256_u32) % &p)));
        run("from_mont", &[&a]).gives(limbs(&(&a * &inverse % &p)));
    }
}

#[test]
fn points_are_added_and_doubled() {
    let mut random = Random::new(2);
    let [a, b] = random.array(|random| Point::generated(&uniform(random, &order())));
    let neutral = Point(None);
    for (a, b) in
        [(&a, &b), (&a, &a), (&a, &a.opposite()), (&a, &neutral), (&neutral, &b), (&neutral, &neutral)]
    {
        let [z, w] = random.array(|random| uniform(random, &prime()));
        let (first, second) = (projective(a, &z), projective(b, &w));
        assert_eq!(result(&run_points("point_doubling", slice::from_ref(&first), None)), a.plus(a));
        assert_eq!(result(&run_points("point_addition", &[first, second], None)), a.plus(b));
    }
}

#[test]
fn results_may_overwrite_operands() {
    let point = Point::generated(&BigUint::from(77_u32));
    let words = projective(&point, &BigUint::from(5_u32));
    let place = 30..36;
    let run = Run::of(format!("{MODULE}::point_doubling")).memory(30, words).stack(place.clone());
    assert_eq!(result(&run.stack(place.clone()).watch(place)), point.plus(&point));
}

#[test]
fn points_are_multiplied() {
    let mut random = Random::new(3);
    let point = Point::generated(&uniform(&mut random, &order()));
    let z = uniform(&mut random, &prime());
    let mut scalars: Vec<BigUint> = [0_u32, 1, 2, 31].map(BigUint::from).into();
    scalars.extend([order() - 1_u32, order(), order() + 1_u32, power(256) - 1_u32]);
    scalars.extend((0..3).map(|_| uniform(&mut random, &order())));
    for scalar in scalars {
        for point in [&point, &Point(None)] {
            let run = run_points("point_mul", &[projective(point, &z)], Some(&scalar));
            assert_eq!(result(&run), point.times(&scalar), "{scalar}");
        }
        assert_eq!(result(&run_points("gen_mul", &[], Some(&scalar))), Point::generated(&scalar), "{scalar}");
    }
}
