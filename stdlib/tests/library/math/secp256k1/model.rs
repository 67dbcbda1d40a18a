//! Numbers and points in the library's representation.

use k256::{
    AffinePoint, ProjectivePoint, Scalar, U256,
    elliptic_curve::{
        ops::Reduce,
        sec1::{FromEncodedPoint, ToEncodedPoint},
    },
};
use num_bigint::BigUint;

use crate::support::Random;

/// The prime of the field.
pub(crate) fn prime() -> BigUint {
    power(256) - power(32) - BigUint::from(977_u32)
}

/// The order of the curve.
pub(crate) fn order() -> BigUint {
    BigUint::parse_bytes(b"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16).unwrap()
}

pub(crate) fn power(exponent: u32) -> BigUint {
    BigUint::from(1_u32) << exponent
}

/// The limbs of a number in stack order.
pub(crate) fn limbs(number: &BigUint) -> [u64; 8] {
    let digits = number.to_u32_digits();
    assert!(digits.len() <= 8);
    core::array::from_fn(|i| digits.get(i).copied().unwrap_or_default().into())
}

/// The number with the first eight items as limbs.
pub(crate) fn number(items: &[u64]) -> BigUint {
    BigUint::new(items[..8].iter().map(|limb| u32::try_from(*limb).unwrap()).collect())
}

/// The two words of a number in memory, element 0 first.
pub(crate) fn words(number: &BigUint) -> [[u64; 4]; 2] {
    let limbs = limbs(number);
    [0, 4].map(|start| core::array::from_fn(|element| limbs[start + 3 - element]))
}

/// The number stored in two words of memory.
pub(crate) fn number_of(words: &[[u64; 4]]) -> BigUint {
    let items: Vec<u64> = words[..2].iter().flat_map(|word| word.iter().rev().copied()).collect();
    number(&items)
}

/// A number of 256 bits that is often an edge case: of its limbs, of the modulus or of all numbers.
pub(crate) fn edge(random: &mut Random, modulus: &BigUint) -> BigUint {
    let one = BigUint::from(1_u32);
    match random.below(10) {
        0 => BigUint::ZERO,
        1 => one,
        2 => modulus - one,
        3 => modulus.clone(),
        4 => modulus + one,
        5 => power(256) - one,
        _ => BigUint::new(random.array::<u32, 8>(Random::limb).into()),
    }
}

pub(crate) fn uniform(random: &mut Random, bound: &BigUint) -> BigUint {
    BigUint::new(random.array::<u32, 9>(Random::u32).into()) % bound
}

/// The affine coordinates of a point, or none for the neutral element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Point(pub(crate) Option<(BigUint, BigUint)>);

impl Point {
    /// The multiple of the generator.
    pub(crate) fn generated(scalar: &BigUint) -> Self {
        ProjectivePoint::GENERATOR.into_point().times(scalar)
    }

    pub(crate) fn times(&self, scalar: &BigUint) -> Self {
        let scalar = Scalar::reduce(U256::from_be_slice(&bytes(scalar)));
        (self.model() * scalar).into_point()
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        (self.model() + other.model()).into_point()
    }

    pub(crate) fn opposite(&self) -> Self {
        (-self.model()).into_point()
    }

    /// (x·z², y·z³, z), or zeros.
    pub(crate) fn jacobian(&self, z: &BigUint) -> [BigUint; 3] {
        match &self.0 {
            Some((x, y)) => [x * z * z % prime(), y * z * z * z % prime(), z.clone()],
            None => [const { BigUint::ZERO }; 3],
        }
    }

    pub(crate) fn from_jacobian(x: &BigUint, y: &BigUint, z: &BigUint) -> Self {
        Self(z.modinv(&prime()).map(|inverse| {
            let square = &inverse * &inverse;
            (x * &square % prime(), y * square * inverse % prime())
        }))
    }

    fn model(&self) -> ProjectivePoint {
        let Some((x, y)) = &self.0 else { return ProjectivePoint::IDENTITY };
        let (x, y) = (bytes(x), bytes(y));
        let encoded = k256::EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
        AffinePoint::from_encoded_point(&encoded).unwrap().into()
    }
}

trait IntoPoint {
    fn into_point(self) -> Point;
}

impl IntoPoint for ProjectivePoint {
    fn into_point(self) -> Point {
        let encoded = self.to_affine().to_encoded_point(false);
        Point(encoded.x().zip(encoded.y()).map(|(x, y)| {
            let [x, y] = [x, y].map(|coordinate| BigUint::from_bytes_be(coordinate));
            (x, y)
        }))
    }
}

/// Big-endian.
pub(crate) fn bytes(number: &BigUint) -> [u8; 32] {
    let digits = number.to_bytes_be();
    let mut bytes = [0; 32];
    bytes[32 - digits.len()..].copy_from_slice(&digits);
    bytes
}
