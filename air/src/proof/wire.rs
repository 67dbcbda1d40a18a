//! Field elements and digests as bytes.

use alloc::vec::Vec;

use miden_core::{DecodeError, Felt, Reader, Writer, felt_from_canonical, field::FieldElement};
use winter_crypto::Hasher;
use winter_utils::{Deserializable, Serializable};

/// Bytes of a base field element.
pub(super) const FELT_BYTES: usize = 8;

/// Bytes of a digest of `H`.
pub(super) fn digest_bytes<H: Hasher>() -> usize {
    H::Digest::default().to_bytes().len()
}

/// Reads `count` elements of `E`, whose components must be below the modulus.
pub(super) fn read_elements<E: FieldElement<BaseField = Felt>>(
    reader: &mut Reader<'_>,
    count: usize,
    what: &'static str,
) -> Result<Vec<E>, DecodeError> {
    let start = reader.offset();
    let len = count.saturating_mul(E::EXTENSION_DEGREE).saturating_mul(FELT_BYTES);
    let (chunks, _) = reader.bytes(len, what)?.as_chunks::<FELT_BYTES>();
    // As many as there are bytes for.
    let mut felts = Vec::with_capacity(chunks.len());
    for (i, &chunk) in chunks.iter().enumerate() {
        let offset = start + FELT_BYTES * i;
        let reason = "not below the field modulus";
        let felt = felt_from_canonical(u64::from_le_bytes(chunk));
        felts.push(felt.ok_or(DecodeError::Invalid { what, offset, reason })?);
    }
    Ok(E::slice_from_base_elements(&felts).to_vec())
}

/// Writes elements in their canonical encoding.
pub(super) fn write_elements<E: FieldElement<BaseField = Felt>>(writer: &mut Writer, elements: &[E]) {
    E::slice_as_base_elements(elements).iter().for_each(|&element| writer.felt(element));
}

/// Reads `count` digests in their canonical encoding.
pub(super) fn read_digests<H: Hasher>(
    reader: &mut Reader<'_>,
    count: usize,
    what: &'static str,
) -> Result<Vec<H::Digest>, DecodeError> {
    let size = digest_bytes::<H>();
    let start = reader.offset();
    let bytes = reader.bytes(count.saturating_mul(size), what)?;
    let digests = bytes.chunks_exact(size).zip(0..);
    digests.map(|(chunk, i)| digest_from_bytes::<H>(chunk, what, start + size * i)).collect()
}

/// Reads a digest in its canonical encoding.
pub(super) fn read_digest<H: Hasher>(
    reader: &mut Reader<'_>,
    what: &'static str,
) -> Result<H::Digest, DecodeError> {
    let offset = reader.offset();
    digest_from_bytes::<H>(reader.bytes(digest_bytes::<H>(), what)?, what, offset)
}

fn digest_from_bytes<H: Hasher>(
    bytes: &[u8],
    what: &'static str,
    offset: usize,
) -> Result<H::Digest, DecodeError> {
    let reason = "not the encoding of a digest";
    H::Digest::read_from_bytes(bytes).map_err(|_| DecodeError::Invalid { what, offset, reason })
}
