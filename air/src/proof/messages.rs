use alloc::vec::Vec;

use miden_core::{DecodeError, Felt, Reader, Writer, field::FieldElement};
use winter_air::proof::TraceOodFrame;
use winter_crypto::Hasher;
use winter_utils::Serializable;

use super::{
    ProofShape,
    wire::{read_digest, read_digests, read_elements, write_elements},
};

/// The messages of the prover before the queries, in the order of the transcript.
pub struct Messages<H: Hasher, E: FieldElement> {
    /// Commitment to the main segment.
    pub main_commitment: H::Digest,
    /// Commitment to the auxiliary segment, if there is one.
    pub aux_commitment: Option<H::Digest>,
    /// Commitment to the chunks of the quotient, and the mask of the DEEP polynomial.
    pub quotient_commitment: H::Digest,
    /// Trace polynomials at the out-of-domain point `z` and at the next row's `z·g`.
    pub trace_frame: TraceOodFrame<E>,
    /// Chunks of the quotient at `z`.
    pub chunks: Vec<E>,
    /// Those of the stock shape at `z·g`; otherwise none.
    pub next_chunks: Vec<E>,
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
        Ok(Self {
            main_commitment,
            aux_commitment,
            quotient_commitment,
            trace_frame,
            chunks: row(shape.num_chunks(), "quotient at the out-of-domain point")?,
            next_chunks: row(shape.num_next_chunks(), "quotient after the out-of-domain point")?,
            layer_commitments: read_digests::<H>(reader, shape.layer_sizes().len(), "FRI commitments")?,
            remainder: read_elements(reader, shape.remainder_len(), "FRI remainder")?,
            nonce: reader.u64("proof-of-work nonce")?,
        })
    }

    /// Writes the messages.
    pub fn write(&self, writer: &mut Writer) {
        for commitment in self.trace_commitments().chain([self.quotient_commitment]) {
            writer.bytes(&commitment.to_bytes());
        }
        let (current, next) = (self.trace_frame.current_row(), self.trace_frame.next_row());
        for row in [current, next, &self.chunks, &self.next_chunks] {
            write_elements(writer, row);
        }
        for commitment in &self.layer_commitments {
            writer.bytes(&commitment.to_bytes());
        }
        write_elements(writer, &self.remainder);
        writer.u64(self.nonce);
    }
}

/// All evaluations out of the domain in the order in which the transcript absorbs them: those at `z`, then those at `z·g`,
/// each of the trace and then of the quotient.
pub fn merge_evaluations<E: FieldElement>(
    trace: &TraceOodFrame<E>,
    chunks: &[E],
    next_chunks: &[E],
) -> Vec<E> {
    [trace.current_row(), chunks, trace.next_row(), next_chunks].concat()
}
