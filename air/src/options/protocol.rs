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

/// A [`Protocol`] for hash function `H` and every extension field of a parameter set.
pub trait ExtensionProtocol<H, T>:
    Protocol<H, Felt, Output = T>
    + Protocol<H, QuadExtension<Felt>, Output = T>
    + Protocol<H, CubeExtension<Felt>, Output = T>
{
}

impl<P, H, T> ExtensionProtocol<H, T> for P where
    P: Protocol<H, Felt, Output = T>
        + Protocol<H, QuadExtension<Felt>, Output = T>
        + Protocol<H, CubeExtension<Felt>, Output = T>
{
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
    pub fn run<T, P>(self, protocol: P) -> T
    where
        P: ExtensionProtocol<Blake3_192<Felt>, T>
            + ExtensionProtocol<Blake3_256<Felt>, T>
            + ExtensionProtocol<RescuePrime, T>,
    {
        match self.hash() {
            CommitmentHash::Blake3_192 => self.run_hash::<Blake3_192<Felt>, T, P>(protocol),
            CommitmentHash::Blake3_256 => self.run_hash::<Blake3_256<Felt>, T, P>(protocol),
            CommitmentHash::RescuePrime => self.run_hash::<RescuePrime, T, P>(protocol),
        }
    }

    fn run_hash<H, T, P: ExtensionProtocol<H, T>>(self, protocol: P) -> T {
        match self.extension() {
            FieldExtension::None => Protocol::<H, Felt>::run(protocol),
            FieldExtension::Quadratic => Protocol::<H, QuadExtension<Felt>>::run(protocol),
            FieldExtension::Cubic => Protocol::<H, CubeExtension<Felt>>::run(protocol),
        }
    }
}
