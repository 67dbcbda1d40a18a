use miden_core::{Felt, RescuePrime, field::FieldElement};
use winter_air::FieldExtension;
use winter_crypto::{
    ElementHasher,
    hashers::{Blake3_192, Blake3_256},
};
use winter_math::fields::{CubeExtension, QuadExtension};

use super::{CommitmentHash, ParameterSet};

/// Code for hash function `H` and extension field `E`.
///
/// An implementation for all `H` and `E` chooses its own bounds. If those of the verifier suffice, [`ProtocolVisitor`]
/// is shorter.
pub trait Protocol<H, E> {
    /// The result of the code.
    type Output;

    /// Runs the code.
    fn run(self) -> Self::Output;
}

/// Code that is generic over hash function and extension field.
pub trait ProtocolVisitor {
    /// The result of the code.
    type Output;

    /// Runs with hash function `H` and extension field `E`.
    fn visit<H, E>(self) -> Self::Output
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>;
}

/// A visitor as a protocol for all hash functions and extension fields.
struct Visit<V>(V);

impl<V, H, E> Protocol<H, E> for Visit<V>
where
    V: ProtocolVisitor,
    H: ElementHasher<BaseField = Felt> + Send + Sync,
    E: FieldElement<BaseField = Felt>,
{
    type Output = V::Output;

    fn run(self) -> V::Output {
        self.0.visit::<H, E>()
    }
}

impl ParameterSet {
    /// Runs `visitor` with the hash function and the extension field of this set.
    pub fn visit<V: ProtocolVisitor>(self, visitor: V) -> V::Output {
        self.run(Visit(visitor))
    }

    /// Runs `protocol` with the hash function and the extension field of this set.
    ///
    /// The code is compiled for the combinations that sets have, and for no others.
    ///
    /// # Panics
    /// If this build lacks the set, see [`is_available`](Self::is_available).
    pub fn run<T, P>(self, protocol: P) -> T
    where
        P: Protocol<Blake3_192<Felt>, QuadExtension<Felt>, Output = T>
            + Protocol<Blake3_256<Felt>, CubeExtension<Felt>, Output = T>
            + Protocol<RescuePrime, QuadExtension<Felt>, Output = T>,
    {
        match self.combination() {
            #[cfg(feature = "blake3-192")]
            Some(Combination::Blake3_192Quadratic) => {
                Protocol::<Blake3_192<Felt>, QuadExtension<Felt>>::run(protocol)
            }
            #[cfg(feature = "blake3-256")]
            Some(Combination::Blake3_256Cubic) => {
                Protocol::<Blake3_256<Felt>, CubeExtension<Felt>>::run(protocol)
            }
            #[cfg(feature = "rescue-prime")]
            Some(Combination::RescuePrimeQuadratic) => {
                Protocol::<RescuePrime, QuadExtension<Felt>>::run(protocol)
            }
            _ => panic!("the parameter set {self} is not available in this build"),
        }
    }

    const fn combination(self) -> Option<Combination> {
        match (self.hash(), self.extension()) {
            (CommitmentHash::Blake3_192, FieldExtension::Quadratic) => Some(Combination::Blake3_192Quadratic),
            (CommitmentHash::Blake3_256, FieldExtension::Cubic) => Some(Combination::Blake3_256Cubic),
            (CommitmentHash::RescuePrime, FieldExtension::Quadratic) => {
                Some(Combination::RescuePrimeQuadratic)
            }
            _ => None,
        }
    }
}

/// A hash function with an extension field.
#[derive(Clone, Copy)]
enum Combination {
    Blake3_192Quadratic,
    Blake3_256Cubic,
    RescuePrimeQuadratic,
}

const _: () = {
    let mut i = 0;
    while i < ParameterSet::ALL.len() {
        assert!(ParameterSet::ALL[i].combination().is_some(), "a new combination needs its arms above");
        i += 1;
    }
};
