use alloc::vec::Vec;

use winter_crypto::{ElementHasher, Hasher, hashers::Rp64_256};
use winter_math::{FieldElement, StarkField};
use winter_utils::{ByteReader, ByteWriter, Deserializable, DeserializationError, Serializable};

use crate::{
    Digest, Felt,
    rescue::{hash_bytes, hash_elements, hash_rate, merge},
};

/// Rescue Prime as a hash function of the proof backend.
///
/// Digests of elements and of digests are those of winter-crypto's `Rp64_256`, which is fixed to the field of winter-math.
#[derive(Clone, Copy, Debug)]
pub struct RescuePrime;

impl Hasher for RescuePrime {
    type Digest = Digest;

    const COLLISION_RESISTANCE: u32 = Rp64_256::COLLISION_RESISTANCE;

    /// Not the backend's, which panics on some lengths above 56 bytes; proofs do not use it.
    fn hash(bytes: &[u8]) -> Digest {
        hash_bytes(bytes)
    }

    fn merge([left, right]: &[Digest; 2]) -> Digest {
        merge(Felt::new(8), left, right)
    }

    fn merge_many(values: &[Digest]) -> Digest {
        let elements: Vec<Felt> = values.iter().flat_map(|digest| *digest.elements()).collect();
        hash_elements(&elements)
    }

    /// Hashes the digest and the integer as one element or, from the modulus on, as two: remainder and quotient.
    fn merge_with_int(seed: Digest, value: u64) -> Digest {
        let [s0, s1, s2, s3] = *seed.elements();
        let (quotient, length) = if value < Felt::MODULUS { (0, 5) } else { (value / Felt::MODULUS, 6) };
        let rate = [s0, s1, s2, s3, Felt::new(value), Felt::new(quotient), Felt::ZERO, Felt::ZERO];
        hash_rate(Felt::new(length), rate)
    }
}

impl ElementHasher for RescuePrime {
    type BaseField = Felt;

    fn hash_elements<E: FieldElement<BaseField = Felt>>(elements: &[E]) -> Digest {
        hash_elements(E::slice_as_base_elements(elements))
    }
}

impl winter_crypto::Digest for Digest {
    fn as_bytes(&self) -> [u8; 32] {
        self.to_bytes()
    }
}

impl Serializable for Digest {
    fn write_into<W: ByteWriter>(&self, target: &mut W) {
        target.write_bytes(&Self::to_bytes(self));
    }

    fn get_size_hint(&self) -> usize {
        Self::NUM_BYTES
    }
}

impl Deserializable for Digest {
    fn read_from<R: ByteReader>(source: &mut R) -> Result<Self, DeserializationError> {
        Self::from_bytes(&source.read_array()?)
            .ok_or_else(|| DeserializationError::InvalidValue("the digest is not canonical".into()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use winter_math::fields::{QuadExtension, f64::BaseElement};

    use super::*;

    type BackendDigest = <Rp64_256 as Hasher>::Digest;

    fn digest(integers: [u64; 4]) -> (Digest, BackendDigest) {
        (Digest::new(integers.map(Felt::new)), integers.map(BaseElement::new).into())
    }

    #[track_caller]
    fn check(ours: Digest, backend: BackendDigest) {
        assert_eq!(Serializable::to_bytes(&ours), backend.to_bytes());
        assert_eq!(winter_crypto::Digest::as_bytes(&ours), winter_crypto::Digest::as_bytes(&backend));
        assert_eq!(Digest::read_from_bytes(&backend.to_bytes()), Ok(ours));
    }

    proptest! {
        #[test]
        fn digests_are_those_of_the_backend(
            left in prop::array::uniform4(any::<u64>()),
            right in prop::array::uniform4(any::<u64>()),
            value in prop_oneof![any::<u64>(), Just(Felt::MODULUS - 1), Felt::MODULUS..=u64::MAX],
            integers in prop::collection::vec(any::<u64>(), 0..40),
        ) {
            let ((left, backend_left), (right, backend_right)) = (digest(left), digest(right));
            check(RescuePrime::merge(&[left, right]), Rp64_256::merge(&[backend_left, backend_right]));
            let (ours, backend) = ([left, right, right], [backend_left, backend_right, backend_right]);
            for length in 0..=ours.len() {
                check(RescuePrime::merge_many(&ours[..length]), Rp64_256::merge_many(&backend[..length]));
            }
            check(
                RescuePrime::merge_with_int(left, value),
                Rp64_256::merge_with_int(backend_left, value),
            );
            let elements: Vec<Felt> = integers.iter().copied().map(Felt::new).collect();
            let backend: Vec<BaseElement> = integers.iter().copied().map(BaseElement::new).collect();
            check(RescuePrime::hash_elements(&elements), Rp64_256::hash_elements(&backend));
            let even = integers.len() / 2 * 2;
            let pairs = QuadExtension::slice_from_base_elements(&elements[..even]);
            check(RescuePrime::hash_elements(pairs), Rp64_256::hash_elements(&backend[..even]));
        }
    }

    #[test]
    fn a_digest_that_is_not_canonical_is_rejected() {
        let mut bytes = [0; Digest::NUM_BYTES];
        bytes[8..16].copy_from_slice(&Felt::MODULUS.to_le_bytes());
        assert!(Digest::read_from_bytes(&bytes).is_err());
    }
}
