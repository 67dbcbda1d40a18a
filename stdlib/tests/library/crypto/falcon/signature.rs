//! `verify_signature`, with signatures that use the machine's hash.

use expect_test::expect_file;
use miden_core::{
    Digest, Felt, RescueState,
    field::{FieldElement, StarkField},
    hash_elements, permute,
};

use crate::support::{
    Random, Run, felt, felts, hostile,
    polynomial::{self, DEGREE, Polynomial, Q, integer, product, signed, words},
};

use super::{
    MODULE,
    key::{BOUND, Key, Signature, squared_norm},
};

const NONCE: [u64; 8] = [1, 2, 3, 4, 5, 6, 7, Felt::MODULUS - 1];

const MESSAGE: [u64; 4] = [11, 12, 13, 14];

/// The hash of nonce and message as a polynomial, computed as documented.
fn hash_to_point(nonce: [u64; 8], message: [u64; 4]) -> Polynomial {
    let mut state = RescueState::default();
    (state[0], state[1]) = (Felt::new(12), Felt::new(512));
    state[4..].copy_from_slice(&felts(&nonce));
    permute(&mut state);
    for (element, message) in state[4..8].iter_mut().zip(felts(&message)) {
        *element += message;
    }
    let mut squeezed = Vec::new();
    while squeezed.len() < DEGREE {
        permute(&mut state);
        squeezed.extend([7, 6, 5, 4, 11, 10, 9, 8].map(|i| state[i].as_int() % Q));
    }
    squeezed
}

/// The inputs of the procedure.
#[derive(Clone, Debug)]
struct Case {
    public_key: Digest,
    message: [u64; 4],
    nonce: [u64; 8],
    h: Polynomial,
    s2: Polynomial,
    remainder: Polynomial,
    quotient: Polynomial,
}

/// The hash of the words of a polynomial, in memory order.
fn digest(h: &[u64]) -> Digest {
    hash_elements(&felts(&words(h).concat()))
}

/// Remainder and quotient of a product in the field by x^512 + 1.
fn division(f: &[u64], g: &[u64]) -> [Polynomial; 2] {
    let [f, g] = [f, g].map(felts);
    let mut product = vec![Felt::ZERO; 2 * DEGREE];
    for (i, a) in f.iter().enumerate() {
        for (j, b) in g.iter().enumerate() {
            product[i + j] += *a * *b;
        }
    }
    let (low, high) = product.split_at(DEGREE);
    let remainder = low.iter().zip(high).map(|(low, high)| (*low - *high).as_int()).collect();
    [remainder, high.iter().map(|high| high.as_int()).collect()]
}

impl Case {
    fn new(h: &[u64], s2: Polynomial) -> Self {
        let [remainder, quotient] = division(&s2, h);
        let public_key = digest(h);
        Self { public_key, message: MESSAGE, nonce: NONCE, h: h.to_vec(), s2, remainder, quotient }
    }

    fn tape(&self) -> Vec<u64> {
        let Self { nonce, h, s2, remainder, quotient, .. } = self;
        let polynomials = [h, s2, remainder, quotient];
        let words = polynomials.into_iter().flat_map(|polynomial| words(polynomial)).flatten();
        nonce.iter().copied().chain(words).collect()
    }

    fn run(&self) -> Run {
        self.run_with(&self.tape())
    }

    /// A run with a different tape.
    fn run_with(&self, tape: &[u64]) -> Run {
        let public_key = self.public_key.elements().map(|element| element.as_int());
        let stack = public_key.into_iter().rev().chain(self.message.into_iter().rev());
        Run::of(format!("{MODULE}::verify_signature")).stack(stack).tape(tape.iter().copied())
    }

    /// Whether the procedure must accept, by schoolbook arithmetic.
    fn is_valid(&self) -> bool {
        let h: Vec<i128> = self.h.iter().map(|a| i128::from(*a)).collect();
        let s2: Vec<i128> = self.s2.iter().map(|a| integer(*a)).collect();
        let q = i128::from(Q);
        if digest(&self.h) != self.public_key || h.iter().any(|a| *a >= q) || s2.iter().any(|a| a.abs() >= q)
        {
            return false;
        }
        let centred = |a: i128| (a + q / 2).rem_euclid(q) - q / 2;
        let c = hash_to_point(self.nonce, self.message);
        let s1: Vec<i128> =
            c.iter().zip(product(&s2, &h)).map(|(c, product)| centred(i128::from(*c) - product)).collect();
        squared_norm(&s1) + squared_norm(&s2) <= BOUND
            && division(&self.s2, &self.h) == [self.remainder.clone(), self.quotient.clone()]
    }

    /// Checks that the procedure rejects, and why.
    #[track_caller]
    fn refused(&self, reason: &str) {
        assert!(!self.is_valid());
        let error = self.run().execute().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }

    /// Executes the procedure and compares the outcome with the model.
    #[track_caller]
    fn check(&self, is_valid: bool) {
        assert_eq!(self.is_valid(), is_valid);
        match self.run().execute() {
            Ok(ended) => assert!(is_valid && ended.stack.is_empty()),
            Err(error) => {
                assert!(!is_valid, "{error}");
                assert!(["FailedAssertion", "NotU32Value"].contains(&error.kind()), "{error}");
            }
        }
    }
}

fn signature(key: &Key) -> Signature {
    key.sign(&hash_to_point(NONCE, MESSAGE))
}

fn case(key: &Key) -> Case {
    Case::new(&key.h, signature(key).signed())
}

pub(super) fn measured() -> Vec<Run> {
    vec![case(&Key::new()).run()]
}

#[test]
fn signatures_up_to_the_maximum_norm_are_accepted() {
    let key = Key::new();
    for key in [key.other(), key] {
        let short = signature(&key);
        let [longest, too_long] = key.stretch(&short);
        for (signature, is_valid) in [(&short, true), (&longest, true), (&too_long, false)] {
            Case::new(&key.h, signature.signed()).check(is_valid);
        }
    }
}

#[test]
fn other_keys_messages_nonces_and_signatures_are_rejected() {
    let (key, valid) = (Key::new(), case(&Key::new()));
    valid.check(true);
    let other = key.other().h;
    Case { public_key: digest(&other), ..valid.clone() }.check(false);
    Case { h: other.clone(), ..valid.clone() }.check(false);
    Case::new(&other, valid.s2.clone()).check(false);
    for i in 0..4 {
        let mut altered = valid.clone();
        altered.message[i] += 1;
        altered.check(false);
        let mut altered = valid.clone();
        altered.public_key = {
            let mut elements = *valid.public_key.elements();
            elements[i] += Felt::ONE;
            Digest::new(elements)
        };
        altered.check(false);
    }
    for i in 0..8 {
        let mut altered = valid.clone();
        altered.nonce[i] = (altered.nonce[i] + 1) % Felt::MODULUS;
        altered.check(false);
    }
    for i in [0, 255, 511] {
        let mut s2 = valid.s2.clone();
        s2[i] = (felt(s2[i]) + Felt::ONE).as_int();
        Case::new(&key.h, s2).check(false);
    }
}

/// Alterations of an element.
const LIES: [fn(Felt) -> Felt; 8] = [
    |x| x + Felt::ONE,
    |x| x - Felt::ONE,
    |x| Felt::ONE - x,
    |x| x + Felt::new(Q),
    |x| x - Felt::new(Q),
    |x| x + Felt::new(1 << 32),
    |x| x + Felt::new(Q << 32),
    |_| Felt::new(0x0123_4567_89AB_CDEF),
];

#[test]
fn no_value_on_the_tape_can_be_altered() {
    let valid = case(&Key::new());
    let tape = valid.tape();
    let places = (0..8).chain((0..4).flat_map(|part| [0, 1, 255, 508, 511].map(|i| 8 + 512 * part + i)));
    for place in places {
        for lie in LIES {
            let mut tape = tape.clone();
            tape[place] = lie(felt(tape[place])).as_int();
            let run = valid.run_with(&tape);
            assert!(run.execute().is_err(), "{place}");
        }
        // Omitted, and swapped with the next value
        let mut without = tape.clone();
        without.remove(place);
        assert!(valid.run_with(&without).execute().is_err(), "{place}");
        without.push(0);
        assert!(valid.run_with(&without).execute().is_err(), "{place}");
        let mut exchanged = tape.clone();
        exchanged.swap(place, (place + 1) % tape.len());
        assert_eq!(valid.run_with(&exchanged).execute().is_err(), exchanged != tape, "{place}");
    }
}

#[test]
fn altered_polynomials_are_rejected_even_with_the_matching_product() {
    let valid = case(&Key::new());
    for lie in LIES {
        for i in [0, 511] {
            let (mut s2, mut h) = (valid.s2.clone(), valid.h.clone());
            s2[i] = lie(felt(s2[i])).as_int();
            Case::new(&valid.h, s2).check(false);
            // Rejected even if PK is its hash; with a small change of the key, though, the signature is still short enough.
            h[i] = lie(felt(h[i])).as_int();
            let altered = Case::new(&h, valid.s2.clone());
            altered.check(h[i].abs_diff(valid.h[i]) == 1);
        }
    }
}

#[test]
fn long_signatures_with_a_small_sum_of_squares_modulo_p_are_rejected() {
    let valid = case(&Key::new());
    // 2^48 is a root of −1 in the field.
    for length in [1 << 13, 1 << 14, 1 << 31, 1 << 40] {
        let mut s2 = valid.s2.clone();
        (s2[0], s2[1]) = (length, (felt(length) * felt(1 << 48)).as_int());
        Case::new(&valid.h, s2).check(false);
    }
    for coefficient in [8191, 8192, -8192, -8193].map(signed) {
        Case::new(&valid.h, vec![coefficient; DEGREE]).check(false);
        let mut s2 = valid.s2.clone();
        s2[3] = coefficient;
        Case::new(&valid.h, s2).check(false);
    }
}

#[test]
fn products_that_match_at_one_point_only_are_rejected() {
    let valid = case(&Key::new());
    let c = hash_to_point(NONCE, MESSAGE);
    let mut random = Random::new(1);
    // If the hash replaced the product, s1 would be zero, and any short s2 a signature.
    for s2 in [vec![0; DEGREE], vec![1; DEGREE], valid.s2.clone()] {
        for x in [Felt::ZERO, Felt::ONE, felt(random.felt())] {
            let mut forged = Case::new(&valid.h, s2.clone());
            forged.remainder.clone_from(&c);
            forged.quotient = vec![0; DEGREE];
            forged.check(false);
            // x·s2(x)·h(x) = x^512·c(x) + (x^512 + 1)·m for polynomials with reversed coefficients
            let value = |f: &[u64]| f.iter().fold(Felt::ZERO, |value, a| value * x + felt(*a));
            let power = x.exp(512);
            let m = (x * value(&s2) * value(&valid.h) - power * value(&c)) / (power + Felt::ONE);
            forged.quotient[DEGREE - 1] = m.as_int();
            assert_eq!(value(&forged.quotient), m);
            forged.check(false);
        }
    }
    // Remainder and quotient of a product that is equal only modulo q
    let mut forged = valid;
    let centred = |a: &u64| signed(integer(*a).rem_euclid(Q.into()) as i64);
    forged.remainder = forged.remainder.iter().map(centred).collect();
    forged.check(false);
}

#[test]
fn each_check_rejects_a_violation() {
    let (key, valid) = (Key::new(), case(&Key::new()));
    let altered = |polynomial: &[u64], by: fn(Felt) -> Felt| {
        let mut altered = polynomial.to_vec();
        altered[300] = by(felt(altered[300])).as_int();
        altered
    };
    let add_one = |polynomial: &[u64]| altered(polynomial, |x| x + Felt::ONE);

    let h = key.other().h;
    Case { h, ..valid.clone() }.refused("the polynomial does not match the public key");
    let h = altered(&valid.h, |x| x + Felt::new(Q));
    Case::new(&h, valid.s2.clone()).refused("a coefficient of the public key is not below q");
    let too_large = altered(&valid.s2, |_| Felt::new(1 << 13));
    Case::new(&valid.h, too_large).refused("a coefficient of the signature is too large");
    let too_small = altered(&valid.s2, |_| -Felt::new((1 << 13) + 1));
    Case::new(&valid.h, too_small).refused("the value must be below 2^32");
    for coefficient in [|_| Felt::new((1 << 13) - 1), |_| -Felt::new(1 << 13)] {
        let s2 = altered(&valid.s2, coefficient);
        Case::new(&valid.h, s2).refused("the norm of the signature is too large");
    }
    let reason = "the product of the signature and the key is wrong";
    Case { quotient: add_one(&valid.quotient), ..valid.clone() }.refused(reason);
    // The signature is still short.
    Case { remainder: add_one(&valid.remainder), ..valid.clone() }.refused(reason);
    Case { s2: add_one(&valid.s2), ..valid }.refused(reason);
}

#[test]
fn signatures_are_valid_for_one_hash_only() {
    let key = Key::new();
    let mut random = Random::new(9);
    let message = random.array(Random::felt);
    let nonce = random.array(Random::felt);
    let signature = key.sign(&hash_to_point(nonce, message));
    let valid = Case { nonce, message, ..Case::new(&key.h, signature.signed()) };
    valid.check(true);
    Case { nonce: NONCE, ..valid.clone() }.check(false);
    Case { message: MESSAGE, ..valid }.check(false);
}

#[test]
fn lies_in_the_middle_of_the_tape_are_caught() {
    hostile(
        &case(&Key::new()).run(),
        &[vec![0; 2056], vec![1; 2056], polynomial::random(&mut Random::new(2), Q)],
    );
}

/// Inputs for a program that executes the procedure, on the command line and in benchmarks.
#[test]
fn the_file_of_inputs_is_a_valid_signature() {
    let valid = case(&Key::new());
    valid.check(true);
    let list = |items: &[u64]| {
        let lines = items.chunks(8).map(|line| {
            let items: Vec<String> = line.iter().map(|item| format!("\"{item}\"")).collect();
            format!("        {}", items.join(", "))
        });
        format!("[\n{}\n    ]", lines.collect::<Vec<_>>().join(",\n"))
    };
    let key = valid.public_key.elements().map(|element| element.as_int());
    let stack = list(&[valid.message, key].concat());
    let text =
        format!("{{\n    \"stack_init\": {stack},\n    \"advice_tape\": {}\n}}\n", list(&valid.tape()));
    expect_file!["../../../data/falcon-512.inputs"].assert_eq(&text);
}
