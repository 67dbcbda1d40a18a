//! `std::math::secp256k1::{jacobian, group, generator}`.

use num_bigint::BigUint;

use super::model::{Point, bytes, edge, limbs, number, order, power, prime, uniform, words};
use crate::support::{Random, Run};

const JACOBIAN: &str = "std::math::secp256k1::jacobian";
const GROUP: &str = "std::math::secp256k1::group";

/// A point (X, Y, Z) in stack order.
fn items([x, y, z]: &[BigUint; 3]) -> Vec<u64> {
    [y, x, z].into_iter().flat_map(limbs).collect()
}

fn run_double(point: &[BigUint; 3]) -> Run {
    Run::of(format!("{JACOBIAN}::double")).stack(items(point))
}

/// With a factor, the affine point is (x·w², y·w³).
fn run_add(affine: &Point, factor: Option<&BigUint>, point: &[BigUint; 3]) -> Run {
    let (x, y) = affine.0.as_ref().unwrap();
    let run = Run::of(format!("{JACOBIAN}::add")).stack(limbs(x)).stack(limbs(y));
    match factor {
        Some(w) => run.stack([50_u64]).memory(50, words(w)),
        None => run.stack([0_u64]),
    }
    .stack(items(point))
}

fn run_mul_generator(a: &BigUint) -> Run {
    Run::of(format!("{GROUP}::mul_generator")).stack(limbs(a))
}

fn run_mul_add_generator(a: &BigUint, b: &BigUint, point: &[BigUint; 3]) -> Run {
    Run::of(format!("{GROUP}::mul_add_generator")).stack(limbs(a)).stack(limbs(b)).stack(items(point))
}

fn run_store_multiples() -> Run {
    Run::of("std::math::secp256k1::generator::store_multiples").stack([100_u64])
}

pub(crate) fn measured() -> Vec<Run> {
    let mut random = Random::new(1);
    let n = order();
    let mut next = || uniform(&mut random, &n);
    let (point, other, z) = (Point::generated(&next()), Point::generated(&next()), next());
    let jacobian = point.jacobian(&z);
    let neutral = Point(None).jacobian(&z);
    let mut runs = vec![
        run_double(&jacobian),
        run_add(&other, None, &jacobian),
        run_add(&other, Some(&z), &jacobian),
        run_add(&other, None, &neutral),
        run_add(&other, Some(&z), &neutral),
        run_store_multiples(),
        run_mul_generator(&BigUint::ZERO),
        run_mul_add_generator(&BigUint::ZERO, &BigUint::ZERO, &jacobian),
    ];
    for _ in 0..3 {
        runs.push(run_mul_generator(&next()));
        runs.push(run_mul_add_generator(&next(), &next(), &jacobian));
    }
    runs
}

#[track_caller]
fn result(run: &Run) -> Point {
    let stack = run.execute().unwrap().stack;
    assert_eq!(stack.len(), 24);
    let [y, x, z] = [0, 8, 16].map(|start| number(&stack[start..]));
    Point::from_jacobian(&x, &y, &z)
}

#[test]
fn points_are_doubled() {
    let mut random = Random::new(1);
    for _ in 0..20 {
        let point = Point::generated(&uniform(&mut random, &order()));
        let z = uniform(&mut random, &prime());
        assert_eq!(result(&run_double(&point.jacobian(&z))), point.plus(&point));
    }
    let neutral = Point(None);
    assert_eq!(result(&run_double(&neutral.jacobian(&prime()))), neutral);
}

#[test]
fn points_are_added_even_if_equal_opposite_or_neutral() {
    let mut random = Random::new(2);
    for _ in 0..10 {
        let [a, b] = random.array(|random| Point::generated(&uniform(random, &order())));
        let [z, w] = random.array(|random| uniform(random, &prime()));
        for first in [b.clone(), a.clone(), a.opposite(), Point(None)] {
            assert_eq!(result(&run_add(&a, None, &first.jacobian(&z))), first.plus(&a));
            // (x·w², y·w³) is the point with Jacobian coordinates x, y and Z = 1/w; scales the other point to match.
            let [x, y, _] = first.jacobian(&w);
            let [x, y] =
                [&x * &z % prime() * &z % prime(), &y * z.modpow(&BigUint::from(3_u32), &prime()) % prime()];
            let z = if first.0.is_some() { z.clone() } else { BigUint::ZERO };
            let run = run_add(&a, Some(&w), &[x, y, z]);
            let stack = run.execute().unwrap().stack;
            let [y, x, z] = [0, 8, 16].map(|start| number(&stack[start..]));
            assert_eq!(Point::from_jacobian(&x, &y, &(z * &w % prime())), first.plus(&a));
        }
    }
}

#[test]
fn coordinates_need_not_be_reduced() {
    // A point whose x is below 2^32 + 977, so that x + P has 256 bits as well.
    let (x, root) = (1_u32..)
        .find_map(|x| {
            let square = BigUint::from(x).pow(3) + 7_u32;
            let root = square.modpow(&((prime() + 1_u32) >> 2_u32), &prime());
            (&root * &root % prime() == square).then(|| (BigUint::from(x), root))
        })
        .unwrap();
    let point = Point(Some((x.clone(), root.clone())));
    let one = BigUint::from(1_u32);
    let jacobian = [&x + prime(), root, &one + prime()];
    assert_eq!(result(&run_double(&jacobian)), point.plus(&point));
    assert_eq!(result(&run_add(&point, None, &jacobian)), point.plus(&point));
    assert_eq!(result(&run_add(&point.opposite(), None, &jacobian)), Point(None));
}

#[test]
fn the_generator_is_multiplied() {
    let mut random = Random::new(3);
    let mut scalars: Vec<BigUint> = [0_u32, 1, 2, 3, 127, 128, 129, 255, 256, 257].map(BigUint::from).into();
    scalars.extend([order(), order() - 1_u32, order() + 1_u32, power(128), power(256) - 1_u32]);
    scalars.extend((0..5).map(|_| edge(&mut random, &order())));
    for scalar in scalars {
        assert_eq!(result(&run_mul_generator(&scalar)), Point::generated(&scalar), "{scalar}");
    }
}

#[test]
fn sums_of_multiples_are_correct_in_all_special_cases() {
    let mut random = Random::new(4);
    let n = order();
    let one = BigUint::from(1_u32);
    let point = Point::generated(&uniform(&mut random, &n));
    let generator = Point::generated(&one);
    let lambda = b"5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72";
    let lambda = BigUint::parse_bytes(lambda, 16).unwrap();
    let small = |value: u32| BigUint::from(value);
    let mut cases = vec![
        // The neutral element: without digits, and from sums that cancel in the last step.
        (BigUint::ZERO, BigUint::ZERO, point.clone()),
        (small(5), &n - 5_u32, generator.clone()),
        (lambda.clone(), &n - &one, Point::generated(&lambda)),
        // Equal points in the last step, including the image and the multiples of G·2^128.
        (one.clone(), one.clone(), generator.clone()),
        (power(128), one.clone(), Point::generated(&power(128))),
        (one.clone(), lambda.clone(), generator.times(&lambda).times(&lambda)),
        (one.clone(), one, generator.opposite()),
        (BigUint::ZERO, &n - 1_u32, point.clone()),
        (power(256) - 1_u32, lambda, point),
    ];
    for _ in 0..5 {
        let [a, b, c] = random.array(|random| uniform(random, &n));
        cases.push((a, b, Point::generated(&c)));
    }
    for (a, b, point) in cases {
        let z = uniform(&mut random, &prime());
        let run = run_mul_add_generator(&a, &b, &point.jacobian(&z));
        assert_eq!(result(&run), Point::generated(&a).plus(&point.times(&b)), "{a} {b}");
    }
}

#[test]
fn the_generator_table_has_its_odd_multiples() {
    let memory = run_store_multiples().watch(100..1124).execute().unwrap().memory;
    for (i, entry) in memory.chunks(2).enumerate() {
        let factor = BigUint::from(2 * (i % 256) + 1) << if i < 256 { 0_u32 } else { 128 };
        let Point(Some((x, y))) = Point::generated(&factor) else { panic!("no point") };
        for (word, coordinate) in entry.iter().zip([x, y]) {
            let expected: Vec<u64> = bytes(&coordinate)
                .chunks(8)
                .map(|chunk| u64::from_be_bytes(chunk.try_into().unwrap()))
                .collect();
            assert_eq!(word.to_vec(), expected, "{factor}");
        }
    }
}
