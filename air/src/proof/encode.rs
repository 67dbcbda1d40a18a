use alloc::vec::Vec;

use miden_core::{DecodeError, Reader, Writer};
use winter_air::proof::{OodFrame, Proof, Queries};
use winter_crypto::{BatchMerkleProof, Hasher};
use winter_utils::{Deserializable, DeserializationError, Serializable, SliceReader};

use super::{ProofHeader, wire::digest_bytes};

/// A proof of the backend has an unexpected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof of the proof backend has an unexpected form")]
pub struct UnexpectedForm;

impl From<DecodeError> for UnexpectedForm {
    fn from(_: DecodeError) -> Self {
        Self
    }
}

impl From<DeserializationError> for UnexpectedForm {
    fn from(_: DeserializationError) -> Self {
        Self
    }
}

/// Encodes a proof of the backend, which has the [stock shape](super::ProofShape::stock).
///
/// # Errors
/// If it does not have the form of an honest proof.
pub fn encode_proof<H: Hasher>(header: ProofHeader, proof: &Proof) -> Result<Vec<u8>, UnexpectedForm> {
    let mut writer = Writer::new();
    header.write(&mut writer);

    let commitments = proof.commitments.to_bytes();
    let mut reader = Reader::new(&commitments);
    let num_bytes = usize::from(reader.u16("length")?);
    let (before_fri, digest) = (proof.trace_queries.len() + 1, digest_bytes::<H>());
    writer.bytes(reader.bytes(before_fri * digest, "commitments")?);
    // The last commitment is that of the remainder.
    let num_layer_bytes = num_bytes.checked_sub((before_fri + 1) * digest).ok_or(UnexpectedForm)?;
    let layer_commitments = reader.bytes(num_layer_bytes, "FRI commitments")?;

    write_frame(&mut writer, &proof.ood_frame)?;
    writer.bytes(layer_commitments);

    let fri_proof = proof.fri_proof.to_bytes();
    let mut reader = Reader::new(&fri_proof);
    let num_layers = reader.u8("number of layers")?;
    let layers = (0..num_layers)
        .map(|_| Ok([read_block(&mut reader)?, read_block(&mut reader)?]))
        .collect::<Result<Vec<_>, DecodeError>>()?;
    let num_bytes = usize::from(reader.u16("length")?);
    writer.bytes(reader.bytes(num_bytes, "remainder")?);
    writer.u64(proof.pow_nonce);

    for queries in proof.trace_queries.iter().chain([&proof.constraint_queries]) {
        let [values, nodes] = split_queries(queries)?;
        write_opening::<H>(&mut writer, &values, &nodes)?;
    }
    for [values, nodes] in layers {
        write_opening::<H>(&mut writer, values, nodes)?;
    }
    Ok(writer.finish())
}

/// Two lists of the same length, current row first, without the number of rows before each.
fn write_frame(writer: &mut Writer, frame: &OodFrame) -> Result<(), UnexpectedForm> {
    let bytes = frame.to_bytes();
    let mut reader = Reader::new(&bytes);
    for _ in 0..2 {
        let num_bytes = usize::from(reader.u16("length")?);
        if reader.u8("number of rows")? != 2 {
            return Err(UnexpectedForm);
        }
        writer.bytes(reader.bytes(num_bytes.checked_sub(1).ok_or(UnexpectedForm)?, "rows")?);
    }
    Ok(())
}

fn read_block<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], DecodeError> {
    let num_bytes = reader.u32("length")? as usize;
    reader.bytes(num_bytes, "FRI layer")
}

/// Values and nodes.
fn split_queries(queries: &Queries) -> Result<[Vec<u8>; 2], UnexpectedForm> {
    let bytes = queries.to_bytes();
    let mut reader = SliceReader::new(&bytes);
    Ok([Vec::read_from(&mut reader)?, Vec::read_from(&mut reader)?])
}

fn write_opening<H: Hasher>(writer: &mut Writer, values: &[u8], nodes: &[u8]) -> Result<(), UnexpectedForm> {
    writer.bytes(values);
    for digest in BatchMerkleProof::<H>::read_from_bytes(nodes)?.nodes.iter().flatten() {
        writer.bytes(&digest.to_bytes());
    }
    Ok(())
}
