//! `std::math::poly512` against integers.

use miden_core::{Felt, field::StarkField};

use crate::support::{
    Random, Run,
    polynomial::{self, DEGREE, Polynomial, Q, WORDS, coefficients, integer, product, signed, words},
};

const MODULE: &str = "std::math::poly512";

const F: u32 = 1000;
const G: u32 = 5000;
const H: u32 = 70_000;

fn modulo(a: u64) -> Run {
    Run::of(format!("{MODULE}::mod_12289")).stack([a])
}

/// A procedure of two polynomials that writes a third one.
fn binary(name: &str, f: &[u64], g: &[u64]) -> Run {
    Run::of(format!("{MODULE}::{name}")).stack([F, G, H]).memory(F, words(f)).memory(G, words(g))
}

fn negation(f: &[u64]) -> Run {
    Run::of(format!("{MODULE}::neg_zq")).stack([F, G]).memory(F, words(f))
}

pub(crate) fn measured() -> Vec<Run> {
    let mut random = Random::new(0);
    let [f, g] = random.array(|random| polynomial::random(random, Q));
    let binary = ["add_zq", "sub_zq", "mul_zq"].map(|name| binary(name, &f, &g));
    [modulo(u64::MAX / 2), negation(&f)].into_iter().chain(binary).collect()
}

/// The polynomial that the procedure writes to an address; it must leave nothing on the stack.
fn written(run: &Run, address: u32) -> Polynomial {
    let ended = run.clone().watch(address..address + WORDS).execute().unwrap();
    assert!(ended.stack.is_empty());
    coefficients(&ended.memory)
}

/// Pairs of polynomials of residues: zeros, the largest residues, powers of x, random residues.
fn cases() -> Vec<[Polynomial; 2]> {
    let mut random = Random::new(5);
    let constant = |value| vec![value; DEGREE];
    let power = |exponent: usize| (0..DEGREE).map(|i| u64::from(i == exponent)).collect::<Vec<_>>();
    let mut cases = vec![
        [constant(0), constant(0)],
        [constant(Q - 1), constant(Q - 1)],
        [constant(0), constant(Q - 1)],
        [power(1), power(511)],
        [power(511), constant(Q - 1)],
    ];
    cases.extend((0..6).map(|_| random.array(|random| polynomial::random(random, Q))));
    cases
}

fn integers(f: &[u64]) -> Vec<i128> {
    f.iter().map(|value| integer(*value)).collect()
}

fn residues(f: &[i128]) -> Polynomial {
    f.iter().map(|value| value.rem_euclid(Q.into()) as u64).collect()
}

#[test]
fn mod_12289_agrees_with_integers() {
    let mut random = Random::new(4);
    let edges =
        [0, 1, Q - 1, Q, Q + 1, (1 << 32) - 1, 1 << 32, Q << 32, Felt::MODULUS - 1, Felt::MODULUS - Q];
    for a in edges.into_iter().chain((0..300).map(|_| random.felt())) {
        modulo(a).gives([a % Q]);
    }
}

#[test]
fn sums_and_differences_are_computed_modulo_q() {
    for [f, g] in cases() {
        let both = || f.iter().zip(&g);
        let sum: Vec<u64> = both().map(|(a, b)| (a + b) % Q).collect();
        assert_eq!(written(&binary("add_zq", &f, &g), H), sum);
        let difference: Vec<u64> = both().map(|(a, b)| (a + Q - b) % Q).collect();
        assert_eq!(written(&binary("sub_zq", &f, &g), H), difference);
    }
}

#[test]
fn minus_zero_is_zero() {
    for [f, g] in cases() {
        for f in [f, g] {
            let expected: Vec<u64> = f.iter().map(|a| (Q - a) % Q).collect();
            assert_eq!(written(&negation(&f), G), expected);
        }
    }
}

#[test]
fn products_are_computed_modulo_x_512_plus_1_and_q() {
    for [f, g] in cases() {
        let expected = residues(&product(&integers(&f), &integers(&g)));
        assert_eq!(written(&binary("mul_zq", &f, &g), H), expected);
    }
}

#[test]
fn products_of_signed_numbers_are_right_up_to_half_the_field() {
    let mut random = Random::new(6);
    // 512·2^26·2^27 = 2^62 < p / 2
    for (left, right) in [(1 << 13, 1 << 13), (1 << 26, 1 << 27), (1, 1 << 53)] {
        let [f, g] = [left, right].map(|bound: i64| {
            let signed_below = |random: &mut Random| random.below(2 * bound as u64 + 1) as i64 - bound;
            (0..DEGREE).map(|_| signed(signed_below(&mut random))).collect::<Polynomial>()
        });
        let expected = residues(&product(&integers(&f), &integers(&g)));
        assert_eq!(written(&binary("mul_zq", &f, &g), H), expected);
    }
    // Coefficients close to p / 2, multiplied by 1
    let one: Polynomial = (0..DEGREE).map(|i| u64::from(i == 0)).collect();
    let most = (Felt::MODULUS - 1) / 2;
    let f: Polynomial =
        (0..DEGREE as u64).map(|i| if i % 2 == 0 { most - i } else { most + Q + i }).collect();
    assert_eq!(written(&binary("mul_zq", &f, &one), H), residues(&integers(&f)));
}

#[test]
fn operands_are_preserved_or_overwritten_by_the_result() {
    let mut random = Random::new(7);
    let [f, g] = random.array(|random| polynomial::random(random, Q));
    for name in ["add_zq", "sub_zq", "mul_zq"] {
        let run = binary(name, &f, &g);
        let expected = written(&run, H);
        assert_eq!(written(&run, F), f);
        assert_eq!(written(&run, G), g);
        for place in [F, G] {
            let run = Run::of(run.path()).stack([F, G, place]);
            let run = run.memory(F, words(&f)).memory(G, words(&g));
            assert_eq!(written(&run, place), expected, "{name}");
        }
    }
    assert_eq!(written(&negation(&f), F), f);
}
