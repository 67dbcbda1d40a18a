//! `std::crypto::dsa::ecdsa` against `k256` and the Wycheproof vectors.

use k256::ecdsa::{Signature, SigningKey, VerifyingKey, signature::hazmat::PrehashVerifier};
use num_bigint::BigUint;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    math::secp256k1::{Point, bytes, order, power, prime, uniform, words},
    support::{Random, Run},
};

const MODULE: &str = "std::crypto::dsa::ecdsa";

/// Where the public key and the signature are in memory.
const KEY: u32 = 1000;
const SIGNATURE: u32 = 2000;

/// A public key, a signature and a hash.
#[derive(Clone, Debug)]
struct Claim {
    x: BigUint,
    y: BigUint,
    r: BigUint,
    s: BigUint,
    hash: [u8; 32],
}

impl Claim {
    fn new(key: &SigningKey, hash: [u8; 32]) -> Self {
        let (signature, _) = key.sign_prehash_recoverable(&hash).unwrap();
        let point = key.verifying_key().to_encoded_point(false);
        let number = BigUint::from_bytes_be;
        let (r, s) = signature.split_bytes();
        Self {
            x: number(point.x().unwrap()),
            y: number(point.y().unwrap()),
            r: number(&r),
            s: number(&s),
            hash,
        }
    }

    /// A valid claim with random numbers.
    fn random(random: &mut Random) -> Self {
        let secret = uniform(random, &order());
        let hash = bytes(&uniform(random, &power(256)));
        Self::new(&SigningKey::from_bytes(&bytes(&secret).into()).unwrap(), hash)
    }

    fn run(&self, name: &str) -> Run {
        let [x, y, r, s] = [&self.x, &self.y, &self.r, &self.s].map(words);
        Run::of(format!("{MODULE}::{name}"))
            .stack([KEY, SIGNATURE])
            .stack(self.hash.chunks(4).map(|word| u32::from_be_bytes(word.try_into().unwrap())))
            .memory(KEY, x.into_iter().chain(y))
            .memory(SIGNATURE, r.into_iter().chain(s))
    }

    /// Whether the model accepts it.
    fn is_valid(&self) -> bool {
        let mut point = vec![4];
        point.extend(bytes(&self.x));
        point.extend(bytes(&self.y));
        let Ok(key) = VerifyingKey::from_sec1_bytes(&point) else { return false };
        let Ok(signature) = Signature::from_scalars(bytes(&self.r), bytes(&self.s)) else { return false };
        // The model accepts only the lower s.
        let signature = signature.normalize_s().unwrap_or(signature);
        key.verify_prehash(&self.hash, &signature).is_ok()
    }

    #[track_caller]
    fn check(&self) {
        if self.is_valid() {
            self.run("verify").gives([0_u64; 0]);
        } else {
            self.run("verify").fails("FailedAssertion");
        }
        if self.is_valid() && self.s <= order() >> 1_u32 {
            self.run("verify_low_s").gives([0_u64; 0]);
        } else {
            self.run("verify_low_s").fails("FailedAssertion");
        }
    }
}

pub(crate) fn measured() -> Vec<Run> {
    let mut random = Random::new(1);
    (0..5)
        .flat_map(|_| {
            let claim = Claim::random(&mut random);
            ["verify", "verify_low_s"].map(|name| claim.run(name))
        })
        .collect()
}

#[test]
fn model_signatures_are_valid_and_altered_ones_are_not() {
    let mut random = Random::new(2);
    for _ in 0..3 {
        let claim = Claim::random(&mut random);
        assert!(claim.is_valid());
        claim.check();
        let high = Claim { s: order() - &claim.s, ..claim.clone() };
        assert!(high.is_valid());
        high.check();
        let other = Claim::random(&mut random);
        let mut hash = claim.hash;
        hash[31] ^= 1;
        for wrong in [
            Claim { hash, ..claim.clone() },
            Claim { r: &claim.r + 1_u32, ..claim.clone() },
            Claim { s: &claim.s - 1_u32, ..claim.clone() },
            Claim { x: other.x, y: other.y, ..claim.clone() },
            Claim { y: prime() - &claim.y, ..claim.clone() },
        ] {
            assert!(!wrong.is_valid());
            wrong.check();
        }
    }
}

#[test]
fn values_out_of_range_are_rejected() {
    let claim = Claim::random(&mut Random::new(3));
    let zero = BigUint::ZERO;
    for wrong in [
        Claim { r: zero.clone(), ..claim.clone() },
        Claim { r: order(), ..claim.clone() },
        Claim { r: power(256) - 1_u32, ..claim.clone() },
        Claim { s: zero.clone(), ..claim.clone() },
        Claim { s: order(), ..claim.clone() },
        Claim { s: power(256) - 1_u32, ..claim.clone() },
        // Not points of the curve
        Claim { x: zero.clone(), y: zero.clone(), ..claim.clone() },
        Claim { x: &claim.x + 1_u32, ..claim.clone() },
        Claim { y: zero, ..claim.clone() },
        Claim { x: prime(), ..claim.clone() },
        Claim { y: prime(), ..claim },
    ] {
        assert!(!wrong.is_valid());
        wrong.run("verify").fails("FailedAssertion");
    }
}

/// Coordinates congruent to those of a point of the curve, but not below P, are rejected.
#[test]
fn coordinates_must_be_canonical() {
    // (1, y) is a point of the curve: 1 + 7 has a root.
    let root = BigUint::from(8_u32).modpow(&((prime() + 1_u32) >> 2_u32), &prime());
    let one = BigUint::from(1_u32);
    // With r = x(u·Q), s = r/u, z = 0 the sum is u·Q, whatever the secret key is.
    let key = Point(Some((one.clone(), root.clone())));
    let Point(Some((x, _))) = key.times(&BigUint::from(5_u32)) else { panic!("no point") };
    let r = x % order();
    let s = &r * BigUint::from(5_u32).modinv(&order()).unwrap() % order();
    let claim = Claim { x: one.clone(), y: root, r, s, hash: [0; 32] };
    assert!(claim.is_valid());
    claim.check();
    Claim { x: one + prime(), ..claim }.run("verify").fails("FailedAssertion");
}

/// Limbs that are not u32 are rejected, wherever they are.
#[test]
fn limbs_must_be_u32() {
    let claim = Claim::random(&mut Random::new(4));
    let [x, y, r, s] = [&claim.x, &claim.y, &claim.r, &claim.s].map(words);
    let hash: Vec<u64> =
        claim.hash.chunks(4).map(|word| u32::from_be_bytes(word.try_into().unwrap()).into()).collect();
    let memory = [x, y, r, s].concat();
    let run = |memory: &[[u64; 4]], hash: &[u64]| {
        Run::of(format!("{MODULE}::verify"))
            .stack([KEY, SIGNATURE])
            .stack(hash.iter().copied())
            .memory(KEY, memory[..4].iter().copied())
            .memory(SIGNATURE, memory[4..].iter().copied())
    };
    run(&memory, &hash).gives([0_u64; 0]);
    for place in 0..32 {
        let mut changed = memory.clone();
        changed[place / 4][place % 4] += 1 << 32;
        run(&changed, &hash).fails("NotU32Value");
    }
    for place in 0..8 {
        let mut changed = hash.clone();
        changed[place] += 1 << 32;
        run(&memory, &changed).fails("NotU32Value");
    }
}

/// Signatures whose point has a first coordinate from n to P − 1, which is r + n, are accepted.
#[test]
fn the_first_coordinate_may_exceed_the_order() {
    // The lowest such coordinate that has a point R. With s = r and z = 0, R = Q is its own key.
    let point = (0_u32..)
        .find_map(|offset| {
            let x = order() + offset;
            let square = (&x * &x * &x + 7_u32) % prime();
            let y = square.modpow(&((prime() + 1_u32) >> 2_u32), &prime());
            (&y * &y % prime() == square && offset > 0).then_some((x, y))
        })
        .unwrap();
    let r = &point.0 - order();
    let claim = Claim { x: point.0, y: point.1, r: r.clone(), s: r, hash: [0; 32] };
    assert!(claim.is_valid());
    claim.check();
}

#[test]
fn wycheproof_vectors_pass() {
    let file = include_str!("../../data/wycheproof/ecdsa_secp256k1_sha256_p1363_test.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let number = |digits: &str| BigUint::parse_bytes(digits.as_bytes(), 16).unwrap_or_default();
    let mut count = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let key = &group["publicKey"];
        let (x, y) = (number(&text(&key["wx"])), number(&text(&key["wy"])));
        for test in group["tests"].as_array().unwrap() {
            count += 1;
            let is_valid = text(&test["result"]) == "valid";
            let signature = text(&test["sig"]);
            // Any other length is not a signature of 32 + 32 bytes.
            if signature.len() != 128 {
                assert!(!is_valid);
                continue;
            }
            let (r, s) = signature.split_at(64);
            let message = text(&test["msg"]);
            let message: Vec<u8> = (0..message.len())
                .step_by(2)
                .map(|start| u8::from_str_radix(&message[start..start + 2], 16).unwrap())
                .collect();
            let hash = Sha256::digest(message).into();
            let claim = Claim { x: x.clone(), y: y.clone(), r: number(r), s: number(s), hash };
            if is_valid {
                claim.run("verify").gives([0_u64; 0]);
            } else {
                claim.run("verify").fails("FailedAssertion");
            }
        }
    }
    assert_eq!(count, file["numberOfTests"].as_u64().unwrap());
}
