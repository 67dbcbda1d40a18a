use miden_core::{Felt, field::FieldElement};
use winter_air::FieldExtension;
use winter_crypto::{
    ElementHasher,
    hashers::{Blake3_192, Blake3_256, Rp64_256},
};
use winter_math::fields::{CubeExtension, QuadExtension};

use super::{CommitmentHash, ParameterSet};

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

impl ParameterSet {
    /// Runs `visitor` with the hash function and the extension field of this set.
    pub fn visit<V: ProtocolVisitor>(self, visitor: V) -> V::Output {
        match self.hash() {
            CommitmentHash::Blake3_192 => self.visit_extension::<Blake3_192<Felt>, V>(visitor),
            CommitmentHash::Blake3_256 => self.visit_extension::<Blake3_256<Felt>, V>(visitor),
            CommitmentHash::RescuePrime => self.visit_extension::<Rp64_256, V>(visitor),
        }
    }

    fn visit_extension<H, V>(self, visitor: V) -> V::Output
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        V: ProtocolVisitor,
    {
        match self.extension() {
            FieldExtension::None => visitor.visit::<H, Felt>(),
            FieldExtension::Quadratic => visitor.visit::<H, QuadExtension<Felt>>(),
            FieldExtension::Cubic => visitor.visit::<H, CubeExtension<Felt>>(),
        }
    }
}
