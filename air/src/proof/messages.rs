use alloc::vec::Vec;

use miden_core::{DecodeError, Felt, Reader, field::FieldElement};
use winter_air::proof::{QuotientOodFrame, TraceOodFrame};
use winter_crypto::Hasher;

use super::{
    ProofShape,
    wire::{read_digest, read_digests, read_elements},
};

/// The messages of the prover before the queries, in the order of the transcript.
pub struct Messages<H: Hasher, E: FieldElement> {
    /// Commitment to the main segment.
    pub main_commitment: H::Digest,
    /// Commitment to the auxiliary segment, if there is one.
    pub aux_commitment: Option<H::Digest>,
    /// Commitment to the columns of the quotient.
    pub quotient_commitment: H::Digest,
    /// Trace polynomials at the out-of-domain point `z` and at the next row's `z·g`.
    pub trace_frame: TraceOodFrame<E>,
    /// Quotient columns at the same points.
    pub quotient_frame: QuotientOodFrame<E>,
    /// Commitments to the FRI layers; the commitment to the remainder is its hash.
    pub layer_commitments: Vec<H::Digest>,
    /// Coefficients of the FRI remainder, highest first.
    pub remainder: Vec<E>,
    /// Nonce of the grinding.
    pub nonce: u64,
}

impl<H: Hasher, E: FieldElement<BaseField = Felt>> Messages<H, E> {
    /// Commitments to the segments of the trace.
    pub fn trace_commitments(&self) -> impl Iterator<Item = H::Digest> {
        [self.main_commitment].into_iter().chain(self.aux_commitment)
    }

    /// Reads the messages of a proof of this shape.
    ///
    /// # Errors
    /// If the bytes end early, or an element or digest is not in its canonical encoding.
    pub fn read(reader: &mut Reader<'_>, shape: &ProofShape) -> Result<Self, DecodeError> {
        let trace = shape.trace();
        let main_commitment = read_digest::<H>(reader, "commitment to the main segment")?;
        let has_aux = trace.is_multi_segment();
        let read_aux = |reader| read_digest::<H>(reader, "commitment to the auxiliary segment");
        let aux_commitment = has_aux.then(|| read_aux(&mut *reader)).transpose()?;
        let quotient_commitment = read_digest::<H>(reader, "quotient commitment")?;
        let mut row = |width, what| read_elements::<E>(reader, width, what);
        let trace_frame = TraceOodFrame::new(
            row(trace.width(), "trace at the out-of-domain point")?,
            row(trace.width(), "trace after the out-of-domain point")?,
            trace.main_trace_width(),
        );
        let quotient_frame = QuotientOodFrame::new(
            row(shape.num_quotients(), "quotients at the out-of-domain point")?,
            row(shape.num_quotients(), "quotients after the out-of-domain point")?,
        );
        Ok(Self {
            main_commitment,
            aux_commitment,
            quotient_commitment,
            trace_frame,
            quotient_frame,
            layer_commitments: read_digests::<H>(reader, shape.layer_sizes().len(), "FRI commitments")?,
            remainder: read_elements(reader, shape.remainder_len(), "FRI remainder")?,
            nonce: reader.u64("proof-of-work nonce")?,
        })
    }
}
