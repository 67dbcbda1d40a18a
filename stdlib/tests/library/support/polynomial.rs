//! Polynomials of 512 coefficients, in the memory layout of the lattice procedures, and their arithmetic.

use miden_core::{Felt, field::StarkField};

use super::Random;

/// Coefficients of a polynomial, the constant one first.
pub(crate) type Polynomial = Vec<u64>;

/// Number of coefficients.
pub(crate) const DEGREE: usize = 512;

/// Number of words of a polynomial.
pub(crate) const WORDS: u32 = 128;

/// The modulus of the coefficients.
pub(crate) const Q: u64 = 12289;

/// The words of a polynomial, element 0 first: coefficient 4i is element 3 of word i.
pub(crate) fn words(polynomial: &[u64]) -> Vec<[u64; 4]> {
    let (words, rest) = polynomial.as_chunks::<4>();
    assert!(rest.is_empty());
    words.iter().map(|[a, b, c, d]| [*d, *c, *b, *a]).collect()
}

/// The polynomial in these words.
pub(crate) fn coefficients(words: &[[u64; 4]]) -> Polynomial {
    words.iter().flat_map(|word| word.iter().rev().copied()).collect()
}

/// An integer as a field element.
pub(crate) fn signed(value: i64) -> u64 {
    if value < 0 { Felt::MODULUS - value.unsigned_abs() } else { value as u64 }
}

/// A field element as an integer from −p/2 to p/2.
pub(crate) fn integer(value: u64) -> i128 {
    let value = i128::from(value);
    let modulus = i128::from(Felt::MODULUS);
    if value > modulus / 2 { value - modulus } else { value }
}

/// The product modulo x^512 + 1 over the integers.
pub(crate) fn product(f: &[i128], g: &[i128]) -> Vec<i128> {
    let mut product = vec![0; DEGREE];
    for (i, a) in f.iter().enumerate() {
        for (j, b) in g.iter().enumerate() {
            match (i + j).checked_sub(DEGREE) {
                None => product[i + j] += a * b,
                Some(k) => product[k] -= a * b,
            }
        }
    }
    product
}

/// Random coefficients below `bound`, including 0 and `bound − 1`.
pub(crate) fn random(random: &mut Random, bound: u64) -> Polynomial {
    (0..DEGREE)
        .map(|_| match random.below(8) {
            0 => 0,
            1 => bound - 1,
            _ => random.below(bound),
        })
        .collect()
}
