//! Damaged proofs.

use alloc::vec::Vec;

use miden_air::{
    CommitmentHash, ParameterSet, ProtocolVisitor,
    proof::{ProofError, ProofHeader},
};
use miden_core::{
    DecodeError, Felt, Writer,
    field::{FieldElement, StarkField},
};
use proptest::{prelude::*, sample::select};
use winter_crypto::{DefaultRandomCoin, ElementHasher};

use super::stand_in::*;
use crate::VerifierError;

pub(super) struct Prove(pub(super) Inputs);

impl ProtocolVisitor for Prove {
    type Output = Vec<u8>;

    fn visit<H, E>(self) -> Vec<u8>
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        encode::<H>(self.0.set, &prove::<H, DefaultRandomCoin<H>>(self.0))
    }
}

fn honest(set: ParameterSet) -> (Felt, Vec<u8>) {
    let inputs = Inputs::new(set);
    (inputs.result, set.visit(Prove(inputs)))
}

#[test]
fn honest_proofs_are_accepted_with_every_parameter_set() {
    for set in ParameterSet::ALL {
        let (result, proof) = honest(set);
        assert_eq!(verify(result, &proof), Ok(()), "{set}");
    }
}

#[test]
fn another_statement_is_rejected_with_every_parameter_set() {
    for set in ParameterSet::ALL {
        let (result, proof) = honest(set);
        assert!(verify(result + Felt::ONE, &proof).is_err(), "{set}");
    }
}

#[test]
fn every_truncation_is_rejected() {
    let (result, proof) = honest(ParameterSet::Fast96);
    for len in 0..proof.len() {
        let error = verify(result, &proof[..len]).unwrap_err();
        assert!(
            matches!(
                error,
                VerifierError::Proof(ProofError::Decode(
                    DecodeError::Truncated { .. } | DecodeError::WrongMagic { .. }
                ))
            ),
            "{len} bytes: {error}"
        );
    }
}

#[test]
fn a_byte_after_the_end_is_rejected() {
    let (result, mut proof) = honest(ParameterSet::Fast96);
    proof.push(0);
    let error = verify(result, &proof).unwrap_err();
    assert!(
        matches!(
            error,
            VerifierError::Proof(ProofError::Decode(DecodeError::TrailingBytes { extra: 1, .. }))
        ),
        "{error}"
    );
}

#[test]
fn every_flipped_byte_is_rejected() {
    let (result, proof) = honest(ParameterSet::Small96);
    // A third of the bytes before the openings, and a sample of the openings.
    for i in (0..4000).step_by(3).chain((4000..proof.len()).step_by(31)) {
        for mask in [0x01, 0x80] {
            let mut altered = proof.clone();
            altered[i] ^= mask;
            assert!(verify(result, &altered).is_err(), "byte {i} ^ {mask:#x}");
        }
    }
}

#[test]
fn another_parameter_set_or_trace_length_is_rejected() {
    for set in ParameterSet::ALL {
        let (result, proof) = honest(set);
        for other in ParameterSet::ALL.into_iter().filter(|&other| other != set) {
            let mut altered = proof.clone();
            altered[6] = other.id();
            assert!(verify(result, &altered).is_err(), "{set} as {other}");
        }
        for log2 in (0..=u8::MAX).filter(|&log2| log2 != LOG2) {
            let mut altered = proof.clone();
            altered[7] = log2;
            assert!(verify(result, &altered).is_err(), "{set} with 2^{log2} rows");
        }
    }
}

#[test]
fn numbers_that_are_not_field_elements_are_rejected() {
    let (result, proof) = honest(ParameterSet::Fast96);
    let shape = shape(&Inputs::new(ParameterSet::Fast96));
    let (digest, element) = (24, 16);
    let frame = 8 + 3 * digest;
    let layers = frame + 2 * (shape.trace().width() + shape.num_quotients()) * element;
    let remainder = layers + shape.layer_sizes().len() * digest;
    let openings = remainder + shape.remainder_len() * element + 8;
    for at in [frame, remainder, openings] {
        let mut altered = proof.clone();
        altered[at..at + 8].copy_from_slice(&[0xff; 8]);
        let error = verify(result, &altered).unwrap_err();
        let VerifierError::Proof(ProofError::Decode(DecodeError::Invalid { offset, .. })) = error else {
            panic!("byte {at}: {error}");
        };
        assert_eq!(offset, at);
    }
}

/// A header of this version, for any parameter set and any length that the set accepts.
fn headers() -> impl Strategy<Value = (ParameterSet, u32)> {
    select(&ParameterSet::ALL[..]).prop_flat_map(|set| {
        let (min, max) = set.trace_log2_range();
        (Just(set), min..=max)
    })
}

/// Bytes of all messages, nonce included, of the stand-in with 2^`log2` rows.
fn messages_len(set: ParameterSet, log2: u32) -> usize {
    let digest = match set.hash() {
        CommitmentHash::Blake3_192 => 24,
        _ => 32,
    };
    let element = 8 * set.extension().degree() as usize;
    let shape = shape_of(1 << log2, &Inputs::new(set));
    let evaluations = 2 * (shape.trace().width() + shape.num_quotients());
    (3 + shape.layer_sizes().len()) * digest + (evaluations + shape.remainder_len()) * element + 8
}

proptest! {
    #[test]
    fn random_bytes_are_rejected(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(verify(Felt::ONE, &bytes).is_err());
    }

    /// Random messages have no proof of work, whatever set and length their header names; too few are noticed before.
    #[test]
    fn random_bytes_after_a_valid_header_are_rejected_for_their_work(
        (set, log2) in headers(),
        words in prop::collection::vec(0..Felt::MODULUS, 0..1300),
    ) {
        let mut writer = Writer::new();
        ProofHeader::new(set, log2 as u8).unwrap().write(&mut writer);
        words.iter().for_each(|&word| writer.u64(word));
        let bytes = writer.finish();
        let error = verify(Felt::ONE, &bytes).unwrap_err();
        let is_complete = bytes.len() >= 8 + messages_len(set, log2);
        let is_expected = match error {
            VerifierError::ProofOfWork { .. } => is_complete,
            VerifierError::Proof(ProofError::Decode(DecodeError::Truncated { .. })) => !is_complete,
            _ => false,
        };
        prop_assert!(is_expected, "{} with 2^{} rows, {} bytes: {}", set, log2, bytes.len(), error);
    }
}
