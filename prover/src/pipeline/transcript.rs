//! The prover's side of the transcript, and the messages it has sent. Book: design/transcript.md

use alloc::vec::Vec;
use core::marker::PhantomData;

use miden_air::MidenAir;
use miden_core::{
    Felt,
    field::{FieldElement, ToElements},
};
use winter_air::{
    Air, AuxRandElements, ConstraintCompositionCoefficients, DeepCompositionCoefficients,
    proof::{Commitments, Context, OodFrame, QuotientOodFrame, TraceOodFrame, merge_ood_evaluations},
};
use winter_crypto::{DefaultRandomCoin, ElementHasher, RandomCoin};

/// A draw fails after 1,000 values that encode no element; of 2^32 values, about one does not.
const DRAWN: &str = "one of 1,000 values encodes an element";

/// The coin of the transcript, and the messages sent so far.
pub(crate) struct Transcript<E, H: ElementHasher> {
    coin: DefaultRandomCoin<H>,
    /// The seed of the coin, which does not show it.
    seed: H::Digest,
    commitments: Commitments,
    frame: OodFrame,
    extension: PhantomData<E>,
}

impl<E, H> Transcript<E, H>
where
    E: FieldElement<BaseField = Felt>,
    H: ElementHasher<BaseField = Felt>,
{
    /// Seeds the coin with the parameters and the statement.
    pub(crate) fn new(context: &Context, air: &MidenAir) -> Self {
        let mut seed = context.to_elements();
        seed.extend(air.public_inputs().to_elements());
        Self {
            coin: DefaultRandomCoin::new(&seed),
            seed: H::hash_elements(&seed),
            commitments: Commitments::default(),
            frame: OodFrame::default(),
            extension: PhantomData,
        }
    }

    /// Sends the commitment to a segment of the trace, the quotient, a layer of the low-degree test or its remainder.
    pub(crate) fn commit(&mut self, root: H::Digest) {
        self.commitments.add::<H>(&root);
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

    /// Sends the values of all columns at `z` and at `z·g`.
    pub(crate) fn send_frames(&mut self, trace: &TraceOodFrame<E>, quotient: &QuotientOodFrame<E>) {
        self.frame.set_trace_states(trace);
        self.frame.set_quotient_states(quotient);
        self.reseed(H::hash_elements(&merge_ood_evaluations(trace, quotient)));
    }

    /// One coefficient per column of the trace and of the quotient.
    pub(crate) fn deep_coefficients(&mut self, air: &MidenAir) -> DeepCompositionCoefficients<E> {
        air.get_deep_composition_coefficients(&mut self.coin).expect(DRAWN)
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

    /// The messages in the form of the backend.
    pub(crate) fn into_messages(self) -> (Commitments, OodFrame) {
        (self.commitments, self.frame)
    }
}
