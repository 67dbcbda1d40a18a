//! Worked examples of the background pages, computed.

use std::fmt::Write as _;

use miden_core::{
    Digest, Felt, Word,
    field::{FieldElement, StarkField},
    hash_elements, merge, permute,
};
use winter_crypto::{DefaultRandomCoin, ElementHasher, Hasher, RandomCoin, hashers::Blake3_256};
use winter_math::fields::{CubeExtension, QuadExtension};

use crate::marked::check_sections;

/// Modulus of the field of the examples that can be followed with pencil and paper.
const Q: i64 = 17;

/// An element of the field of 17 elements, in 0..17.
fn reduce(value: i64) -> i64 {
    value.rem_euclid(Q)
}

fn power(base: i64, exponent: i64) -> i64 {
    (0..exponent).fold(1, |product, _| reduce(product * base))
}

fn inverse(value: i64) -> i64 {
    assert_ne!(reduce(value), 0, "0 has no inverse");
    power(reduce(value), Q - 2)
}

/// The value of a polynomial, lowest coefficient first.
fn evaluate(coefficients: &[i64], x: i64) -> i64 {
    coefficients.iter().rev().fold(0, |value, coefficient| reduce(value * x + coefficient))
}

fn multiply(a: &[i64], b: &[i64]) -> Vec<i64> {
    let mut product = vec![0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            product[i + j] = reduce(product[i + j] + x * y);
        }
    }
    product
}

/// The polynomial through these points of degree below their number.
fn interpolate(points: &[(i64, i64)]) -> Vec<i64> {
    let mut sum = vec![0; points.len()];
    for (i, (x, y)) in points.iter().enumerate() {
        let mut basis = vec![*y];
        for (j, (other, _)) in points.iter().enumerate().filter(|(j, _)| *j != i) {
            assert_ne!(i, j);
            let scale = inverse(x - other);
            basis = multiply(&basis, &[reduce(-other * scale), scale]);
        }
        sum.iter_mut().zip(basis).for_each(|(a, b)| *a = reduce(*a + b));
    }
    sum
}

/// Quotient and remainder.
fn divide(numerator: &[i64], denominator: &[i64]) -> (Vec<i64>, Vec<i64>) {
    let mut rest = numerator.to_vec();
    let lead = inverse(*denominator.last().unwrap());
    let mut quotient = vec![0; numerator.len() + 1 - denominator.len()];
    for i in (0..quotient.len()).rev() {
        quotient[i] = reduce(rest[i + denominator.len() - 1] * lead);
        for (j, coefficient) in denominator.iter().enumerate() {
            rest[i + j] = reduce(rest[i + j] - quotient[i] * coefficient);
        }
    }
    rest.truncate(denominator.len() - 1);
    (quotient, rest)
}

fn polynomial(coefficients: &[i64]) -> String {
    let mut terms = Vec::new();
    for (i, coefficient) in coefficients.iter().enumerate().filter(|(_, coefficient)| **coefficient != 0) {
        terms.push(match (i, coefficient) {
            (0, c) => c.to_string(),
            (1, 1) => "X".into(),
            (1, c) => format!("{c}·X"),
            (i, 1) => format!("X^{i}"),
            (i, c) => format!("{c}·X^{i}"),
        });
    }
    if terms.is_empty() { "0".into() } else { terms.join(" + ") }
}

fn list(values: &[i64]) -> String {
    values.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

fn text(lines: &[String]) -> String {
    format!("```text\n{}\n```", lines.join("\n"))
}

#[test]
fn the_numbers_of_the_page_of_fields_are_computed() {
    let int = |x: Felt| x.as_int();
    let two = Felt::from(2_u8);
    let power = |exponent: u64| two.exp(exponent);
    let half = two.inv();
    let third = Felt::from(3_u8).inv();
    assert_eq!(half + half, Felt::ONE);
    assert_eq!(power(96), -Felt::ONE);
    let base = text(&[
        format!("p            = {}", Felt::MODULUS),
        format!("2^64         = {} = 2^32 − 1", int(power(64))),
        format!("2^96         = {} = −1", int(power(96))),
        format!("2^192        = {}", int(power(192))),
        format!("1/2          = {}", int(half)),
        format!("1/3          = {}", int(third)),
        format!("(p − 1) / 3  = {}, and 1/3 = −(p − 1)/3", (Felt::MODULUS - 1) / 3),
        format!("(−1)·(−1)    = {}", int((-Felt::ONE) * (-Felt::ONE))),
    ]);
    assert_eq!(third, -Felt::new((Felt::MODULUS - 1) / 3));

    let root = |log: u32| Felt::get_root_of_unity(log);
    let mut roots = vec![format!("generator of the multiplicative group: {}", int(Felt::GENERATOR))];
    for log in [1, 2, 3, 10, 32] {
        assert_eq!(root(log).exp(1 << (log - 1)), -Felt::ONE);
        roots.push(format!("root of unity of order 2^{log:<2}: {}", int(root(log))));
    }
    assert_eq!((root(2), root(3)), (power(48), power(24)));
    roots.push("those of order 2^2 and 2^3 are 2^48 and 2^24".into());

    let quad = |a: i64, b: i64| QuadExtension::new(signed(a), signed(b));
    let product = quad(1, 2) * quad(3, 4);
    assert_eq!(product, quad(-13, 18));
    let x = quad(0, 1);
    assert_eq!(x * x, quad(-2, 1));
    let inverted = quad(1, 2).inv();
    assert_eq!(inverted * quad(1, 2), QuadExtension::ONE);
    let cube = CubeExtension::new(Felt::ZERO, Felt::ONE, Felt::ZERO);
    assert_eq!(cube * cube * cube, CubeExtension::new(Felt::ONE, Felt::ONE, Felt::ZERO));
    let extension = text(&[
        "quadratic: φ² = φ − 2          cubic: φ³ = φ + 1".into(),
        "(1 + 2φ)·(3 + 4φ) = 3 + 10φ + 8φ² = 3 + 10φ + 8·(φ − 2) = −13 + 18φ".into(),
        {
            let [a, b] = inverted.to_base_elements();
            let eleven = signed(11);
            assert_eq!((a * eleven, b * eleven), (signed(3), signed(-2)));
            "1/(1 + 2φ) = (3 − 2φ)/11, since (1 + 2φ)·(3 − 2φ) = 3 + 4φ − 4φ² = 11".into()
        },
    ]);
    check_sections(
        "docs/src/background/fields.md",
        &[("base", base), ("roots", text(&roots)), ("extension", extension)],
    );
}

/// A small integer as a field element.
fn signed(value: i64) -> Felt {
    let magnitude = Felt::new(value.unsigned_abs());
    if value < 0 { -magnitude } else { magnitude }
}

/// The example of the pages about polynomials and STARKs: a column that doubles in each row.
struct Doubling {
    domain: Vec<i64>,
    column: Vec<i64>,
    trace: Vec<i64>,
    /// `f(ω·X) − 2·f(X)`.
    constraint: Vec<i64>,
    /// `(X^4 − 1)/(X − ω^3)`.
    vanishing: Vec<i64>,
    quotient: Vec<i64>,
}

/// A root of unity of order 4.
const OMEGA: i64 = 4;

impl Doubling {
    fn new() -> Self {
        let domain: Vec<i64> = (0..4).map(|i| power(OMEGA, i)).collect();
        let column = vec![1, 2, 4, 8];
        let points: Vec<_> = domain.iter().copied().zip(column.iter().copied()).collect();
        let trace = interpolate(&points);
        let shifted = trace.iter().enumerate().map(|(i, c)| c * power(OMEGA, i as i64));
        let constraint =
            shifted.zip(&trace).map(|(next, current)| reduce(next - 2 * current)).collect::<Vec<_>>();
        let (vanishing, rest) = divide(&[reduce(-1), 0, 0, 0, 1], &[reduce(-domain[3]), 1]);
        assert_eq!(rest, [0]);
        let (quotient, rest) = divide(&constraint, &vanishing);
        assert_eq!(rest, [0, 0, 0], "the constraint holds on rows 0 to 2");
        Self { domain, column, trace, constraint, vanishing, quotient }
    }
}

#[test]
fn the_numbers_of_the_page_of_polynomials_are_computed() {
    let Doubling { domain, column, trace, constraint, vanishing, quotient } = Doubling::new();
    let interpolation = text(&[
        format!("domain H = {{ω^0, ω^1, ω^2, ω^3}}, ω = {OMEGA}:  {}", list(&domain)),
        format!("column:                                {}", list(&column)),
        format!("f(X) = {}", polynomial(&trace)),
    ]);
    // The larger domain: a coset of the group of order 8, shifted off H.
    let larger: Vec<i64> = (0..8).map(|i| reduce(3 * power(2, i))).collect();
    assert!(larger.iter().all(|x| !domain.contains(x)));
    let values: Vec<i64> = larger.iter().map(|x| evaluate(&trace, *x)).collect();
    let extension = text(&[
        format!("domain D = 3·{{2^0, …, 2^7}}:  {}", list(&larger)),
        format!("f on D:                    {}", list(&values)),
    ]);
    let on_domain: Vec<i64> = domain.iter().map(|x| evaluate(&constraint, *x)).collect();
    assert_eq!(on_domain[..3], [0, 0, 0]);
    let quotients = text(&[
        format!("C(X) = f(ω·X) − 2·f(X)      = {}", polynomial(&constraint)),
        format!("C on H                      : {}", list(&on_domain)),
        format!("Z(X) = (X^4 − 1)/(X − ω^3)  = {}", polynomial(&vanishing)),
        format!("Q(X) = C(X)/Z(X)            = {}", polynomial(&quotient)),
    ]);
    let forged: Vec<_> = domain.iter().copied().zip([1, 2, 5, 10]).collect();
    let forged = interpolate(&forged);
    let shifted = forged.iter().enumerate().map(|(i, c)| c * power(OMEGA, i as i64));
    let wrong: Vec<i64> = shifted.zip(&forged).map(|(next, current)| reduce(next - 2 * current)).collect();
    let (_, rest) = divide(&wrong, &vanishing);
    assert!(rest.iter().any(|c| *c != 0));
    let cheating = text(&[
        "column:  1, 2, 5, 10".into(),
        format!("C(X) = {}", polynomial(&wrong)),
        format!("remainder of C(X) divided by Z(X): {}", polynomial(&rest)),
    ]);
    check_sections(
        "docs/src/background/polynomials.md",
        &[
            ("interpolation", interpolation),
            ("extension", extension),
            ("quotient", quotients),
            ("forged", cheating),
        ],
    );
}

#[test]
fn the_numbers_of_the_page_of_starks_are_computed() {
    let doubling = Doubling::new();
    let z = 7;
    assert!(!doubling.domain.contains(&z));
    let at = |coefficients: &[i64]| evaluate(coefficients, z);
    let next = evaluate(&doubling.trace, OMEGA * z);
    let (left, right) =
        (reduce(next - 2 * at(&doubling.trace)), reduce(at(&doubling.quotient) * at(&doubling.vanishing)));
    assert_eq!(left, right);
    let point = text(&[
        format!("z = {z}, ω·z = {}", reduce(OMEGA * z)),
        format!(
            "the prover sends  f(z) = {}, f(ω·z) = {next}, Q(z) = {}",
            at(&doubling.trace),
            at(&doubling.quotient)
        ),
        format!("the verifier      computes Z(z) = {}", at(&doubling.vanishing)),
        format!("and checks        f(ω·z) − 2·f(z) = {left} = {right} = Q(z)·Z(z)"),
    ]);
    check_sections("docs/src/background/starks.md", &[("point", point)]);
}

/// Folds values on a domain by two with a challenge: the square of the domain, and the values there.
fn fold(domain: &[i64], values: &[i64], challenge: i64) -> (Vec<i64>, Vec<i64>) {
    let half = domain.len() / 2;
    let at = |i: usize| {
        let (x, plus, minus) = (domain[i], values[i], values[i + half]);
        assert_eq!(reduce(domain[i + half] + x), 0);
        let even = (plus + minus) * inverse(2);
        let odd = (plus - minus) * inverse(2 * x);
        reduce(reduce(even) + challenge * reduce(odd))
    };
    ((0..half).map(|i| reduce(domain[i] * domain[i])).collect(), (0..half).map(at).collect())
}

#[test]
fn the_numbers_of_the_page_of_fri_are_computed() {
    let coefficients = [1, 2, 3, 4];
    let domain: Vec<i64> = (0..8).map(|i| power(2, i)).collect();
    let values: Vec<i64> = domain.iter().map(|x| evaluate(&coefficients, *x)).collect();
    let challenges = [5, 3];
    let run = |values: &[i64]| {
        let first = fold(&domain, values, challenges[0]);
        let second = fold(&first.0, &first.1, challenges[1]);
        [(domain.clone(), values.to_vec()), first, second]
    };
    let show = |layers: &[(Vec<i64>, Vec<i64>); 3]| {
        let lines = layers.iter().enumerate().map(|(i, (domain, values))| {
            format!("layer {i}  domain {:<28} values {}", list(domain), list(values))
        });
        text(&lines.collect::<Vec<_>>())
    };
    let honest = run(&values);
    let even_odd = [reduce(1 + 5 * 2), reduce(3 + 5 * 4)];
    assert!(honest[1].0.iter().zip(&honest[1].1).all(|(y, value)| evaluate(&even_odd, *y) == *value));
    assert!(honest[2].1.iter().all(|value| *value == reduce(even_odd[0] + 3 * even_odd[1])));
    let mut changed = values;
    changed[1] = reduce(changed[1] + 1);
    let changed = run(&changed);
    assert_ne!(changed[2].1[0], changed[2].1[1]);
    check_sections("docs/src/background/fri.md", &[("folding", show(&honest)), ("changed", show(&changed))]);
}

#[test]
fn the_numbers_of_the_page_of_lookups_are_computed() {
    let alpha = 5;
    let fraction = |numerator: i64, value: i64| reduce(numerator * inverse(alpha + value));
    let requests = [3, 7, 3].map(|value| fraction(-1, value));
    let responses = [(2, 3), (0, 6), (1, 7)].map(|(m, value)| fraction(m, value));
    let sum = |values: &[i64]| reduce(values.iter().sum());
    assert_eq!(reduce(sum(&requests) + sum(&responses)), 0);
    let honest = text(&[
        format!("α = {alpha}, modulo {Q}"),
        format!(
            "requests   −1/(α + 3) = {}, −1/(α + 7) = {}, −1/(α + 3) = {}",
            requests[0], requests[1], requests[2]
        ),
        format!(
            "responses   2/(α + 3) = {},  0/(α + 6) = {},  1/(α + 7) = {}",
            responses[0], responses[1], responses[2]
        ),
        format!("sum of all = {}", reduce(sum(&requests) + sum(&responses))),
    ]);
    let forged = [fraction(-1, 3), fraction(-1, 4), fraction(-1, 3)];
    let total = reduce(sum(&forged) + sum(&responses));
    assert_ne!(total, 0);
    let wrong = text(&[
        format!(
            "requests   −1/(α + 3) = {}, −1/(α + 4) = {}, −1/(α + 3) = {}",
            forged[0], forged[1], forged[2]
        ),
        format!("sum with the same responses = {total} ≠ 0"),
    ]);
    check_sections("docs/src/background/lookups.md", &[("balance", honest), ("forged", wrong)]);
}

#[test]
fn the_numbers_of_the_page_of_hashing_are_computed() {
    let words: Vec<Word> =
        (0..4_u64).map(|i| std::array::from_fn(|j| Felt::new(4 * i + j as u64 + 1))).collect();
    let mut state = [Felt::ZERO; 12];
    state[0] = Felt::from(8_u8);
    state[4..8].copy_from_slice(&words[0]);
    state[8..].copy_from_slice(&words[1]);
    let ints = |values: &[Felt]| values.iter().map(|v| v.as_int().to_string()).collect::<Vec<_>>().join(", ");
    let before = ints(&state);
    permute(&mut state);
    let eight: Vec<Felt> = words[..2].concat();
    assert_eq!(hash_elements(&eight).elements(), &state[4..8]);
    assert_eq!(merge(Felt::from(8_u8), &words[0].into(), &words[1].into()).elements(), &state[4..8]);
    let rescue = text(&[
        format!("state:  {before}"),
        format!("digest: {},", ints(&state[4..6])),
        format!("        {}", ints(&state[6..8])),
        format!("as hex: {}", Digest::new([state[4], state[5], state[6], state[7]]).to_hex()),
    ]);

    let leaves: Vec<Digest> = words.iter().map(|word| Digest::new(*word)).collect();
    let domain = Felt::from(8_u8);
    let parents = [merge(domain, &leaves[0], &leaves[1]), merge(domain, &leaves[2], &leaves[3])];
    let root = merge(domain, &parents[0], &parents[1]);
    let short = |digest: &Digest| digest.to_hex()[..8].to_owned();
    let mut tree = String::from("```text\n");
    let _ = writeln!(tree, "                root = {}…", short(&root));
    let _ = writeln!(tree, "               ╱              ╲");
    let _ = writeln!(tree, "      n0 = {}…      n1 = {}…", short(&parents[0]), short(&parents[1]));
    let _ = writeln!(tree, "      ╱         ╲           ╱         ╲");
    let _ = writeln!(tree, "  leaf 0      leaf 1     leaf 2      leaf 3");
    let _ = writeln!(tree, " (1,2,3,4)   (5,6,7,8)  (9,…,12)   (13,…,16)\n");
    let _ = writeln!(tree, "path of leaf 2: leaf 3, n0");
    let _ = write!(tree, "check: merge(n0, merge(leaf 2, leaf 3)) = {}…\n```", short(&root));

    type Hash = Blake3_256<Felt>;
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
    };
    let bytes = |digest: <Hash as Hasher>::Digest| hex(&winter_crypto::Digest::as_bytes(&digest)[..8]);
    let seed = [Felt::new(1), Felt::new(2)];
    let drawn = |absorbed: u64| {
        let mut coin = DefaultRandomCoin::<Hash>::new(&seed);
        coin.reseed(Hash::hash_elements(&[Felt::new(absorbed)]));
        coin.draw::<Felt>().unwrap().as_int()
    };
    let coin = DefaultRandomCoin::<Hash>::new(&seed);
    let nonce = (1..u64::MAX).find(|nonce| coin.check_leading_zeros(*nonce) >= 8).unwrap();
    let transcript = text(&[
        format!("seed (1, 2): state = BLAKE3(1, 2)             = {}…", bytes(Hash::hash_elements(&seed))),
        format!("commitment   BLAKE3(3) absorbed, challenge    = {}", drawn(3)),
        format!("commitment   BLAKE3(4) absorbed, challenge    = {}", drawn(4)),
        format!("first nonce with 8 zero bits after the seed   = {nonce}"),
    ]);
    check_sections(
        "docs/src/background/hashing.md",
        &[("rescue", rescue), ("tree", tree), ("transcript", transcript)],
    );
}
