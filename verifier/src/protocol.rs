//! The verification procedure, for any constraints.

use miden_air::{
    ParameterSet, ProtocolVisitor, SecurityLevel,
    proof::{Messages, Openings, ProofShape, backend_proof},
};
use miden_core::{Felt, Reader, field::FieldElement};
use winter_air::{Air, TraceInfo};
use winter_crypto::{DefaultRandomCoin, ElementHasher, MerkleTree, RandomCoin};
use winter_verifier::AcceptableOptions;

use crate::{Policy, VerifierError, checks::check_security, transcript::query_positions};

/// Verifies the part of a proof after its header, for a trace of this shape.
pub(crate) fn verify_air<A>(
    trace: TraceInfo,
    public_inputs: A::PublicInputs,
    set: ParameterSet,
    reader: Reader<'_>,
    policy: &Policy,
) -> Result<SecurityLevel, VerifierError>
where
    A: Air<BaseField = Felt, PublicInputs: Clone>,
{
    // 2 ----- derive the shape of the proof from the constraints, and its security from the shape
    let air = A::new(trace, public_inputs.clone(), set.proof_options());
    let shape = ProofShape::new(&air);
    let security = check_security(set, &shape, policy)?;
    set.visit(Verification::<A> { shape, public_inputs, reader })?;
    Ok(security)
}

struct Verification<'a, A: Air> {
    shape: ProofShape,
    public_inputs: A::PublicInputs,
    reader: Reader<'a>,
}

impl<A> ProtocolVisitor for Verification<'_, A>
where
    A: Air<BaseField = Felt, PublicInputs: Clone>,
{
    type Output = Result<(), VerifierError>;

    fn visit<H, E>(self) -> Self::Output
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        verify_messages::<A, H, E, DefaultRandomCoin<H>>(&self.shape, self.public_inputs, self.reader)
    }
}

pub(crate) fn verify_messages<A, H, E, R>(
    shape: &ProofShape,
    public_inputs: A::PublicInputs,
    mut reader: Reader<'_>,
) -> Result<(), VerifierError>
where
    A: Air<BaseField = Felt, PublicInputs: Clone>,
    H: ElementHasher<BaseField = Felt> + Send + Sync,
    E: FieldElement<BaseField = Felt>,
    R: RandomCoin<BaseField = Felt, Hasher = H>,
{
    // 3 ----- read the messages that the prover sends before it knows the queries
    let messages = Messages::<H, E>::read(&mut reader, shape)?;

    // 4 ----- replay the transcript: out-of-domain point, grinding, query positions
    let positions = query_positions::<H, E, R>(shape, &public_inputs, &messages)?;

    // 5 ----- read the openings of exactly these positions; nothing may follow
    let openings = Openings::<H, E>::read(&mut reader, shape, &positions)?;
    reader.finish()?;

    // 6 ----- check the constraints at the out-of-domain point, the openings, and the low degree
    let proof = backend_proof(shape, &messages, &openings)?;
    let options = AcceptableOptions::OptionSet([shape.options().clone()].into());
    Ok(winter_verifier::verify::<A, H, R, MerkleTree<H>>(proof, public_inputs, &options)?)
}
