//! Signing with a Falcon-512 secret key, for tests, in schoolbook arithmetic.

use std::f64::consts::PI;

use crate::support::polynomial::{DEGREE, Polynomial, Q, product, signed};

/// The maximum squared norm of a signature.
pub(super) const BOUND: i128 = 34_034_726;

/// A secret key: a short basis (g, −f), (G, −F) of the vectors (a, b) with a + b·h = 0.
#[derive(Debug)]
pub(super) struct Key {
    f: Vec<i128>,
    g: Vec<i128>,
    big_f: Vec<i128>,
    big_g: Vec<i128>,
    /// The public key, h = g / f.
    pub(super) h: Polynomial,
}

/// Short s1, s2 with s1 + s2·h = c modulo x^512 + 1 and q.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    pub(super) s1: Vec<i128>,
    pub(super) s2: Vec<i128>,
}

/// The values of a polynomial of the ring at the odd powers of ζ = exp(πi / 512).
struct Roots([(f64, f64); 2 * DEGREE]);

impl Roots {
    fn new() -> Self {
        Self(core::array::from_fn(|i| {
            let (sin, cos) = (PI * i as f64 / DEGREE as f64).sin_cos();
            (cos, sin)
        }))
    }

    /// The values at ζ^(2k + 1).
    fn values(&self, f: &[i128]) -> Vec<(f64, f64)> {
        let value = |k: usize| {
            let terms = f.iter().enumerate().map(|(i, a)| {
                let (cos, sin) = self.0[i * (2 * k + 1) % (2 * DEGREE)];
                (*a as f64 * cos, *a as f64 * sin)
            });
            terms.fold((0.0, 0.0), |(x, y), (a, b)| (x + a, y + b))
        };
        (0..DEGREE).map(value).collect()
    }

    /// The coefficients of the polynomial with these values, rounded to integers.
    fn round(&self, values: &[(f64, f64)]) -> Vec<i128> {
        let coefficient = |i: usize| {
            let terms = values.iter().enumerate().map(|(k, (x, y))| {
                let (cos, sin) = self.0[i * (2 * k + 1) % (2 * DEGREE)];
                x * cos + y * sin
            });
            (terms.sum::<f64>() / DEGREE as f64).round() as i128
        };
        (0..DEGREE).map(coefficient).collect()
    }
}

/// a(1/x)
fn adjoint(a: &[i128]) -> Vec<i128> {
    (0..DEGREE).map(|i| if i == 0 { a[0] } else { -a[DEGREE - i] }).collect()
}

/// a + factor·b
fn add(a: &[i128], factor: i128, b: &[i128]) -> Vec<i128> {
    a.iter().zip(b).map(|(a, b)| a + factor * b).collect()
}

fn residues(a: &[i128]) -> Polynomial {
    a.iter().map(|a| a.rem_euclid(Q.into()) as u64).collect()
}

fn integers(a: &[u64]) -> Vec<i128> {
    a.iter().map(|a| i128::from(*a)).collect()
}

pub(super) fn squared_norm(a: &[i128]) -> i128 {
    a.iter().map(|a| a * a).sum()
}

impl Key {
    /// The key of the data file.
    pub(super) fn new() -> Self {
        let text = include_str!("../../../data/falcon-512-key.txt");
        let line = |name: &str| -> Vec<i128> {
            let mut lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            lines.next().unwrap().split(' ').map(|number| number.parse().unwrap()).collect()
        };
        let [f, g, big_f, big_g] = ["f", "g", "F", "G"].map(line);
        // f·G − g·F = q, so G / F = g / f modulo q. A test below would catch a wrong h.
        let mut q = vec![0; DEGREE];
        q[0] = i128::from(Q);
        assert_eq!(add(&product(&f, &big_g), -1, &product(&g, &big_f)), q);
        let h = residues(&product(&g, &integers(&inverse(&f))));
        assert_eq!(residues(&product(&integers(&h), &f)), residues(&g));
        assert_eq!(residues(&product(&integers(&h), &big_f)), residues(&big_g));
        Self { f, g, big_f, big_g, h }
    }

    /// Another key: this one with x replaced by its inverse.
    pub(super) fn other(&self) -> Self {
        let [f, g, big_f, big_g] = [&self.f, &self.g, &self.big_f, &self.big_g].map(|a| adjoint(a));
        let h = residues(&adjoint(&integers(&self.h)));
        Self { f, g, big_f, big_g, h }
    }

    /// Signs a hashed message: subtracts the lattice vector found by rounding along (G, −F), then along (g, −f).
    pub(super) fn sign(&self, c: &[u64]) -> Signature {
        let c = integers(c);
        let q = i128::from(Q);
        // (c, 0) = c·f/q·(G, −F) − c·F/q·(g, −f)
        let round = |a: i128| (2 * a + q).div_euclid(2 * q);
        let z1: Vec<i128> = product(&c, &self.f).into_iter().map(round).collect();
        let s1 = add(&c, -1, &product(&z1, &self.big_g));
        let s2 = product(&z1, &self.big_f);
        // The projection onto (g, −f)
        let along =
            |a: &[i128], b: &[i128]| add(&product(a, &adjoint(&self.g)), -1, &product(b, &adjoint(&self.f)));
        let roots = Roots::new();
        let minus_f: Vec<i128> = self.f.iter().map(|f| -f).collect();
        let [numerator, norm] =
            [along(&s1, &s2), along(&self.g, &minus_f)].map(|polynomial| roots.values(&polynomial));
        let quotient: Vec<_> =
            numerator.iter().zip(&norm).map(|((x, y), (norm, _))| (x / norm, y / norm)).collect();
        let z0 = roots.round(&quotient);
        Signature { s1: add(&s1, -1, &product(&z0, &self.g)), s2: add(&s2, 1, &product(&z0, &self.f)) }
    }

    /// Adds multiples of (g, −f) until the signature exceeds the bound; returns the first signature above the bound and
    /// the last one within it.
    pub(super) fn stretch(&self, signature: &Signature) -> [Signature; 2] {
        let stretched =
            |n: i128| Signature { s1: add(&signature.s1, n, &self.g), s2: add(&signature.s2, -n, &self.f) };
        let first = (0..).find(|n| stretched(*n).squared_norm() > BOUND).unwrap();
        [stretched(first - 1), stretched(first)]
    }
}

impl Signature {
    pub(super) fn squared_norm(&self) -> i128 {
        squared_norm(&self.s1) + squared_norm(&self.s2)
    }

    /// s2 as field elements, with p − c for −c.
    pub(super) fn signed(&self) -> Polynomial {
        self.s2.iter().map(|a| signed(*a as i64)).collect()
    }

    /// s2 as residues.
    pub(super) fn residues(&self) -> Polynomial {
        residues(&self.s2)
    }

    pub(super) fn absolute(&self) -> Polynomial {
        self.s2.iter().map(|a| a.unsigned_abs() as u64).collect()
    }
}

/// 1 / f modulo x^512 + 1 and q. The inverse is f^(q − 2), as x^512 + 1 has 512 zeros modulo q.
fn inverse(f: &[i128]) -> Polynomial {
    let mut power = residues(f);
    let mut result: Polynomial = (0..DEGREE).map(|i| u64::from(i == 0)).collect();
    let times = |a: &[u64], b: &[u64]| residues(&product(&integers(a), &integers(b)));
    let mut exponent = Q - 2;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(&result, &power);
        }
        power = times(&power, &power);
        exponent >>= 1;
    }
    result
}

#[test]
fn signatures_are_short_and_match_the_message() {
    let key = Key::new();
    let other = key.other();
    for (key, c) in [(&key, vec![Q - 1; DEGREE]), (&other, (0..DEGREE as u64).collect())] {
        let signature = key.sign(&c);
        let sum = add(&signature.s1, 1, &product(&signature.s2, &integers(&key.h)));
        assert_eq!(residues(&sum), c);
        assert!(signature.squared_norm() < BOUND / 10);
        let [short, long] = key.stretch(&signature);
        assert!(short.squared_norm() <= BOUND && long.squared_norm() > BOUND);
        let sum = add(&long.s1, 1, &product(&long.s2, &integers(&key.h)));
        assert_eq!(residues(&sum), c);
    }
}
