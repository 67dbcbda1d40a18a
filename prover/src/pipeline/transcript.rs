//! The prover's side of the transcript. Book: design/transcript.md

use alloc::vec::Vec;
use core::marker::PhantomData;

use miden_air::{
    MidenAir,
    proof::{Coin, ProofShape},
};
use miden_core::{
    Felt,
    field::{FieldElement, ToElements},
};
use winter_air::{Air, AuxRandElements, ConstraintCompositionCoefficients};
use winter_crypto::{ElementHasher, RandomCoin};

/// A draw fails after 1,000 values that encode no element; of 2^32 values, about one does not.
const DRAWN: &str = "one of 1,000 values encodes an element";

/// The coin of the transcript.
pub(crate) struct Transcript<E, H: ElementHasher> {
    coin: Coin<H>,
    /// The seed of the coin, which does not show it.
    seed: H::Digest,
    extension: PhantomData<E>,
}

/// The coefficients of the openings of all columns.
pub(crate) struct Coefficients<E> {
    /// Columns of the trace, at `z` and at `z·g`.
    pub(crate) trace: [Vec<E>; 2],
    /// Chunks of the quotient, at `z` and, in the stock shape, at `z·g`.
    pub(crate) chunks: [Vec<E>; 2],
}

impl<E, H> Transcript<E, H>
where
    E: FieldElement<BaseField = Felt>,
    H: ElementHasher<BaseField = Felt>,
{
    /// Seeds the coin with the parameters and the statement.
    pub(crate) fn new(shape: &ProofShape, air: &MidenAir) -> Self {
        let mut seed = shape.seed();
        seed.extend(air.public_inputs().to_elements());
        Self { coin: Coin::new(&seed), seed: H::hash_elements(&seed), extension: PhantomData }
    }

    /// Absorbs the commitment to a segment of the trace, the quotient, a layer of the low-degree test or its remainder.
    pub(crate) fn commit(&mut self, root: H::Digest) {
        self.reseed(root);
    }

    fn reseed(&mut self, message: H::Digest) {
        self.coin.reseed(message);
        self.seed = H::merge(&[self.seed, message]);
    }

    /// The challenges of the bus.
    pub(crate) fn challenges(&mut self, air: &MidenAir) -> AuxRandElements<E> {
        air.get_aux_rand_elements(&mut self.coin).expect(DRAWN)
    }

    /// One coefficient per constraint and per assertion.
    pub(crate) fn constraint_coefficients(&mut self, air: &MidenAir) -> ConstraintCompositionCoefficients<E> {
        air.get_constraint_composition_coefficients(&mut self.coin).expect(DRAWN)
    }

    /// The out-of-domain point `z`, or the challenge of a layer of the low-degree test.
    pub(crate) fn point(&mut self) -> E {
        self.coin.draw().expect(DRAWN)
    }

    /// Absorbs all evaluations out of the domain.
    pub(crate) fn absorb(&mut self, evaluations: &[E]) {
        self.reseed(H::hash_elements(evaluations));
    }

    /// One coefficient per opening; in the stock shape, one per column.
    pub(crate) fn coefficients(&mut self, shape: &ProofShape) -> Coefficients<E> {
        let mut draw = |count| (0..count).map(|_| self.point()).collect::<Vec<E>>();
        let (width, num_chunks) = (shape.trace().width(), shape.num_chunks());
        let trace = draw(width);
        let next_trace = if shape.shares_coefficients() { trace.clone() } else { draw(width) };
        let chunks = draw(num_chunks);
        let next_chunks = chunks.iter().copied().take(shape.num_next_chunks()).collect();
        Coefficients { trace: [trace, next_trace], chunks: [chunks, next_chunks] }
    }

    /// The seed that a nonce is merged with.
    pub(crate) const fn seed(&self) -> H::Digest {
        self.seed
    }

    /// The query positions, ascending, each once.
    pub(crate) fn positions(&mut self, queries: usize, domain_size: usize, nonce: u64) -> Vec<usize> {
        let drawn = self.coin.draw_integers(queries, domain_size, nonce);
        let mut positions = drawn.expect("every value encodes a position, and there are fewer than 1,000");
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}
