//! The procedures on polynomials in memory.

use crate::support::{
    Random, Run,
    polynomial::{self, DEGREE, Polynomial, Q, WORDS, coefficients, signed, words},
};

use super::{
    MODULE,
    key::{Key, Signature},
};

const F: u32 = 1000;
const G: u32 = 2000;
const H: u32 = 3000;
const K: u32 = 4000;

fn normalize(f: &[u64]) -> Run {
    Run::of(format!("{MODULE}::normalize_poly512")).stack([F, G]).memory(F, words(f))
}

fn squared_norm(f: &[u64]) -> Run {
    Run::of(format!("{MODULE}::squared_norm_poly512")).stack([F]).memory(F, words(f))
}

fn verify([f, g, h, k]: [&[u64]; 4]) -> Run {
    let run = Run::of(format!("{MODULE}::verify")).stack([F, G, H, K]);
    [(F, f), (G, g), (H, h), (K, k)].into_iter().fold(run, |run, (place, f)| run.memory(place, words(f)))
}

fn message(seed: u64) -> Polynomial {
    polynomial::random(&mut Random::new(seed), Q)
}

/// A run on a signature given as residues.
fn verification(key: &Key, c: &[u64], signature: &Signature) -> Run {
    verify([&signature.residues(), &key.h, c, &signature.absolute()])
}

pub(super) fn measured() -> Vec<Run> {
    let f = message(1);
    let key = Key::new();
    let signature = key.sign(&f);
    vec![normalize(&f), squared_norm(&f), verification(&key, &f, &signature)]
}

#[test]
fn normalize_computes_absolute_values_of_centred_residues() {
    let mut f = message(2);
    f[..9].copy_from_slice(&[0, 1, 6143, 6144, 6145, 6146, Q - 1, 2 * Q, signed(-7)]);
    f[9..13].copy_from_slice(&[signed(-6144), signed(-6145), signed(-(Q as i64)), signed(-1 << 40)]);
    let expected: Vec<u64> = f
        .iter()
        .map(|a| {
            let residue = polynomial::integer(*a).rem_euclid(Q.into()) as u64;
            residue.min(Q - residue)
        })
        .collect();
    let run = normalize(&f);
    let ended = run.clone().watch(G..G + WORDS).execute().unwrap();
    assert_eq!((ended.stack, coefficients(&ended.memory)), (vec![], expected));
    assert_eq!(run.watch(F..F + WORDS).execute().unwrap().memory, words(&f));
}

#[test]
fn squared_norm_is_the_sum_of_squares() {
    let f = message(3);
    squared_norm(&f).gives([f.iter().map(|a| a * a).sum::<u64>()]);
    squared_norm(&[signed(-3); DEGREE]).gives([9 * DEGREE as u64]);
    squared_norm(&[0; DEGREE]).gives([0_u64]);
}

#[test]
fn verify_accepts_residues_and_signed_numbers() {
    let key = Key::new();
    for seed in 10..13 {
        let c = message(seed);
        let signature = key.sign(&c);
        let [longest, _] = key.stretch(&signature);
        for signature in [signature, longest] {
            verification(&key, &c, &signature).gives::<u64>([]);
            verify([&signature.signed(), &key.h, &c, &signature.absolute()]).gives::<u64>([]);
        }
    }
}

#[test]
fn verify_rejects_wrong_or_long_signatures() {
    let key = Key::new();
    let c = message(10);
    let signature = key.sign(&c);
    let [_, too_long] = key.stretch(&signature);
    verification(&key, &c, &too_long).fails("FailedAssertion");
    verification(&key.other(), &c, &signature).fails("FailedAssertion");
    verification(&key, &message(11), &signature).fails("FailedAssertion");
    let mut altered = signature;
    altered.s2[511] += 1;
    verification(&key, &c, &altered).fails("FailedAssertion");
    altered.s2 = vec![0; DEGREE];
    verification(&key, &c, &altered).fails("FailedAssertion");
}

#[test]
fn verify_rejects_wrong_absolute_values() {
    let key = Key::new();
    let c = message(10);
    let signature = key.sign(&c);
    let (f, k) = (signature.residues(), signature.absolute());
    // Release 0.3 accepted this: a long vector f with f·g = h, and absolute values of 0.
    let forged = key.other().h;
    let product: Vec<i128> = polynomial::product(
        &forged.iter().map(|a| i128::from(*a)).collect::<Vec<_>>(),
        &key.h.iter().map(|a| i128::from(*a)).collect::<Vec<_>>(),
    );
    let target: Polynomial = product.iter().map(|a| a.rem_euclid(Q.into()) as u64).collect();
    verify([&forged, &key.h, &target, &[0; DEGREE]]).fails("FailedAssertion");
    let place = f.iter().position(|a| *a != 0 && *a < 100).unwrap();
    let lies: [fn(u64) -> u64; 7] = [
        |k| k + 1,
        |k| k - 1,
        |k| signed(-(k as i64)),
        |k| Q - k,
        |k| k + Q,
        |k| k + (1 << 32),
        |k| signed(k as i64 - Q as i64),
    ];
    for lie in lies {
        for place in [place, 0, 511] {
            let mut k = k.clone();
            k[place] = if k[place] == 0 { 1 } else { lie(k[place]) };
            assert!(verify([&f, &key.h, &c, &k]).execute().is_err());
        }
    }
    // A coefficient that is neither a residue nor centred, with the right absolute value
    for shift in [Q, 1 << 32] {
        let mut f = f.clone();
        f[place] += shift;
        verify([&f, &key.h, &c, &k]).fails("FailedAssertion");
    }
    let (mut f, mut k) = (f, k);
    (f[place], k[place]) = (Q - 1, Q - 1);
    let error = verify([&f, &key.h, &c, &k]).execute().unwrap_err().to_string();
    assert!(error.contains("an absolute value is too large"), "{error}");
}
