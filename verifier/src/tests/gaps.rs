//! Gaps of the backend: proofs that it accepts or panics on, and that this verifier rejects.

use alloc::{vec, vec::Vec};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
};

use miden_air::{ParameterSet, proof::Coin};
use miden_core::{Felt, field::FieldElement};
use winter_air::{
    BatchingMethod, FieldExtension, ProofOptions, TraceInfo,
    proof::{Commitments, Context, Proof, Queries},
};
use winter_crypto::{
    BatchMerkleProof, ElementHasher, Hasher, MerkleTree,
    hashers::{Blake3_192, Blake3_256},
};
use winter_utils::{Deserializable, Serializable};
use winter_verifier::AcceptableOptions;

use super::{reference, stand_in::*};
use crate::VerifierError;

type Hash = Blake3_192<Felt>;

const SET: ParameterSet = ParameterSet::Fast96;

fn inputs() -> Inputs {
    Inputs::new(SET)
}

/// The threads of the backend do not settle on the smallest nonce, so two proofs need not be equal.
static HONEST: LazyLock<Proof> = LazyLock::new(|| prove::<Hash, Coin<Hash>>(inputs()));

fn honest() -> Proof {
    HONEST.clone()
}

/// The verdict of the backend alone.
fn backend(proof: &Proof, options: &AcceptableOptions) -> Result<(), winter_verifier::VerifierError> {
    winter_verifier::verify::<Fibonacci, Hash, Coin<Hash>, MerkleTree<Hash>>(proof.clone(), inputs(), options)
}

fn same_options() -> AcceptableOptions {
    AcceptableOptions::OptionSet(vec![SET.proof_options()])
}

fn backend_panics(proof: &Proof, options: &AcceptableOptions) -> bool {
    catch_unwind(AssertUnwindSafe(|| backend(proof, options).is_ok())).is_err()
}

fn ours(proof: &Proof) -> Result<(), VerifierError> {
    verify(inputs().result, &encode::<Hash>(SET, proof))
}

/// The proof after an edit of its encoding by the backend.
fn edited(
    proof: &Proof,
    edit: impl FnOnce(&mut Vec<u8>),
) -> Result<Proof, winter_utils::DeserializationError> {
    let mut bytes = proof.to_bytes();
    edit(&mut bytes);
    Proof::from_bytes(&bytes)
}

/// The remainder of the stand-in: 128 coefficients of two base field elements.
const REMAINDER_FELTS: usize = 2 * 128;

/// BLAKE3, except that all inputs of the remainder's length have the same hash: a prover that uses it commits to no
/// remainder.
struct NoRemainder;

impl Hasher for NoRemainder {
    type Digest = <Hash as Hasher>::Digest;

    const COLLISION_RESISTANCE: u32 = Hash::COLLISION_RESISTANCE;

    fn hash(bytes: &[u8]) -> Self::Digest {
        Hash::hash(bytes)
    }

    fn merge(values: &[Self::Digest; 2]) -> Self::Digest {
        Hash::merge(values)
    }

    fn merge_many(values: &[Self::Digest]) -> Self::Digest {
        Hash::merge_many(values)
    }

    fn merge_with_int(seed: Self::Digest, value: u64) -> Self::Digest {
        Hash::merge_with_int(seed, value)
    }
}

impl ElementHasher for NoRemainder {
    type BaseField = Felt;

    fn hash_elements<E: FieldElement<BaseField = Felt>>(elements: &[E]) -> Self::Digest {
        match elements.len() * E::EXTENSION_DEGREE {
            REMAINDER_FELTS => Self::Digest::default(),
            _ => Hash::hash_elements(elements),
        }
    }
}

#[test]
fn a_remainder_without_commitment_is_rejected() {
    assert_eq!(shape(&inputs()).remainder_len() * 2, REMAINDER_FELTS);
    let forged = prove::<NoRemainder, Coin<NoRemainder>>(inputs());
    assert_eq!(backend(&forged, &same_options()), Ok(()), "the backend does not compare");
    assert!(matches!(ours(&forged), Err(VerifierError::ProofOfWork { .. })));
    assert_eq!(ours(&honest()), Ok(()));
}

#[test]
fn options_are_not_taken_from_the_proof() {
    // Batching methods and partitions are not part of the transcript, so these options do not change it.
    let mut proof = honest();
    let set = SET.proof_options();
    let options = ProofOptions::new(
        set.num_queries(),
        set.blowup_factor(),
        set.grinding_factor(),
        FieldExtension::Quadratic,
        8,
        255,
        BatchingMethod::Algebraic,
        BatchingMethod::Horner,
    );
    proof.context = Context::new::<Felt>(trace_info(ROWS), options.with_partitions(4, 8), 7);
    assert_eq!(encode::<Hash>(SET, &proof), encode::<Hash>(SET, &honest()));
    assert_eq!(ours(&proof), Ok(()), "the options of the parameter set are used");
}

#[test]
fn the_number_of_constraints_is_not_taken_from_the_proof() {
    // With algebraic batching the level depends on the number of constraints, which a proof may understate.
    let options = ProofOptions::new(
        120,
        4,
        20,
        FieldExtension::Quadratic,
        8,
        255,
        BatchingMethod::Algebraic,
        BatchingMethod::Linear,
    );
    let context = |options: &ProofOptions, n| Context::new::<Felt>(trace_info(ROWS), options.clone(), n);
    let level = |n| {
        let proof = Proof { context: context(&options, n), ..Proof::new_dummy() };
        proof.proven_security::<Blake3_256<Felt>>().udr_bits()
    };
    let (understated, stated) = (level(2), level(u32::MAX as usize));
    assert!(understated > stated, "{understated} and {stated}: the backend trusts the number in the proof");

    let inputs = inputs();
    let shape = shape(&inputs);
    assert_eq!(shape.num_constraints(), 7, "three transition constraints and four assertions");
    let mut proof = honest();
    let bytes = encode::<Hash>(SET, &proof);
    proof.context = context(&SET.proof_options(), 1);
    assert_eq!(encode::<Hash>(SET, &proof), bytes, "our format does not contain the number");
}

#[test]
fn fri_partitions_are_not_encoded() {
    // The backend stores the binary logarithm of the number of partitions before the nonce.
    let altered = |exponent: u8| {
        edited(&honest(), |bytes| {
            let at = bytes.len() - 9;
            bytes[at] = exponent;
        })
        .unwrap()
    };
    assert!(backend_panics(&altered(255), &same_options()));
    for exponent in [1, 40, 255] {
        assert_eq!(encode::<Hash>(SET, &altered(exponent)), encode::<Hash>(SET, &honest()));
    }
}

#[test]
fn missing_queries_are_rejected() {
    let proof = Proof { num_unique_queries: 0, ..honest() };
    assert!(backend_panics(&proof, &same_options()), "the backend asserts that there are queries");
    assert_eq!(encode::<Hash>(SET, &proof), encode::<Hash>(SET, &honest()), "the number is derived");

    let (values, nodes) = split(&honest().constraint_queries);
    let one_less = values[..values.len() - 16].to_vec();
    assert!(ours(&Proof { constraint_queries: join(&one_less, &nodes), ..honest() }).is_err());
    assert!(ours(&Proof { constraint_queries: join(&Vec::new(), &nodes), ..honest() }).is_err());
}

#[test]
fn too_few_and_too_many_fri_layers_are_rejected() {
    let fri = honest().fri_proof.to_bytes();
    let layer_len = 8 + u32::from_le_bytes(fri[1..5].try_into().unwrap()) as usize + {
        let values = u32::from_le_bytes(fri[1..5].try_into().unwrap()) as usize;
        u32::from_le_bytes(fri[5 + values..9 + values].try_into().unwrap()) as usize
    };
    let (layer, rest) = fri[1..].split_at(layer_len);
    assert_eq!(fri[0], 1, "the stand-in has one layer");
    let with_layers = |n: usize| {
        let bytes = [&[n as u8][..], &layer.repeat(n), rest].concat();
        Proof { fri_proof: Deserializable::read_from_bytes(&bytes).unwrap(), ..honest() }
    };
    assert!(backend_panics(&with_layers(0), &same_options()), "the backend takes a layer from an empty list");
    assert!(ours(&with_layers(0)).is_err());
    assert!(ours(&with_layers(2)).is_err());
    assert_eq!(ours(&with_layers(1)), Ok(()));
}

#[test]
fn missing_and_surplus_commitments_are_rejected() {
    let commitments = honest().commitments;
    let (trace, quotient, fri) = commitments.parse::<Hash>(2, 1).unwrap();
    let with = |trace: Vec<_>, fri: Vec<_>| Proof {
        commitments: Commitments::new::<Hash>(trace, quotient, fri),
        ..honest()
    };
    assert_eq!(ours(&with(trace.clone(), fri.clone())), Ok(()));
    assert!(ours(&with(trace.clone(), fri[..1].to_vec())).is_err());
    assert!(ours(&with(trace.clone(), [&fri[..], &fri[..1]].concat())).is_err());
    assert!(ours(&with([&trace[..], &trace[..1]].concat(), fri.clone())).is_err());
    assert!(ours(&with(trace[..1].to_vec(), fri)).is_err());
}

#[test]
fn surplus_merkle_nodes_are_rejected() {
    let proof = honest();
    let (values, nodes) = split(&proof.constraint_queries);
    let mut nodes = BatchMerkleProof::<Hash>::read_from_bytes(&nodes).unwrap();
    nodes.nodes.last_mut().unwrap().push(<Hash as Hasher>::Digest::default());
    let proof = Proof { constraint_queries: join(&values, &nodes.to_bytes()), ..proof };
    assert_eq!(backend(&proof, &same_options()), Ok(()), "the backend does not read it");
    assert!(ours(&proof).is_err());
}

#[test]
fn lengths_are_not_encoded() {
    // A number of lists that would take all memory.
    let (values, _) = split(&honest().constraint_queries);
    let lying = |nodes: &[u8]| Proof { constraint_queries: join(&values, nodes), ..honest() };
    assert!(backend_panics(&lying(&[&[12, 0][..], &[0xff; 8]].concat()), &same_options()));
    // No byte of our format is a length: there, the same bytes are wrong nodes.
    let bytes = encode::<Hash>(SET, &honest());
    for start in (9..bytes.len() - 9).step_by(97) {
        let mut altered = bytes.clone();
        altered[start..start + 9].copy_from_slice(&[0xff; 9]);
        assert!(verify(inputs().result, &altered).is_err());
    }
}

#[test]
fn trailing_bytes_of_the_backend_are_not_encoded() {
    let proof = honest();
    let longer = edited(&proof, |bytes| bytes.extend([1, 2, 3])).unwrap();
    assert_eq!(backend(&longer, &same_options()), Ok(()), "the backend ignores bytes after the proof");
    assert_eq!(encode::<Hash>(SET, &longer), encode::<Hash>(SET, &proof));
}

#[test]
fn bad_options_and_lengths_make_the_backend_panic_and_are_not_encoded() {
    let parse = |i: usize, value: u8| {
        let mut bytes = honest().to_bytes();
        bytes[i] = value;
        catch_unwind(|| Proof::from_bytes(&bytes).is_ok())
    };
    // Widths, challenges, exponent of the length, metadata and modulus come before the options.
    let options = 4 + 2 + 9;
    assert!(parse(options, 0).is_err(), "no queries");
    assert!(parse(options + 1, 3).is_err(), "a blow-up that is not a power of two");
    assert_eq!(honest().to_bytes()[3], LOG2);
    assert_ne!(parse(3, 255).ok(), Some(true), "2^255 rows");
}

#[test]
fn a_narrower_trace_never_reaches_the_constraints() {
    // The backend builds the constraints for any widths that a proof declares.
    let mut proof = honest();
    let narrow = TraceInfo::new(1, ROWS);
    proof.context = Context::new::<Felt>(narrow, SET.proof_options(), 7);
    assert!(backend_panics(&proof, &same_options()));
    assert_eq!(encode::<Hash>(SET, &proof), encode::<Hash>(SET, &honest()), "widths are not encoded");
}

#[test]
fn more_queries_than_points_are_rejected() {
    // Eight rows at blow-up 4 have 32 points, fewer than there are queries: the backend would panic when it draws.
    let mut bytes = encode::<Hash>(SET, &honest());
    bytes[7] = 3;
    assert!(matches!(
        verify(inputs().result, &bytes),
        Err(VerifierError::Proof(miden_air::proof::ProofError::TraceLength { log2: 3, .. }))
    ));
}

#[test]
fn a_proof_without_proof_of_work_is_rejected() {
    let honest = honest();
    let nonce = (0..).find(|nonce| *nonce != honest.pow_nonce).unwrap();
    assert!(matches!(ours(&Proof { pow_nonce: nonce, ..honest }), Err(VerifierError::ProofOfWork { .. })));
}

#[test]
fn proofs_survive_encoding_and_decoding() {
    use miden_air::proof::ProofHeader;
    use miden_core::Reader;
    use winter_math::fields::QuadExtension;

    let proof = honest();
    let bytes = encode::<Hash>(SET, &proof);
    let mut reader = Reader::new(&bytes);
    ProofHeader::read(&mut reader).unwrap();
    let read = reference::read::<Hash, QuadExtension<Felt>>(ROWS, &inputs(), &mut reader).unwrap();
    assert_eq!(reader.finish(), Ok(()));
    assert_eq!(read, proof);
    assert_eq!(encode::<Hash>(SET, &read), bytes);
}

fn split(queries: &Queries) -> (Vec<u8>, Vec<u8>) {
    let bytes = queries.to_bytes();
    let mut reader = winter_utils::SliceReader::new(&bytes);
    (Vec::read_from(&mut reader).unwrap(), Vec::read_from(&mut reader).unwrap())
}

fn join(values: &Vec<u8>, nodes: &[u8]) -> Queries {
    let mut bytes = values.to_bytes();
    nodes.to_vec().write_into(&mut bytes);
    Queries::read_from_bytes(&bytes).unwrap()
}
