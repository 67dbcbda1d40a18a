//! Every operation against 128-bit integers, with a reduced result.

use miden_field::Felt;
use proptest::prelude::*;
use winter_math::{
    ExtensibleField, FieldElement, StarkField,
    fields::{CubeExtension, QuadExtension},
};

const P: u64 = Felt::MODULUS;

fn mul(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

fn add(a: u64, b: u64) -> u64 {
    ((u128::from(a) + u128::from(b)) % u128::from(P)) as u64
}

fn sub(a: u64, b: u64) -> u64 {
    add(a, P - b)
}

fn power(base: u64, exponent: u64) -> u64 {
    (0..u64::BITS).rev().fold(1, |power, bit| {
        let square = mul(power, power);
        if exponent >> bit & 1 == 1 { mul(square, base) } else { square }
    })
}

/// The product modulo `x^N − Σ tail[i]·x^i`.
fn mul_extension<const N: usize>(a: [u64; N], b: [u64; N], tail: [u64; N]) -> [u64; N] {
    let mut product = vec![0; 2 * N - 1];
    for (i, &a) in a.iter().enumerate() {
        for (j, &b) in b.iter().enumerate() {
            product[i + j] = add(product[i + j], mul(a, b));
        }
    }
    for degree in (N..product.len()).rev() {
        let top = product[degree];
        for (i, &coefficient) in tail.iter().enumerate() {
            product[degree - N + i] = add(product[degree - N + i], mul(top, coefficient));
        }
    }
    core::array::from_fn(|i| product[i])
}

/// `x² = x − 2`
const QUADRATIC: [u64; 2] = [P - 2, 1];
/// `x³ = x + 1`
const CUBIC: [u64; 3] = [1, 1, 0];

#[track_caller]
fn check(name: &str, result: Felt, expected: u64, operands: &[u64]) {
    assert!(result.inner() < P, "{name} {operands:?}: {} is not reduced", result.inner());
    assert_eq!(result.as_int(), expected, "{name} {operands:?}");
}

/// The operands are Montgomery forms: these are what the arithmetic computes with.
fn check_base(forms: [u64; 2]) {
    let [x, y] = forms.map(Felt::from_mont);
    // The form is x·2^64.
    let two_64 = mul(1 << 32, 1 << 32);
    for (element, form) in [(x, forms[0]), (y, forms[1])] {
        assert_eq!(element.inner(), form % P);
        assert_eq!(mul(element.as_int(), two_64), form % P);
    }
    let [a, b] = [x, y].map(|element| element.as_int());
    check("new", Felt::new(forms[0]), forms[0] % P, &forms);
    check("add", x + y, add(a, b), &forms);
    check("sub", x - y, sub(a, b), &forms);
    check("mul", x * y, mul(a, b), &forms);
    check("neg", -x, sub(0, a), &forms);
    check("double", x.double(), add(a, a), &forms);
    check("square", x.square(), mul(a, a), &forms);
    check("cube", x.cube(), mul(a, mul(a, a)), &forms);
    let mut z = x;
    z += y;
    check("add_assign", z, add(a, b), &forms);
    z -= y;
    z *= y;
    check("mul_assign", z, mul(a, b), &forms);
}

fn check_powers(form: u64, exponent: u64) {
    let x = Felt::from_mont(form);
    check("exp", x.exp(exponent), power(x.as_int(), exponent), &[form, exponent]);
    check("inv", x.inv(), power(x.as_int(), P - 2), &[form]);
    check("div", Felt::ONE / x, power(x.as_int(), P - 2), &[form]);
}

fn check_extensions(forms: [u64; 6]) {
    let [a0, a1, a2, b0, b1, b2] = forms.map(Felt::from_mont);
    let ints = |elements: &[Felt]| elements.iter().map(|x| x.as_int()).collect::<Vec<_>>();
    let pair = |x: Felt, y: Felt| [x.as_int(), y.as_int()];
    let triple = |x: Felt, y: Felt, z: Felt| [x.as_int(), y.as_int(), z.as_int()];

    let (a, b) = (QuadExtension::new(a0, a1), QuadExtension::new(b0, b1));
    let (m, n) = (pair(a0, a1), pair(b0, b1));
    assert_eq!(ints(&(a * b).to_base_elements()), mul_extension(m, n, QUADRATIC), "{forms:?}");
    assert_eq!(ints(&a.square().to_base_elements()), mul_extension(m, m, QUADRATIC), "{forms:?}");
    let base = [mul(m[0], n[0]), mul(m[1], n[0])];
    assert_eq!(ints(&<Felt as ExtensibleField<2>>::mul_base([a0, a1], b0)), base, "{forms:?}");

    let (a, b) = (CubeExtension::new(a0, a1, a2), CubeExtension::new(b0, b1, b2));
    let (m, n) = (triple(a0, a1, a2), triple(b0, b1, b2));
    assert_eq!(ints(&(a * b).to_base_elements()), mul_extension(m, n, CUBIC), "{forms:?}");
    assert_eq!(ints(&a.square().to_base_elements()), mul_extension(m, m, CUBIC), "{forms:?}");
    let base = [mul(m[0], n[0]), mul(m[1], n[0]), mul(m[2], n[0])];
    assert_eq!(ints(&<Felt as ExtensibleField<3>>::mul_base([a0, a1, a2], b0)), base, "{forms:?}");
}

/// Edges of halves, of the modulus and of 64 bits, forms whose double lies in `p … 2^64 − 1`, and some above `p`.
const EDGES: [u64; 21] = [
    0,
    1,
    2,
    (1 << 32) - 2,
    (1 << 32) - 1,
    1 << 32,
    (1 << 32) + 1,
    P / 2 - 1,
    P / 2,
    P / 2 + 1,
    P / 2 + 5,
    (1 << 63) - 1,
    1 << 63,
    P - (1 << 32),
    P - 2,
    P - 1,
    P,
    P + 1,
    u64::MAX - (1 << 31),
    u64::MAX - 1,
    u64::MAX,
];

/// Of the cases that would take Miri minutes, it runs every so many.
const STEP: usize = if cfg!(miri) { 8 } else { 1 };

#[test]
fn edge_values_in_all_pairs() {
    for (i, &a) in EDGES.iter().enumerate().step_by(STEP) {
        for (j, &b) in EDGES.iter().enumerate().step_by(STEP) {
            check_base([a, b]);
            check_powers(a, b);
            for &c in EDGES.iter().step_by(STEP) {
                let at = |offset: usize| EDGES[(i + j + offset) % EDGES.len()];
                check_extensions([a, b, c, at(0), at(3), at(7)]);
                check_extensions([at(1), a, b, c, at(5), a]);
            }
        }
    }
}

/// The terms that the products double and subtract are what is at an edge, not the operands.
#[test]
fn products_at_the_edge_in_extensions() {
    for edge in EDGES.map(Felt::from_mont).into_iter().step_by(STEP) {
        let factor = Felt::new(12345);
        let other = (edge / factor).inner();
        for low in EDGES.into_iter().step_by(STEP) {
            check_extensions([low, factor.inner(), 0, 1, other, 0]);
            check_extensions([low, 0, factor.inner(), low, 0, other]);
            check_extensions([low, factor.inner(), other, low, other, factor.inner()]);
        }
    }
}

/// Both words uniform, or near zero or all ones: a uniform value almost never carries at the edges.
fn form() -> impl Strategy<Value = u64> {
    let half = || prop_oneof![any::<u32>(), 0..4_u32, (u32::MAX - 3)..=u32::MAX];
    let any_halves = (half(), half()).prop_map(|(high, low)| (u64::from(high) << 32) | u64::from(low));
    prop_oneof![4 => any_halves, 1 => P / 2..1 << 63, 1 => Just(0)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 4000 }))]

    #[test]
    fn random_values(forms in prop::array::uniform6(form())) {
        check_base([forms[0], forms[1]]);
        check_powers(forms[0], forms[1]);
        check_extensions(forms);
    }

    #[test]
    fn inverses_in_extensions(forms in prop::array::uniform3(form())) {
        let [a, b, c] = forms.map(Felt::from_mont);
        let quadratic = QuadExtension::new(a, b);
        let cubic = CubeExtension::new(a, b, c);
        prop_assert!(quadratic * quadratic.inv() == QuadExtension::ONE || quadratic == QuadExtension::ZERO);
        prop_assert!(cubic * cubic.inv() == CubeExtension::ONE || cubic == CubeExtension::ZERO);
        // The conjugate is the power by p, and p = 2^64 − 2^32 + 1.
        prop_assert_eq!(quadratic.conjugate() * quadratic.exp(u64::from(u32::MAX)), two_64(quadratic));
        prop_assert_eq!(cubic.conjugate() * cubic.exp(u64::from(u32::MAX)), two_64(cubic));
    }
}

/// `x^(2^64)`
fn two_64<E: FieldElement>(x: E) -> E {
    (0..64).fold(x, |power, _| power * power)
}
