//! Damaged proofs.

use alloc::vec::Vec;

use miden_air::{
    CommitmentHash, ParameterSet, ProtocolVisitor,
    proof::{Coin, ProofError, ProofHeader, ProofShape},
};
use miden_core::{
    DecodeError, Felt, Writer,
    field::{FieldElement, StarkField},
};
use proptest::{prelude::*, sample::select};
use winter_crypto::ElementHasher;

use super::{cheating::honest_bytes, stand_in::*};
use crate::VerifierError;

pub(super) struct Prove(pub(super) Inputs);

impl ProtocolVisitor for Prove {
    type Output = Vec<u8>;

    fn visit<H, E>(self) -> Vec<u8>
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        encode::<H>(self.0.set, &prove::<H, Coin<H>>(self.0))
    }
}

/// A proof of the backend's prover, or of the one of the [cheating](super::cheating) tests.
fn honest(form: Form, set: ParameterSet) -> (Felt, Vec<u8>) {
    let inputs = Inputs::in_form(set, form);
    match form {
        Form::Stock => (inputs.result, set.visit(Prove(inputs))),
        Form::Plain | Form::Hiding => (inputs.result, honest_bytes(form, set)),
    }
}

/// All forms with all sets.
fn all() -> impl Iterator<Item = (Form, ParameterSet)> {
    Form::ALL.into_iter().flat_map(|form| ParameterSet::ALL.map(|set| (form, set)))
}

#[test]
fn honest_proofs_are_accepted_with_every_parameter_set() {
    for (form, set) in all() {
        let (result, proof) = honest(form, set);
        assert_eq!(verify_in(form, result, &proof), Ok(()), "{form:?}, {set}");
    }
}

#[test]
fn another_statement_is_rejected_with_every_parameter_set() {
    for (form, set) in all() {
        let (result, proof) = honest(form, set);
        assert!(verify_in(form, result + Felt::ONE, &proof).is_err(), "{form:?}, {set}");
    }
}

#[test]
fn every_truncation_is_rejected() {
    let (result, proof) = honest(Form::Hiding, ParameterSet::Fast96);
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
    for form in Form::ALL {
        let (result, mut proof) = honest(form, ParameterSet::Fast96);
        proof.push(0);
        let error = verify_in(form, result, &proof).unwrap_err();
        assert!(
            matches!(
                error,
                VerifierError::Proof(ProofError::Decode(DecodeError::TrailingBytes { extra: 1, .. }))
            ),
            "{form:?}: {error}"
        );
    }
}

#[test]
fn every_flipped_byte_is_rejected() {
    for form in Form::ALL {
        let (result, proof) = honest(form, ParameterSet::Small96);
        // The header, a third of the bytes before the openings, and a sample of the openings.
        for i in (0..9).chain((9..4000).step_by(3)).chain((4000..proof.len()).step_by(31)) {
            for mask in [0x01, 0x80] {
                let mut altered = proof.clone();
                altered[i] ^= mask;
                assert!(verify_in(form, result, &altered).is_err(), "{form:?}, byte {i} ^ {mask:#x}");
            }
        }
    }
}

#[test]
fn another_parameter_set_or_trace_length_is_rejected() {
    for (form, set) in all() {
        let (result, proof) = honest(form, set);
        for other in ParameterSet::ALL.into_iter().filter(|&other| other != set) {
            let mut altered = proof.clone();
            altered[6] = other.id();
            assert!(verify_in(form, result, &altered).is_err(), "{form:?}, {set} as {other}");
        }
        for log2 in (0..=u8::MAX).filter(|&log2| log2 != LOG2) {
            let mut altered = proof.clone();
            altered[7] = log2;
            assert!(verify_in(form, result, &altered).is_err(), "{form:?}, {set} with 2^{log2} rows");
        }
    }
}

/// A proof that hides is none that does not, nor the reverse, and a proof of our form none of the backend's.
#[test]
fn another_form_is_rejected() {
    for (form, set) in all() {
        let (result, proof) = honest(form, set);
        for other in Form::ALL.into_iter().filter(|&other| other != form) {
            let mut altered = proof.clone();
            altered[8] = other.hides().into();
            assert!(verify_in(other, result, &altered).is_err(), "{set}, {form:?} as {other:?}");
        }
        for options in 2..=u8::MAX {
            let mut altered = proof.clone();
            altered[8] = options;
            let expected = Err(VerifierError::Proof(ProofError::UnknownOptions { options }));
            assert_eq!(verify_in(form, result, &altered), expected);
        }
    }
}

#[test]
fn numbers_that_are_not_field_elements_are_rejected() {
    for form in Form::ALL {
        let (result, proof) = honest(form, ParameterSet::Fast96);
        let shape = shape(&Inputs::in_form(ParameterSet::Fast96, form));
        let (digest, element) = (24, 16);
        let frame = 9 + 3 * digest;
        let layers = frame + num_evaluations(&shape) * element;
        let remainder = layers + shape.layer_sizes().len() * digest;
        let openings = remainder + shape.remainder_len() * element + 8;
        for at in [frame, remainder, openings] {
            let mut altered = proof.clone();
            altered[at..at + 8].copy_from_slice(&[0xff; 8]);
            let error = verify_in(form, result, &altered).unwrap_err();
            let VerifierError::Proof(ProofError::Decode(DecodeError::Invalid { offset, .. })) = error else {
                panic!("{form:?}, byte {at}: {error}");
            };
            assert_eq!(offset, at);
        }
    }
}

/// Number of evaluations out of the domain.
fn num_evaluations(shape: &ProofShape) -> usize {
    2 * shape.trace().width() + shape.num_chunks() + shape.num_next_chunks()
}

/// A header of this version, for any parameter set and any length that the set accepts.
fn headers() -> impl Strategy<Value = (ParameterSet, u32, Form)> {
    select(&ParameterSet::ALL[..]).prop_flat_map(|set| {
        let (min, max) = set.trace_log2_range();
        (Just(set), min..=max, select(&Form::ALL[..]))
    })
}

/// Bytes of all messages, nonce included, of the stand-in with 2^`log2` rows.
fn messages_len(set: ParameterSet, log2: u32, form: Form) -> usize {
    let digest = match set.hash() {
        CommitmentHash::Blake3_192 => 24,
        _ => 32,
    };
    let element = 8 * set.extension().degree() as usize;
    let shape = shape_of(1 << log2, &Inputs::in_form(set, form));
    let elements = num_evaluations(&shape) + shape.remainder_len();
    (3 + shape.layer_sizes().len()) * digest + elements * element + 8
}

proptest! {
    #[test]
    fn random_bytes_are_rejected(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(verify(Felt::ONE, &bytes).is_err());
    }

    /// Random messages have no proof of work, whatever set and length their header names; too few are noticed before.
    #[test]
    fn random_bytes_after_a_valid_header_are_rejected_for_their_work(
        (set, log2, form) in headers(),
        words in prop::collection::vec(0..Felt::MODULUS, 0..1300),
    ) {
        let mut writer = Writer::new();
        ProofHeader::new(set, log2 as u8).unwrap().with_hiding(form.hides()).write(&mut writer);
        words.iter().for_each(|&word| writer.u64(word));
        let bytes = writer.finish();
        let error = verify_in(form, Felt::ONE, &bytes).unwrap_err();
        let is_complete = bytes.len() >= 9 + messages_len(set, log2, form);
        let is_expected = match error {
            VerifierError::ProofOfWork { .. } => is_complete,
            VerifierError::Proof(ProofError::Decode(DecodeError::Truncated { .. })) => !is_complete,
            _ => false,
        };
        prop_assert!(is_expected, "{} with 2^{} rows, {:?}, {} bytes: {}", set, log2, form, bytes.len(), error);
    }
}
