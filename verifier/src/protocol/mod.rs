//! The verification procedure, for any constraints. Book: design/verification.md

mod constraints;
mod deep;
mod fri;
mod rows;
mod transcript;

use alloc::vec::Vec;

use miden_air::{
    ParameterSet, Protocol,
    proof::{Coin, Messages, Openings, ProofShape, SeedHasher},
};
use miden_core::{Felt, Reader, field::FieldElement};
use winter_air::Air;
use winter_crypto::ElementHasher;

pub(crate) use transcript::Challenges;

use crate::VerifierError;

/// Verifies the part of a proof after its header, for these constraints and a shape that follows from them. `statement` is
/// the part of the seed that the shape does not fix.
pub(crate) fn verify_air<A>(
    air: &A,
    shape: &ProofShape,
    statement: &[Felt],
    set: ParameterSet,
    reader: Reader<'_>,
) -> Result<(), VerifierError>
where
    A: Air<BaseField = Felt>,
{
    set.run(Verification { air, shape, statement, reader })
}

struct Verification<'a, A> {
    air: &'a A,
    shape: &'a ProofShape,
    statement: &'a [Felt],
    reader: Reader<'a>,
}

impl<A, H, E> Protocol<H, E> for Verification<'_, A>
where
    A: Air<BaseField = Felt>,
    H: SeedHasher,
    E: FieldElement<BaseField = Felt>,
{
    type Output = Result<(), VerifierError>;

    fn run(self) -> Self::Output {
        let Self { air, shape, statement, reader } = self;
        let coin = Coin::<H>::from_seed(&seed(shape, statement));
        verify_messages::<A, H, E>(air, shape, coin, reader)
    }
}

/// The elements that start the transcript: the shape, followed by the statement.
pub(crate) fn seed(shape: &ProofShape, statement: &[Felt]) -> Vec<Felt> {
    let mut seed: Vec<Felt> = shape.seed();
    seed.extend(statement);
    seed
}

/// Verifies messages and openings with a coin at the start of the transcript.
fn verify_messages<A, H, E>(
    air: &A,
    shape: &ProofShape,
    coin: Coin<H>,
    mut reader: Reader<'_>,
) -> Result<(), VerifierError>
where
    A: Air<BaseField = Felt>,
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    // 3 ----- read the messages that the prover sends before it knows the queries
    let messages = Messages::<H, E>::read(&mut reader, shape)?;

    // 4 ----- replay the transcript: all challenges, the proof of work, the query positions
    let challenges = Challenges::replay(air, shape, coin, &messages)?;

    // 5 ----- read the openings of exactly these positions; nothing may follow
    let openings = Openings::<H, E>::read(&mut reader, shape, &challenges.positions)?;
    reader.finish()?;

    // 6 ----- the constraints hold at the out-of-domain point
    constraints::check(air, shape, &challenges, &messages)?;

    // 7 ----- the opened rows belong to the commitments
    let positions: Vec<usize> = challenges.positions.iter().copied().collect();
    rows::check(&messages, &openings, &positions)?;

    // 8 ----- the DEEP polynomial, whose values follow from the opened rows, has a low degree
    let values = deep::values(shape, &challenges, &messages, &openings);
    fri::check(shape, &challenges.folding, &messages, &openings, values, positions)
}
