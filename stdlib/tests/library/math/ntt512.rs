//! `std::math::ntt512` against evaluation and schoolbook multiplication of polynomials.

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use crate::support::{
    Random, Run, felt, felts,
    polynomial::{self, DEGREE, Polynomial, WORDS, coefficients, integer, words},
};

const MODULE: &str = "std::math::ntt512";

/// A root of order 1024.
const PSI: u64 = 19112242249724047;

const F: u32 = 1000;
const G: u32 = 5000;

fn run(name: &str, f: &[u64]) -> Run {
    Run::of(format!("{MODULE}::{name}")).stack([F]).memory(F, words(f))
}

fn multiply(f: &[u64], g: &[u64]) -> Run {
    Run::of(format!("{MODULE}::multiply")).stack([F, G]).memory(F, words(f)).memory(G, words(g))
}

pub(crate) fn measured() -> Vec<Run> {
    let mut random = Random::new(0);
    let [f, g] = random.array(|random| polynomial::random(random, Felt::MODULUS));
    vec![run("forward", &f), run("backward", &f), multiply(&f, &g)]
}

/// The polynomial at the address that the procedure returns, which is always the same.
fn result(run: &Run) -> Polynomial {
    let ended = run.execute().unwrap();
    let [address] = ended.stack[..] else { panic!("{:?}", ended.stack) };
    let address = u32::try_from(address).unwrap();
    coefficients(&run.clone().watch(address..address + WORDS).execute().unwrap().memory)
}

/// The value of the polynomial, by Horner's rule.
fn value(f: &[u64], x: Felt) -> Felt {
    f.iter().rev().fold(Felt::ZERO, |value, coefficient| value * x + felt(*coefficient))
}

/// f(ψ^(2·r(k) + 1)) for all k, where r reverses nine bits.
fn transform(f: &[u64]) -> Polynomial {
    let exponent = |k: usize| 2 * u64::from((k as u32).reverse_bits() >> (u32::BITS - 9)) + 1;
    (0..DEGREE).map(|k| value(f, felt(PSI).exp(exponent(k))).as_int()).collect()
}

/// Zero, one, powers of x and random polynomials.
fn cases() -> Vec<Polynomial> {
    let mut random = Random::new(2);
    let power = |exponent: usize| (0..DEGREE).map(|i| u64::from(i == exponent)).collect();
    let mut cases = vec![vec![0; DEGREE], vec![Felt::MODULUS - 1; DEGREE]];
    cases.extend([0, 1, 4, 63, 511].map(power));
    cases.extend((0..5).map(|_| polynomial::random(&mut random, Felt::MODULUS)));
    cases
}

#[test]
fn psi_is_a_root_of_order_1024() {
    assert_eq!(felt(PSI).exp(512), -Felt::ONE);
}

#[test]
fn forward_gives_the_values_at_the_odd_powers_of_psi() {
    for f in cases() {
        assert_eq!(result(&run("forward", &f)), transform(&f));
    }
}

#[test]
fn backward_inverts_forward() {
    for f in cases() {
        assert_eq!(result(&run("backward", &transform(&f))), f);
    }
}

#[test]
fn multiply_is_the_product_modulo_x_512_plus_1() {
    let reduce = |value: &i128| value.rem_euclid(Felt::MODULUS.into()) as u64;
    for (f, g) in cases().iter().zip(cases().iter().cycle().skip(5)) {
        let integers = |f: &[u64]| f.iter().map(|value| integer(*value)).collect::<Vec<_>>();
        // Factors of 2^63 and 2^20: 512 products of them fit.
        let small: Vec<u64> = felts(g).iter().map(|value| value.as_int() >> 44).collect();
        let expected: Vec<u64> =
            polynomial::product(&integers(f), &integers(&small)).iter().map(reduce).collect();
        assert_eq!(result(&multiply(f, &small)), expected);
    }
}

#[test]
fn inputs_are_preserved() {
    let mut random = Random::new(3);
    let [f, g] = random.array(|random| polynomial::random(random, Felt::MODULUS));
    for run in [run("forward", &f), run("backward", &f), multiply(&f, &g)] {
        assert_eq!(run.watch(F..F + WORDS).execute().unwrap().memory, words(&f));
    }
    assert_eq!(multiply(&f, &g).watch(G..G + WORDS).execute().unwrap().memory, words(&g));
}
