//! `std::math::ec_ext5` against the group law of the curve, and the test vectors of its author.

use num_bigint::BigUint;
use serde_json::Value;

use super::quintic::Quintic;
use crate::support::{Random, Run, felt};

const MODULE: &str = "std::math::ec_ext5";

/// A point (u, y) of y² = u·(u² + 2·u + 263·z), or the neutral element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point(Option<(Quintic, Quintic)>);

/// The order of the group.
fn order() -> BigUint {
    let digits =
        b"1067993516717146951041484916571792702745057740581727230159139685185762082554198619328292418486241";
    BigUint::parse_bytes(digits, 10).unwrap()
}

impl Point {
    fn plus(self, other: Self) -> Self {
        let (Some((u, y)), Some((v, z))) = (self.0, other.0) else {
            return if self.0.is_none() { other } else { self };
        };
        let two = Quintic::from(2);
        let slope = if u != v {
            (y - z) * (u - v).inverse()
        } else if y == z && y != Quintic::ZERO {
            // The derivative of u³ + 2·u² + 263·z·u
            (u * u * Quintic::from(3) + u * Quintic::from(4) + Quintic::monomial(263, 1))
                * (two * y).inverse()
        } else {
            return Self(None);
        };
        let sum = slope * slope - two - u - v;
        Self(Some((sum, slope * (u - sum) - y)))
    }

    fn opposite(self) -> Self {
        Self(self.0.map(|(u, y)| (u, Quintic::ZERO - y)))
    }

    fn times(self, scalar: &BigUint) -> Self {
        (0..scalar.bits()).rev().fold(Self(None), |sum, bit| {
            let double = sum.plus(sum);
            if scalar.bit(bit) { double.plus(self) } else { double }
        })
    }

    fn encoded(self) -> Quintic {
        self.0.map_or(Quintic::ZERO, |(u, y)| (Quintic::ZERO - y) * u.inverse())
    }

    /// Whether it is on the curve and of odd order.
    fn is_in_group(self) -> bool {
        self.0.is_none_or(|(u, y)| {
            y * y == u * (u * u + Quintic::from(2) * u + Quintic::monomial(263, 1)) && u.is_square()
        })
    }

    fn items(self) -> Vec<u64> {
        match self.0 {
            Some((u, y)) => [&(u + two_thirds()).items()[..], &y.items(), &[0]].concat(),
            None => [&[0; 10][..], &[1]].concat(),
        }
    }

    /// The point of the first eleven items, in the group.
    fn from_items(items: &[u64]) -> Self {
        let point = match items[10] {
            0 => Self(Some((Quintic::from_items(items) - two_thirds(), Quintic::from_items(&items[5..])))),
            _ => Self(None),
        };
        assert!(items[10] <= 1 && point.is_in_group());
        point
    }

    /// A random point.
    fn random(random: &mut Random) -> Self {
        loop {
            let stack = run_w("decode", Quintic::random(random)).execute().unwrap().stack;
            if stack[11] == 1 {
                return Self::from_items(&stack);
            }
        }
    }
}

fn two_thirds() -> Quintic {
    Quintic::from((felt(2) / felt(3)).as_int())
}

fn run_w(name: &str, w: Quintic) -> Run {
    Run::of(format!("{MODULE}::{name}")).stack(w.items())
}

fn run(name: &str, points: &[Point]) -> Run {
    let run = Run::of(format!("{MODULE}::{name}"));
    points.iter().fold(run, |run, point| run.stack(point.items()))
}

fn run_mul(point: Point, scalar: &BigUint) -> Run {
    let digits = scalar.to_u32_digits();
    run("mul", &[point]).stack((0..10).map(|i| digits.get(i).copied().unwrap_or_default()))
}

#[track_caller]
fn result(run: &Run) -> Point {
    let stack = run.execute().unwrap().stack;
    assert_eq!(stack.len(), 11);
    Point::from_items(&stack)
}

pub(crate) fn measured() -> Vec<Run> {
    let mut random = Random::new(1);
    let [a, b] = random.array(Point::random);
    let neutral = Point(None);
    let mut runs = vec![
        run_w("validate", a.encoded()),
        run_w("decode", a.encoded()),
        run_w("decode", Quintic::ZERO),
        run("encode", &[a]),
        run("encode", &[neutral]),
        run("add", &[a, b]),
        run("add", &[a, a]),
        run("add", &[neutral, a]),
        run("double", &[a]),
        run("double", &[neutral]),
        run_mul(a, &BigUint::ZERO),
    ];
    for _ in 0..3 {
        let scalar = BigUint::new(random.array::<u32, 10>(Random::u32).into()) % order();
        runs.push(run_mul(a, &scalar));
    }
    runs
}

#[test]
fn points_are_added_and_doubled() {
    let mut random = Random::new(1);
    let neutral = Point(None);
    for _ in 0..10 {
        let [a, b] = random.array(Point::random);
        for (a, b) in [(a, b), (a, a), (a, a.opposite()), (a, neutral), (neutral, b), (neutral, neutral)] {
            assert_eq!(result(&run("add", &[a, b])), a.plus(b));
            assert_eq!(result(&run("double", &[a])), a.plus(a));
        }
    }
}

#[test]
fn the_coordinates_of_the_neutral_element_are_ignored() {
    let mut random = Random::new(2);
    let [a, b] = random.array(Point::random);
    let mut neutral = b.items();
    neutral[10] = 1;
    let run = |name: &str| Run::of(format!("{MODULE}::{name}"));
    assert_eq!(result(&run("add").stack(neutral.iter().copied()).stack(a.items())), a);
    assert_eq!(result(&run("add").stack(a.items()).stack(neutral.iter().copied())), a);
    assert_eq!(result(&run("double").stack(neutral.iter().copied())), Point(None));
    assert_eq!(result(&run("mul").stack(neutral.iter().copied()).stack([7_u64; 10])), Point(None));
    run("encode").stack(neutral).gives([0_u64; 5]);
}

#[test]
fn points_are_encoded_and_decoded() {
    let mut random = Random::new(3);
    let mut count = 0;
    for _ in 0..40 {
        let w = Quintic::random(&mut random);
        let stack = run_w("decode", w).execute().unwrap().stack;
        let is_valid = stack[11];
        run_w("validate", w).gives([is_valid]);
        // u² − (w² − 2)·u + 263·z = 0 has solutions if the discriminant is a square.
        let e = w * w - Quintic::from(2);
        assert_eq!(is_valid == 1, (e * e - Quintic::monomial(4 * 263, 1)).is_square());
        if is_valid == 1 {
            let point = Point::from_items(&stack);
            assert_eq!(point.encoded(), w);
            run("encode", &[point]).gives(w.items());
            count += 1;
        } else {
            assert_eq!(stack, [&[0; 10][..], &[1, 0]].concat());
        }
    }
    assert!((10..30).contains(&count));
    run_w("validate", Quintic::ZERO).gives([1_u64]);
    run_w("decode", Quintic::ZERO).gives([&[0_u64; 10][..], &[1, 1]].concat());
    run("encode", &[Point(None)]).gives([0_u64; 5]);
}

#[test]
fn points_are_multiplied() {
    let mut random = Random::new(4);
    let point = Point::random(&mut random);
    let one = BigUint::from(1_u32);
    let mut scalars: Vec<BigUint> = [0_u32, 1, 2, 7, 8, 9, 15, 16, 17].map(BigUint::from).into();
    scalars.extend([&order() - &one, order(), order() + &one, (&one << 320_u32) - &one, &one << 319_u32]);
    scalars.extend((0..2).map(|_| BigUint::new(random.array::<u32, 10>(Random::limb).into())));
    for scalar in scalars {
        assert_eq!(result(&run_mul(point, &scalar)), point.times(&scalar), "{scalar}");
    }
    assert_eq!(result(&run_mul(Point(None), &BigUint::from(5_u32))), Point(None));
}

#[test]
fn scalars_with_limbs_that_are_not_u32_fail() {
    let point = Point::random(&mut Random::new(5));
    for place in 0..10 {
        let mut limbs = [3_u64; 10];
        limbs[place] = 1 << 32;
        run("mul", &[point]).stack(limbs).fails("NotU32Value");
    }
}

#[test]
fn test_vectors_of_the_author_pass() {
    let file: Value = serde_json::from_str(include_str!("../../data/ecgfp5.json")).unwrap();
    let element = |value: &Value| {
        let items: Vec<u64> = value.as_array().unwrap().iter().map(|item| item.as_u64().unwrap()).collect();
        Quintic::from_items(&items)
    };
    let decode = |value: &Value| {
        let stack = run_w("decode", element(value)).execute().unwrap().stack;
        assert_eq!(stack[11], 1);
        Point::from_items(&stack)
    };
    let sum = |a: Point, b: Point| result(&run("add", &[a, b]));
    let encodings = &file["encodings"];
    let (a, b) = (decode(&encodings["a"]), decode(&encodings["b"]));
    let double_b = result(&run("double", &[b]));
    for (name, point) in [
        ("a", a),
        ("b", b),
        ("a + b", sum(a, b)),
        ("2a", sum(a, a)),
        ("2b", double_b),
        ("2a + b", sum(sum(a, a), b)),
        ("a + 2b", sum(a, double_b)),
    ] {
        run("encode", &[point]).gives(element(&encodings[name]).items());
    }
    for w in file["no_encodings"].as_array().unwrap() {
        run_w("validate", element(w)).gives([0_u64]);
        assert_eq!(run_w("decode", element(w)).execute().unwrap().stack[11], 0);
    }
    let multiple = &file["multiple"];
    let scalar = BigUint::parse_bytes(multiple["scalar_le"].as_str().unwrap().as_bytes(), 16).unwrap();
    let mut scalar = scalar.to_bytes_be();
    scalar.reverse();
    let product = result(&run_mul(decode(&multiple["point"]), &BigUint::from_bytes_be(&scalar)));
    run("encode", &[product]).gives(element(&multiple["result"]).items());
}

#[test]
fn the_model_has_the_right_group_order() {
    let point = Point::random(&mut Random::new(6));
    assert_eq!(point.times(&order()), Point(None));
}
